"""Lists of rooms."""

from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import Forbidden
from pimentachat.listing import pages
from pimentachat.listing.fields import parse_fields, project
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.models.kinds import DIRECT, RoomKind
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, Room
from pimentachat.services.views import rooms as room_views
from pimentachat.store import counters, memberships, table
from pimentachat.store import rooms as room_store


def every(kind: RoomKind, caller: Caller, asked: ListQuery) -> Listed:
    """All rooms of a kind, in the order of their names.

    Without view-c-room only those joined (contract: channels.yaml channels.list).

    Raises:
        Forbidden: the caller may see neither.
    """
    if not caller.may("view-c-room"):
        if not caller.may("view-joined-room"):
            raise Forbidden
        return joined(kind, caller, asked, query=True)
    return on_server(kind, caller, asked)


def info(room: Room, caller: Caller, fields: str) -> Document:
    """A room as its readers see it, cut down to `fields`.

    Raises:
        InvalidFields.
    """
    wanted = parse_fields(fields) if fields else {}
    return project(room_views.show_one(room, caller.id), wanted, HIDDEN)


def on_server(kind: RoomKind, caller: Caller, asked: ListQuery) -> Listed:
    """All rooms of a kind, in the order of their names (direct rooms, of their ids), whoever is in them.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly, TooMuchToRead.
    """
    return pages.listed(
        asked,
        hidden=HIDDEN,
        in_order=lambda offset, limit, forward: pages.read_within(
            _ids(kind, offset, limit, forward), lambda some: room_views.show(room_store.find_many(some), caller.id)
        ),
        total=lambda: counters.total(kind.total),
        order="name",
    )


def _ids(kind: RoomKind, offset: int, limit: int | None, forward: bool) -> list[str]:
    """The ids of a page, with the total beside them."""
    return table.with_beside(
        lambda: room_store.listed_ids(kind.t, offset, limit, forward=forward),
        lambda: counters.prefetch(kind.total),
    )


def joined(kind: RoomKind, caller: Caller, asked: ListQuery, *, query: bool = False) -> Listed:
    """The caller's rooms of a kind, hidden and archived ones too."""
    # A channel may have become a group since: only the room itself knows.
    direct = kind is DIRECT
    lasting = [held for held in memberships.of_user(caller.id) if not held.ended]
    mine = [held.room_id for held in lasting if (held.kind is DIRECT) == direct]
    some = [room for room in room_store.find_many(mine) if room.kind is kind]
    # As the index of all rooms has them. Direct rooms have no name: their ids keep the order of pages stable.
    found = sorted(some, key=lambda room: (room.name or room.id).lower())
    return pages.listed_in_memory(room_views.show(found, caller.id), asked, hidden=HIDDEN, query=query)
