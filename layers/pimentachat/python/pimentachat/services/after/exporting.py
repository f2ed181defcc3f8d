"""A workspace record by record, as mongoexport gives the collections of a Rocket.Chat, for an administrator's tools.

Without passwords, tokens and settings: nobody can log in with what is given away, and another server has its own.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from pimentachat.models.kinds import KINDS
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, Room
from pimentachat.models.uploads import Upload
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as upload_store
from pimentachat.store import users as user_store

_AT_ONCE: Final = 100
_FILES_MOST: Final = 1_000_000
_OF_PEOPLE: Final = {"_id", "username", "name", "emails", "type", "active", "roles", "createdAt", "_updatedAt"}


def people() -> Iterator[Document]:
    after = ""
    while some := user_store.page_after(after, _AT_ONCE):
        for user in some:
            yield {name: value for name, value in user.document().items() if name in _OF_PEOPLE}
        after = some[-1].username


def rooms() -> Iterator[Room]:
    for kind in KINDS:
        listed = room_store.listed(kind)
        while some := [each.room_id for each in islice(listed, _AT_ONCE)]:
            yield from room_store.find_many(some, consistent=True)


def shown(room: Room) -> Document:
    document = room.document(without=set(HIDDEN))
    return {name: value for name, value in document.items() if name != "usersCount"}


def members(room: Room) -> Iterator[Document]:
    member_ids = list(memberships.member_ids(room.id))
    for start in range(0, len(member_ids), _AT_ONCE):
        pairs = ((each, room.id) for each in member_ids[start : start + _AT_ONCE])
        for held in memberships.find_many(pairs, consistent=True):
            yield {
                "_id": held.id,
                "rid": room.id,
                "t": room.t,
                "u": held.person(),
                "roles": sorted(held.roles),
                "ts": held.ts,
            }


def messages(room: Room) -> Iterator[Document]:
    for message in message_store.walk(room.id, forward=True, batch=500):
        wire = message.wire()
        yield wire | ({"starred": [{"_id": each} for each in sorted(message.starred)]} if message.starred else {})


def files(room: Room) -> Iterator[Upload]:
    yield from upload_store.of_room(room.id, _FILES_MOST)
