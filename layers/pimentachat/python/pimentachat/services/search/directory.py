"""Channels or people of the whole workspace, paged (contract: misc.yaml directory)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

import orjson

from pimentachat.auth.callers import Caller
from pimentachat.errors.misc import DirectoryParamsWrong, OneSortOnly
from pimentachat.errors.requests import InvalidQuery, QueryTooBroad
from pimentachat.listing.budgets import Budget
from pimentachat.listing.fields import parse_sort, sort_documents
from pimentachat.listing.pages import LOOKED_THROUGH_MOST, OFFSET_MOST, Listed, Page, page_of
from pimentachat.models.kinds import CHANNEL
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.search.spotlight import fields_searched, has, names_of
from pimentachat.services.views import rooms as room_views
from pimentachat.store import counters, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_ROWS: Final = 50
_ROWS_FOR_NONE: Final = 10
_NAME: Final = "name"
_SHOWN_OF_ROOMS: Final = ("_id", "name", "ts", "description", "topic", "usersCount", "archived", "lastMessage")
_SHOWN_OF_PEOPLE: Final = ("_id", "username", "name", "createdAt", "emails")
_SORTED: Final = {
    "channels": {"name": "name", "createdAt": "ts", "usersCount": "usersCount", "usernames": "usernames"},
    "users": {"name": "name", "createdAt": "createdAt", "usersCount": "usersCount", "username": "username"},
}
"""What may be sorted by, and the field that this is, by what is looked for."""


@dataclass(frozen=True)
class Asked:
    """A request as the client wrote it; what stands beside `query` wins over what is in it."""

    query: str = ""
    text: str | None = None
    type: str | None = None
    sort: str = ""
    offset: int | None = None
    count: int | None = None


def page(caller: Caller, asked: Asked) -> Listed:
    """A page of channels, or of active people but the caller: without a text all of them, else those with a word in
    their names that begins with it.

    Raises:
        InvalidQuery, InvalidSort, OneSortOnly, DirectoryParamsWrong.
        QueryTooBroad: more would have to be looked through than one request may.
    """
    text, kind = _wanted(asked)
    sort = parse_sort(asked.sort) if asked.sort else []
    if len(sort) > 1:
        raise OneSortOnly
    if kind not in _SORTED:
        raise DirectoryParamsWrong
    # Without a sort the order is falling, as it always was.
    by, direction = sort[0] if sort else (_NAME, -1)
    if by not in _SORTED[kind]:
        raise DirectoryParamsWrong
    rows = _ROWS_FOR_NONE if asked.count is not None and asked.count <= 0 else asked.count
    found = _Search(caller, text, page_of(asked.offset, rows, default=_ROWS), _SORTED[kind][by], direction)
    return found.channels() if kind == "channels" else found.people()


def _wanted(asked: Asked) -> tuple[str, str]:
    """The text and what is looked for."""
    query: Any = {}
    if asked.query:
        try:
            query = orjson.loads(asked.query)
        except ValueError:
            raise InvalidQuery(value=asked.query) from None
        if not isinstance(query, dict):
            raise InvalidQuery(value=asked.query)
    text = query.get("text", "") if asked.text is None else asked.text
    kind = query.get("type", "channels") if asked.type is None else asked.type
    if not isinstance(text, str) or not isinstance(kind, str):
        raise DirectoryParamsWrong
    return text.strip(), kind


@dataclass(frozen=True)
class _Search:
    caller: Caller
    text: str
    page: Page
    by: str
    direction: int

    def channels(self) -> Listed:
        if not self.caller.may("view-c-room"):
            raise DirectoryParamsWrong
        if self.text:
            found = self._found(room_store.searches(self.text, LOOKED_THROUGH_MOST + 1))
            rooms = [room for room in room_store.find_many(found) if has(self.text, [room.name or ""])]
            return self._sorted(rooms, self._show_rooms)
        if self.by == _NAME:
            return self._channels_in_order()
        rooms = _channels(0, LOOKED_THROUGH_MOST + 1)
        return self._sorted(rooms, self._show_rooms)

    def people(self) -> Listed:
        if not (self.caller.may("view-outside-room") and self.caller.may("view-d-room")):
            raise DirectoryParamsWrong
        if self.text:
            found = self._found(user_store.searches(self.text, LOOKED_THROUGH_MOST + 1))
            fields = fields_searched()
            people = [
                user
                for user in user_store.find_many(found)
                if user.active and user.id != self.caller.id and has(self.text, names_of(user, fields))
            ]
            return self._sorted(people, self._show_people)
        if self.by == _NAME:
            return self._people_in_order()
        ids = user_store.active_ids(limit=LOOKED_THROUGH_MOST + 1)
        _check_bound(len(ids))
        people = user_store.find_many(one for one in ids if one != self.caller.id)
        return self._sorted(people, self._show_people)

    def _found(self, searches: list[Callable[[], list[str]]]) -> list[str]:
        ids = list(dict.fromkeys(chain.from_iterable(table.side_by_side(*searches)))) if searches else []
        _check_bound(len(ids))
        return ids

    def _channels_in_order(self) -> Listed:
        offset, limit = self._within()
        read = partial(_channels, offset, limit, forward=self.direction > 0)
        rooms, total = table.side_by_side(read, partial(counters.total, "channels"))
        assert isinstance(rooms, list)
        assert isinstance(total, int)
        return Listed(self._show_rooms(rooms), offset, total)

    def _people_in_order(self) -> Listed:
        offset, limit = self._within()
        # One more than the page reaches to, since the caller is left out.
        listed = partial(user_store.active_ids, limit=offset + limit + 1, forward=self.direction > 0)
        idle = partial(user_store.inactive_ids, limit=LOOKED_THROUGH_MOST + 1)
        ids, inactive, total = table.side_by_side(listed, idle, partial(counters.total, "users"))
        assert isinstance(ids, list)
        assert isinstance(inactive, list)
        assert isinstance(total, int)
        _check_bound(len(inactive))
        some = [one for one in ids if one != self.caller.id][offset : offset + limit]
        return Listed(self._show_people(user_store.find_many(some)), offset, total - len(inactive) - 1)

    def _within(self) -> tuple[int, int]:
        if self.page.offset > OFFSET_MOST:
            raise QueryTooBroad(limit=OFFSET_MOST)
        return self.page.offset, self.page.limit or LOOKED_THROUGH_MOST

    def _sorted(self, records: list[Any], show: Callable[[list[Any]], list[Document]]) -> Listed:
        _check_bound(len(records))
        by_id = {record.id: record for record in records}
        keys = [_sort_key(record, self.by) for record in records]
        ordered = sort_documents(keys, [("key", self.direction), ("_id", 1)], Budget())
        some = [by_id[key["_id"]] for key in self.page.cut(ordered)]
        return Listed(show(some), self.page.offset, len(records))

    def _show_rooms(self, rooms: list[Room]) -> list[Document]:
        preview = self.caller.may("preview-c-room")
        kept = [name for name in _SHOWN_OF_ROOMS if name != "lastMessage" or preview]
        shown = room_views.show(rooms, self.caller.id)
        return [{"archived": False} | {name: room[name] for name in kept if name in room} for room in shown]

    def _show_people(self, people: list[User]) -> list[Document]:
        in_full = self.caller.may("view-full-other-user-info")
        kept = [name for name in _SHOWN_OF_PEOPLE if name != "emails" or in_full]
        documents = (user.document() for user in people)
        return [{name: document[name] for name in kept if name in document} for document in documents]


def _sort_key(record: Room | User, by: str) -> Document:
    document = record.document()
    value = document.get(by)
    if by == _NAME and isinstance(record, User):
        value = record.name or record.username
    return {"_id": record.id, "key": value.lower() if isinstance(value, str) else value}


def _channels(offset: int, limit: int, *, forward: bool = True) -> list[Room]:
    return room_store.find_many(room_store.listed_ids(CHANNEL.t, offset, limit, forward=forward))


def _check_bound(found: int) -> None:
    if found > LOOKED_THROUGH_MOST:
        raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
