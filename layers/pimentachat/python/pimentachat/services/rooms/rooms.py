"""Lists of rooms."""

from collections.abc import Sequence
from functools import partial
from heapq import merge
from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import Forbidden, NotAuthorizedToAdminister, QueryTooBroad
from pimentachat.errors.rooms import NoRoomNamed, NoSuchRoom
from pimentachat.listing import pages
from pimentachat.listing.budgets import Budget
from pimentachat.listing.fields import parse_fields, parse_sort, project
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.listing.queries import compile_query, parse_query
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP, KINDS, RoomKind
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, Room
from pimentachat.services.rooms import access
from pimentachat.services.views import rooms as room_views
from pimentachat.store import counters, memberships, table
from pimentachat.store import rooms as room_store

_FOR_ADMINISTRATORS: Final = (
    *("_id", "prid", "fname", "name", "t", "u", "usernames", "usersCount", "muted", "ro", "default", "topic", "msgs"),
    "archived",
)
_TOTALS: Final = tuple(kind.total for kind in KINDS.values())


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


def matching(kind: RoomKind, caller: Caller, room_id: str, query: str) -> Room:
    """The room of an id, else the first one of a kind, by name, that a query finds among those that the caller may see.

    Raises:
        NoRoomNamed: there is neither.
        NoSuchRoom: there is none, or the caller may not see it.
        InvalidQuery, QueryTooBroad, QueryTooCostly, TooMuchToRead.
    """
    missing = NoSuchRoom(kind=kind.envelope.capitalize())
    wanted = parse_query(query, HIDDEN) if query else {}
    if not room_id and not wanted:
        raise NoRoomNamed
    named = room_id or _id_in(wanted)
    if not named:
        asked = ListQuery(count=1, query=query)
        found = joined(kind, caller, asked, query=True) if kind.members_only else every(kind, caller, asked)
        named = found.rows[0]["_id"] if found.rows else ""
    room = access.readable(caller, named, otherwise=missing)
    if room.kind is not kind:
        raise missing
    if not room_id and not compile_query({**wanted, "t": kind.t}, HIDDEN, Budget())(room.document()):
        raise missing
    return room


def _id_in(wanted: Document) -> str:
    """The id of the room that a query names, where it names one."""
    room_id, name = wanted.get("_id"), wanted.get("name")
    if isinstance(room_id, str):
        return room_id
    return (room_store.id_by_name(name) or name) if isinstance(name, str) else ""


def for_administrators(caller: Caller, asked: ListQuery, *, containing: str = "", types: Sequence[str] = ()) -> Listed:
    """All rooms: those that new users join first, then channels and groups by name, then direct rooms. `containing` (in
    the name, or a username of a direct room), `types` (c, p, d, discussions), another `sort` and count=0 look through
    all of them.

    Raises:
        NotAuthorizedToAdminister.
        InvalidSort, QueryTooBroad, QueryTooCostly, TooMuchToRead.
    """
    if not caller.may("view-room-administration"):
        raise NotAuthorizedToAdminister
    page = pages.page_of(asked.offset, asked.count)
    sort = parse_sort(asked.sort, HIDDEN) if asked.sort else []
    if not (containing or types or sort or page.limit is None):
        return _in_order(caller, page.offset, page.limit)
    most = pages.LOOKED_THROUGH_MOST
    found = table.side_by_side(*(partial(room_store.first_listed, kind.t, most + 1) for kind in KINDS.values()))
    room_ids = [place.room_id for some in found for place in some]
    if len(room_ids) > most:
        raise QueryTooBroad(limit=most)
    rows = pages.read_within(room_ids, partial(_for_administrators, caller))
    rows = [row for row in rows if _has(row, containing.lower()) and _is_one_of(row, types)]
    rows.sort(key=lambda row: (not row.get("default"), row["t"] == DIRECT.t, (row.get("name") or row["_id"]).lower()))
    return pages.in_memory(rows, page, sort=sort, wanted={}, fields={}, hidden=HIDDEN)


def _in_order(caller: Caller, offset: int, limit: int) -> Listed:
    if offset > pages.OFFSET_MOST:
        raise QueryTooBroad(limit=pages.OFFSET_MOST)
    channels, groups, direct, default = table.side_by_side(
        *(partial(room_store.first_listed, kind.t, offset + limit) for kind in (CHANNEL, GROUP, DIRECT)),
        partial(table.with_beside, room_store.default_rooms, lambda: counters.prefetch(*_TOTALS)),
    )
    first = [place.room_id for place in default]
    others = [place.room_id for place in (*merge(channels, groups), *direct)]
    ordered = [*first, *(room_id for room_id in others if room_id not in first)]
    rows = pages.read_within(ordered[offset : offset + limit], partial(_for_administrators, caller))
    return Listed(rows, offset, sum(map(counters.total, _TOTALS)))


def _for_administrators(caller: Caller, room_ids: Sequence[str]) -> list[Document]:
    shown = room_views.show(room_store.find_many(room_ids), caller.id)
    return [{name: row[name] for name in _FOR_ADMINISTRATORS if name in row} for row in shown]


def _has(row: Document, text: str) -> bool:
    return any(
        text in name.lower() for name in (row.get("name") or "", row.get("fname") or "", *row.get("usernames", ()))
    )


def _is_one_of(row: Document, types: Sequence[str]) -> bool:
    return not types or ("discussions" if row.get("prid") else row["t"]) in types


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
