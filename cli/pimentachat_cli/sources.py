"""What every kind of export is read as."""

import mimetypes
from collections.abc import Iterator
from typing import Protocol

from pimentachat.services.after.importing import NewMessage, NewPerson, NewRoom

FILE_MOST = 100 * 1024 * 1024
"""Larger files become a word in their message: a file is held in memory while it goes to the bucket."""


class Source(Protocol):
    """An export. Everything may be read several times.

    Raises:
        Misused: from everything: the export is broken, or none of this kind.
    """

    name: str
    """Of the other server, for derived ids; empty where ids are kept."""

    def people(self) -> Iterator[NewPerson]: ...

    def rooms(self) -> Iterator[NewRoom]: ...

    def messages(self, *, files: bool = True) -> Iterator[NewMessage]:
        """In any order; without `files`, those carry no bytes."""
        ...


def type_of(name: str, said: str = "") -> str:
    return said or mimetypes.guess_type(name)[0] or "application/octet-stream"
