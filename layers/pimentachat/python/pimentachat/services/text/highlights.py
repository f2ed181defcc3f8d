"""Highlights: words and phrases by which a message counts as a mention of those who chose them, wherever they stand in
its text, without case (contract: chat.yaml mentions)."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

# One message is asked about for many people.
_folded: Final = lru_cache(4)(str.casefold)


_FEW: Final = 500
"""So many phrases are looked for one by one, each a thousand times as fast as a look at every part of the text."""


class Highlights:
    """What several people chose. Of many phrases, a text is gone through once for each length that occurs."""

    def __init__(self, chosen: Mapping[str, Iterable[str]]) -> None:
        """`chosen`: words and phrases by the id of who chose them."""
        self._whose: dict[str, set[str]] = {}
        for user_id, phrases in chosen.items():
            for phrase in filter(None, (each.strip().casefold() for each in phrases)):
                self._whose.setdefault(phrase, set()).add(user_id)
        self._lengths = sorted({len(phrase) for phrase in self._whose})

    def whom(self, text: str) -> set[str]:
        """Ids of those of whose phrases the text says one."""
        if not self._whose:
            return set()
        said = _folded(text)
        return {user_id for phrase in self._said(said) for user_id in self._whose[phrase]}

    def _said(self, text: str) -> Iterator[str]:
        if len(self._whose) <= _FEW:
            yield from (phrase for phrase in self._whose if phrase in text)
            return
        for length in self._lengths:
            parts = {text[start : start + length] for start in range(len(text) - length + 1)}
            yield from parts & self._whose.keys()
