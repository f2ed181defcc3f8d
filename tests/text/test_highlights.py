"""Highlights of many people, found in one pass."""

from hypothesis import given
from hypothesis import strategies as st

from pimentachat.services.text.highlights import Highlights

_PHRASE = st.lists(st.sampled_from(["red", "Rose", "é", "花", "+", "🚀", " "]), max_size=3).map("".join)
_CHOSEN = st.dictionaries(st.sampled_from(["ana", "bea", "cleo"]), st.lists(_PHRASE, max_size=3))


@given(
    _CHOSEN, st.lists(st.sampled_from(["red", "rose", "E", "花花", "+", "++", "🚀", "\n", " ", "roses"]), max_size=8)
)
def test_everybody_of_whose_phrases_a_text_says_one(chosen, parts):
    text = "".join(parts)
    expected = {
        whose
        for whose, phrases in chosen.items()
        for phrase in phrases
        if phrase.strip() and phrase.strip().casefold() in text.casefold()
    }
    assert Highlights(chosen).whom(text) == expected
