"""A small memory of an instance: what names were last seen to mean."""

from typing import Final

_MOST: Final = 2000


class Remembered:
    """Texts by texts, forgotten all at once when there are too many."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    def keep(self, name: str, meaning: str) -> None:
        if len(self._held) >= _MOST:
            self._held.clear()
        self._held[name] = meaning

    def forget(self) -> None:
        self._held.clear()

    def find(self, name: str) -> str | None:
        return self._held.get(name)
