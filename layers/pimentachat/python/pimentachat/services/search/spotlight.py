"""Quick search for people and channels by the beginning of any word of their names (contract: misc.yaml spotlight)."""

from itertools import chain
from typing import Final

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.views import rooms as room_views
from pimentachat.store import memberships, prefetch, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_FOUND_MOST: Final = 5
_LOOKED_AT_MOST: Final = 50


def spotlight(caller: Caller, text: str) -> tuple[list[Document], list[Document]]:
    """At most five people and five channels the caller has not joined; a leading @ or # asks for one of the two alone.

    Without view-outside-room (and view-d-room, view-c-room for people and channels) a list is empty.
    """
    wanted = text.lstrip("@#").strip()
    outside = caller.may("view-outside-room")
    people = outside and not text.startswith("#") and caller.may("view-d-room")
    channels = outside and not text.startswith("@") and caller.may("view-c-room")
    searches = user_store.searches(wanted, _LOOKED_AT_MOST if wanted else _FOUND_MOST) if people else []
    ways = len(searches)
    if channels:
        searches = [*searches, *room_store.searches(wanted, _LOOKED_AT_MOST)]
    found = table.side_by_side(*searches)
    user_ids = list(dict.fromkeys(chain.from_iterable(found[:ways])))
    room_ids = list(dict.fromkeys(chain.from_iterable(found[ways:])))
    prefetch.found(caller.id, user_ids, room_ids)
    return _people(wanted, user_store.find_many(user_ids)), _channels(caller, wanted, room_store.find_many(room_ids))


def _people(text: str, found: list[User]) -> list[Document]:
    fields = fields_searched()
    matching = [user for user in found if user.active and has(text, names_of(user, fields))]
    by_name = workspace.current().flag("UI_Use_Real_Name")
    matching.sort(key=lambda user: (user.name or user.username if by_name else user.username).lower())
    return [
        {"_id": user.id, **({"name": user.name} if user.name else {}), "username": user.username, "status": user.status}
        for user in matching[:_FOUND_MOST]
    ]


def fields_searched() -> set[str]:
    return {field.strip() for field in workspace.current().text("Accounts_SearchFields").split(",")}


def names_of(user: User, fields: set[str]) -> list[str]:
    """What a search of people looks at (Accounts_SearchFields)."""
    return [user.username] * ("username" in fields) + [user.name or ""] * ("name" in fields)


def has(text: str, names: list[str]) -> bool:
    """Whether a text is in one of the names; letter case does not matter."""
    return any(text.lower() in name.lower() for name in names)


def _channels(caller: Caller, text: str, found: list[Room]) -> list[Document]:
    matching = sorted((room for room in found if has(text, [room.name or ""])), key=lambda room: room.name or "")
    joined = {room.id for room in matching if memberships.find(caller.id, room.id)}
    preview = caller.may("preview-c-room")
    outside = [room for room in matching if room.id not in joined][:_FOUND_MOST]
    shown = room_views.show(outside, caller.id)
    kept = ("_id", "name", "t", "lastMessage") if preview else ("_id", "name", "t")
    return [
        {name: wire[name] for name in kept if name in wire} | {"joinCodeRequired": bool(room.join_code_required)}
        for room, wire in zip(outside, shown, strict=True)
    ]
