"""Highlights of many people, found in one pass."""

from hypothesis import given
from hypothesis import strategies as st

from pimentachat.services.text import words
from pimentachat.services.text.highlights import Highlights

_PHRASE = st.lists(st.sampled_from(["red", "Rose", "é", "花", "+", "🚀"]), max_size=3).map(" ".join)
_CHOSEN = st.dictionaries(st.sampled_from(["ana", "bea", "cleo"]), st.lists(_PHRASE, max_size=3))


@given(_CHOSEN, st.lists(st.sampled_from(["red", "rose", "E", "花花", "+", "++", "🚀", "\n", "roses"]), max_size=8))
def test_everybody_of_whose_phrases_a_text_says_one(chosen, parts):
    text = " ".join(parts)
    said = f" {' '.join(words.tokens(text))} "
    expected = {
        whose
        for whose, phrases in chosen.items()
        for phrase in phrases
        if phrase and f" {' '.join(words.tokens(phrase))} " in said
    }
    assert Highlights(chosen).whom(text) == expected


def test_signs_and_words_apart():
    assert words.tokens("C++ café, ＡＢ花火!") == ["c", "+", "+", "cafe", ",", "ab", "花", "火", "!"]
