"""Highlights: words and phrases by which a message counts as a mention of those who chose them (contract: chat.yaml
mentions), as whole words, without case and accents, as search knows them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from pimentachat.services.text import words

# One message is asked about for many people.
_said: Final = lru_cache(4)(words.tokens)


class Highlights:
    """What several people chose. A text is gone through once for each length that occurs, however many they are."""

    def __init__(self, chosen: Mapping[str, Iterable[str]]) -> None:
        """`chosen`: words and phrases by the id of who chose them."""
        self._whose: dict[str, set[str]] = {}
        lengths: set[int] = set()
        for user_id, phrases in chosen.items():
            for phrase in phrases:
                tokens = words.tokens(phrase)
                if tokens:
                    lengths.add(len(tokens))
                    self._whose.setdefault(" ".join(tokens), set()).add(user_id)
        self._lengths = sorted(lengths)

    def whom(self, text: str) -> set[str]:
        """Ids of those of whose phrases the text says one."""
        if not self._whose:
            return set()
        tokens = _said(text)
        found: set[str] = set()
        for length in self._lengths:
            for start in range(len(tokens) - length + 1):
                found |= self._whose.get(" ".join(tokens[start : start + length]), set())
        return found
