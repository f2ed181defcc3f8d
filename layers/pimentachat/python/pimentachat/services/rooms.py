"""Rooms: finding them through a check, showing them, changing them. Written once for channels, groups and direct
rooms."""

from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    ChatError,
    Forbidden,
    RoomArchived,
    RoomNotFound,
)
from pimentachat.models.messages import for_viewer
from pimentachat.models.params import RoomParams
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, ListRooms, Room, RoomKind
from pimentachat.services import listing
from pimentachat.services.listing import Listed
from pimentachat.store import counters, memberships
from pimentachat.store import rooms as store

COUNTERS: Final[dict[str, counters.Name]] = {"c": "channels", "p": "groups", "d": "directs"}


# --- finding


def visible_to(caller: Caller, room: Room) -> bool:
    """Whether the caller may read the room: a channel, a membership, or a discussion of a room they may read.

    Being an administrator opens no private room (contract: rooms.yaml access_rule).
    """
    if room.t == "c" and caller.may("view-c-room"):
        return True
    if memberships.find(caller.id, room.id):
        return True
    if room.prid:
        parent = store.find(room.prid)
        return parent is not None and visible_to(caller, parent)
    return False


def named(
    kind: RoomKind, caller: Caller, params: RoomParams, *, archived: bool = False, access: bool | None = None
) -> Room:
    """The room of this kind that the parameters name: by id alone when one is given, else by its exact name.

    `archived` lets archived rooms through. `access` (by default as the kind has it) hides rooms that the caller may
    not see.

    Raises:
        ChatError: the kind's param_missing or not_found; RoomArchived.
    """
    room = _found(params, kind.param_missing)
    if room is None or room.t != kind.type:
        raise kind.not_found.anew()
    if (kind.members_only if access is None else access) and not visible_to(caller, room):
        raise kind.not_found.anew()
    if room.archived and not archived:
        raise RoomArchived(title=kind.title, name=room.title)
    return room


def _found(params: RoomParams, param_missing: ChatError) -> Room | None:
    if params.room_id.strip():
        return store.find(params.room_id)
    if params.room_name.strip():
        room_id = store.id_by_name(params.room_name)
        if room_id is None:
            return None
        return store.find(room_id)
    raise param_missing.anew()


def to_invite_to(kind: RoomKind, caller: Caller, params: RoomParams) -> Room:
    """The room to add somebody to. Groups look it up in a way of their own: by id or name, whoever asks, archived or
    not; a stranger is refused afterwards (contract: groups.yaml groups.invite).

    Raises:
        ChatError: as `named`.
    """
    if not kind.members_only:
        return named(kind, caller, params)
    value = params.room_id if params.room_id.strip() else params.room_name
    try:
        return named(kind, caller, RoomParams(room_id=value), archived=True, access=False)
    except RoomNotFound:
        return named(kind, caller, RoomParams(room_name=value), archived=True, access=False)


def check_may_preview(caller: Caller, room: Room) -> None:
    """
    Raises:
        Forbidden: the caller may not read the room, or is no member and may not look into channels without joining.
    """
    if not visible_to(caller, room):
        raise Forbidden
    if room.t == "c" and not caller.may("preview-c-room") and memberships.find(caller.id, room.id) is None:
        raise Forbidden


def check_may_list_messages(caller: Caller, room: Room) -> None:
    """
    Raises:
        Forbidden: a channel, and the caller may not see channels, or only those they have joined.
    """
    if room.t != "c":
        return
    if caller.may("view-joined-room") and memberships.find(caller.id, room.id) is None:
        raise Forbidden
    if not caller.may("view-c-room"):
        raise Forbidden


def document(room: Room, viewer_id: str) -> Document:
    """The room as clients see it."""
    wire = room.document()
    if room.last_message:
        wire["lastMessage"] = for_viewer(room.last_message, viewer_id)
    return wire


# --- listing


def every(kind: RoomKind, caller: Caller, params: ListRooms) -> Listed:
    """All rooms of a kind, in the order of their names.

    Without view-c-room only those joined (contract: channels.yaml channels.list).

    Raises:
        Forbidden: the caller may see neither.
    """
    if not caller.may("view-c-room"):
        if not caller.may("view-joined-room"):
            raise Forbidden
        return joined(kind, caller, params, query=True)
    return listing.listed(
        params,
        hidden=HIDDEN,
        in_order=lambda offset, limit, forward: [
            document(room, caller.id) for room in store.page(kind.type, offset, limit, forward=forward)
        ],
        total=lambda: counters.total(COUNTERS[kind.type]),
        order="name",
    )


def joined(kind: RoomKind, caller: Caller, params: ListRooms, *, query: bool = False) -> Listed:
    """The caller's rooms of a kind, hidden and archived ones too."""
    mine = [held.room_id for held in memberships.of_user(caller.id) if held.t == kind.type and not held.ended]
    # As the index of all rooms has them. Direct rooms have no name: their ids keep the order of pages stable.
    found = sorted(store.find_many(mine), key=lambda room: (room.name or room.id).lower())
    rows = [document(room, caller.id) for room in found]
    return listing.listed_in_memory(rows, params, hidden=HIDDEN, query=query)
