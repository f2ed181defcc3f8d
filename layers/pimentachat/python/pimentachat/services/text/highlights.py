"""Highlights: words and phrases by which a message counts as a mention of those who chose them, wherever they stand in
its text, without case (contract: chat.yaml mentions)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

# One message is asked about for many people.
_folded: Final = lru_cache(4)(str.casefold)


class Highlights:
    """What several people chose. A text is gone through once for each length that occurs, however many they are."""

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
        found: set[str] = set()
        for length in self._lengths:
            parts = {said[start : start + length] for start in range(len(said) - length + 1)}
            for phrase in parts & self._whose.keys():
                found |= self._whose[phrase]
        return found
