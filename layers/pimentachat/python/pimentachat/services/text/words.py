"""The words of a text as search knows them: without case, marks of width or endings, so that `roses` finds `Rose`."""

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"\w+")
_LETTERS_MOST: Final = 40
_STEM_LEAST: Final = 3
_ENDINGS: Final = ("ings", "ing", "edly", "ies", "ed", "es", "s", "y")


def stem(word: str) -> str:
    """A word without the common endings of English, the only language that the original was told to expect. The same
    for text and search: what it gets wrong it gets wrong in both."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_LEAST:
            word = word[: -len(ending)]
            break
    return word.removesuffix("e") if len(word) > _STEM_LEAST else word


def in_order(text: str) -> list[str]:
    """Every word of a text, in order."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [stem(found[:_LETTERS_MOST]) for found in _WORD.findall(plain)]


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether a text contains these words one after the other, in whatever case and with whatever between them."""
    return _spaced(phrase) in _spaced(text)


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "
