"""Highlights of many people, found in one pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimentachat.services.text import highlights
from pimentachat.services.text.highlights import Highlights

_PHRASE = st.lists(st.sampled_from(["red", "Rose", "é", "花", "+", "🚀", " "]), max_size=3).map("".join)
_CHOSEN = st.dictionaries(st.sampled_from(["ana", "bea", "cleo"]), st.lists(_PHRASE, max_size=3))


@pytest.mark.parametrize("few", [0, 500])
@given(
    chosen=_CHOSEN,
    parts=st.lists(st.sampled_from(["red", "rose", "E", "花花", "+", "++", "🚀", "\n", " ", "roses"]), max_size=8),
)
def test_everybody_of_whose_phrases_a_text_says_one(few, chosen, parts):
    """Looked for one by one, or in every part of the text."""
    text = "".join(parts)
    expected = {
        whose
        for whose, phrases in chosen.items()
        for phrase in phrases
        if phrase.strip() and phrase.strip().casefold() in text.casefold()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(highlights, "_FEW", few)
        assert Highlights(chosen).whom(text) == expected
