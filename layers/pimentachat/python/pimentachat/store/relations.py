"""What a record has to do with others: what must be there beside it, and without which it means nothing.

Each store tells it of its own records (`relations`), with the same functions that write them. This module knows nothing
of keys; services/server/integrity.py holds all tables against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pimentachat.store.items import Key
from pimentachat.store.writes import Write


@dataclass(frozen=True)
class Relations:
    kind: str
    """For people: "user", "username", "membership" ..."""
    needs: Sequence[Write] = ()
    """What follows from the record, as it is written with it."""
    follows: Key | None = None
    """The record that this one follows from: it has this one among its `needs`."""
    users: Sequence[str] = ()
    """Ids of the users, rooms, messages and files that it cannot do without."""
    rooms: Sequence[str] = ()
    messages: Sequence[str] = ()
    files: Sequence[str] = ()
    entry: bool = False
    """Whether it says nothing of its own: without what it belongs to, it can go."""
