"""The words of a text as search knows them: without case, accents, marks of width or endings, so that `roses` finds
`Rose` and `cafe` finds `Café`.

Chinese, Japanese, Thai and others write words without spaces, Korean joins endings to them: of these a word is whatever
somebody looks for, and an index knows a text by each of its characters (`terms`).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_UNSPACED: Final = (
    "\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
    "\uac00-\ud7a3"
)
# Vowels of Indic scripts, and points of Hebrew and Arabic, are marks and no letters.
_MARKS: Final = "\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_WORD: Final = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[\w{_MARKS}])+")
_RUN: Final = re.compile(rf"[{_UNSPACED}]+")
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
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
    """Every word of a text, in order; of text without spaces, what stands together."""
    return [_known(found) for found in _found(text)]


def terms(text: str) -> set[str]:
    """What an index knows a text by: its words, and every character of text without spaces."""
    return {term for word in in_order(text) for term in terms_of(word)}


def terms_of(word: str) -> set[str]:
    """The terms that every text has which says a word."""
    return set(word) if _unspaced(word) else {word}


class Said:
    """What a text says."""

    def __init__(self, text: str) -> None:
        found = _found(text)
        self._runs = [each for each in found if _unspaced(each)]
        self._words = {_known(each) for each in found if not _unspaced(each)}

    def has(self, word: str) -> bool:
        return any(word in run for run in self._runs) if _unspaced(word) else word in self._words


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether a text contains these words one after the other, in whatever case and with whatever between them."""
    return _spaced(phrase) in _spaced(text)


def _spaced(text: str) -> str:
    return f" {' '.join(' '.join(found) if _unspaced(found) else found for found in _found(text))} "


def _found(text: str) -> list[str]:
    return _WORD.findall(_folded(text))


def _folded(text: str) -> str:
    """A text without case, width and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", plain)))


def _known(word: str) -> str:
    return word if _unspaced(word) else _stem(word[:_LETTERS_MOST])


_stem: Final = lru_cache(10_000)(stem)


def _unspaced(word: str) -> bool:
    return not word.isascii() and _RUN.match(word) is not None
