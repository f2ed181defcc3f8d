"""How long a text is, as people count it (contract: chat.yaml chat.sendMessage: graphemes, an emoji shortname
counting as one)."""

import re
import unicodedata
from typing import Final

import orjson

from pimentachat import defaults
from pimentachat.models.records import Document

_SHORTNAME: Final = re.compile(r":([\w+-]+):")
_JOINER: Final = "\u200d"
_MODIFIERS: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)
# Marks without end after one character are no way around the limit, nor worth counting.
_POINTS_EACH_MOST: Final = 32


def exceeds(text: str, limit: int) -> bool:
    """Whether the text is longer than the limit. A text can have no more graphemes than code points: mostly nothing
    is counted."""
    if len(text) <= limit:
        return False
    if len(text) > limit * _POINTS_EACH_MOST:
        return True
    return graphemes(_SHORTNAME.sub(_blank, text)) > limit


def _blank(found: re.Match[str]) -> str:
    return " " if defaults.is_emoji(found[1]) else found[0]


def size(document: Document) -> int:
    """How many bytes a document takes when it is stored."""
    return len(orjson.dumps(document))


def sent_size(content: bytes) -> int:
    """How many bytes JSON takes as Lambda sends it: a text inside of JSON, where quotes and backslashes are doubled."""
    return len(content) + content.count(b'"') + content.count(b"\\")


def graphemes(text: str) -> int:
    """Characters as people see them: marks, skin tones and joined emoji belong to the character before, flags are
    pairs."""
    seen = 0
    joined = False
    flag_open = False
    for character in text:
        if joined:
            joined = False
            continue
        if character == _JOINER:
            joined = True
            continue
        if (
            unicodedata.category(character) in {"Mn", "Me", "Mc"}
            or ord(character) in _MODIFIERS
            or ord(character) in _TAGS
        ):
            continue
        if 0x1F1E6 <= ord(character) <= 0x1F1FF:
            flag_open = not flag_open
            if not flag_open:
                continue
        else:
            flag_open = False
        seen += 1
    return seen
