"""Emoticons, and the emoji that clients draw for them (those that the message parser of current servers knows)."""

from typing import Final

_BY_EMOJI: Final = {
    "angry": r":@ >:( >:-(",
    "broken_heart": r"</3",
    "confused": r":\ =\ >:\ :-. :-/ :/ :L =/ =L >:/",
    "cry": r":'( :'-( ;( ;-(",
    "disappointed": r":( :-( :-[ :[ =( >:[",
    "dizzy_face": r"#) %) %-) X) X-)",
    "expressionless": r"-_- -__- -___-",
    "fearful": r"D:",
    "flushed": r":$ =$",
    "heart": r"<3",
    "innocent": r"0:) 0:-) 0:-3 0:3 0;-) 0;^) O:) O:-) O:-3 O:3 O;-) O=)",
    "joy": r":') :'-)",
    "kissing_heart": r":* :-* :^* =*",
    "laughing": r">:) >:-) >;) >=)",
    "no_mouth": r":# :-# :-X :X =# =X",
    "open_mouth": r":-O :O >:O",
    "persevere": r">.<",
    "person_gesturing_ok": r"\0/ \O/",
    "slight_smile": r":) :-) :] =) =]",
    "smiley": r":-D :D =D",
    "stuck_out_tongue": r":-P :P =P",
    "stuck_out_tongue_winking_eye": r">:P X-P",
    "sunglasses": r"8) 8-) 8-D B) B-) B-D",
    "sweat": r"':( ':-( '=(",
    "sweat_smile": r"':) ':-) ':-D ':D '=) '=D",
    "wink": r"*) *-) ;) ;-) ;-] ;D ;] ;^)",
}

EMOTICONS: Final = {one: emoji for emoji, some in _BY_EMOJI.items() for one in some.split()}
"""`:)` -> `slight_smile`."""
