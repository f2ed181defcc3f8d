"""The one way to a room: it is found and it may be read, or the endpoint refuses in its own words. Hidden looks the
same as missing. Nobody else asks who may see a room (tests/test_architecture.py)."""

from dataclasses import dataclass

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import AnonymousReadOff, Forbidden
from pimentachat.errors.rooms import RoomArchived, RoomNotFound
from pimentachat.models.kinds import CHANNEL, RoomKind
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.store import memberships, prefetch
from pimentachat.store import rooms as room_store


@dataclass(frozen=True)
class RoomReference:
    """How a client names a room: by id, which wins, or by its exact name."""

    id: str = ""
    name: str = ""


def readable(caller: Caller, room_id: str, *, otherwise: ChatError, missing: ChatError | None = None) -> Room:
    """The room of an id that the caller may read.

    Raises:
        ChatError: `otherwise`; where an endpoint tells them apart, `missing` for one that does not exist.
    """
    room = room_store.find(room_id)
    if room is None:
        raise missing or otherwise
    if not visible(caller, room):
        raise otherwise
    return room


def visible(caller: Caller, room: Room) -> bool:
    """Whether the caller may read the room: a channel, a membership, or a discussion of a room they may read.

    Being an administrator opens no private room (contract: rooms.yaml access_rule).
    """
    if _open_to(caller, room):
        return True
    # One level: a discussion hangs on a room, never on another discussion.
    parent = room_store.find(room.prid) if room.prid else None
    return parent is not None and _open_to(caller, parent)


def _open_to(caller: Caller, room: Room) -> bool:
    channel = room.kind is CHANNEL and caller.may("view-c-room")
    return channel or memberships.find(caller.id, room.id) is not None


def named(
    kind: RoomKind, caller: Caller, where: RoomReference, *, archived: bool = False, access: bool | None = None
) -> Room:
    """The room of this kind that a client names.

    `archived` lets archived rooms through. `access` (by default as the kind has it) hides rooms that the caller may
    not see.

    Raises:
        ChatError: the kind's param_missing or not_found; RoomArchived.
    """
    room = _found(kind, caller, where)
    if room is None or room.kind is not kind:
        raise kind.not_found
    if (kind.members_only if access is None else access) and not visible(caller, room):
        raise kind.not_found
    if room.archived and not archived:
        raise RoomArchived(title=kind.title, name=room.title)
    return room


def _found(kind: RoomKind, caller: Caller, where: RoomReference) -> Room | None:
    if where.id.strip():
        return room_store.find(where.id)
    if where.name.strip():
        room_id = room_store.id_by_name(where.name)
        if room_id is None:
            return None
        prefetch.room(caller.id, room_id)
        return room_store.find(room_id)
    raise kind.param_missing


def of_any_kind(
    caller: Caller, where: RoomReference, *, unseen: type[ChatError] | None = None, opened_by: str = ""
) -> Room:
    """The room of any kind that a client of the family rooms names; direct rooms have no name. The permission
    `opened_by` lets those work on it who may not read it.

    Raises:
        RoomParamMissing, ChannelNotFound, RoomArchived.
        ChatError: `unseen` (or ChannelNotFound) to who may not see it.
    """
    room = _found(CHANNEL, caller, where)
    if room is None:
        raise CHANNEL.not_found
    if not (opened_by and caller.may(opened_by, room.id)) and not visible(caller, room):
        raise unseen or CHANNEL.not_found
    if room.archived:
        raise RoomArchived(title=CHANNEL.title, name=room.title)
    return room


def to_invite_to(kind: RoomKind, caller: Caller, where: RoomReference) -> Room:
    """The room to add somebody to. Groups look it up in a way of their own: by id or name, whoever asks, archived or
    not; a stranger is refused afterwards (contract: groups.yaml groups.invite).

    Raises:
        ChatError: as `named`.
    """
    if not kind.members_only:
        return named(kind, caller, where)
    value = where.id if where.id.strip() else where.name
    try:
        return named(kind, caller, RoomReference(id=value), archived=True, access=False)
    except RoomNotFound:
        return named(kind, caller, RoomReference(name=value), archived=True, access=False)


def open_to_anybody(where: RoomReference) -> Room:
    """The channel that somebody names who is not logged in, where the workspace lets them read.

    Raises:
        AnonymousReadOff: the setting Accounts_AllowAnonymousRead is off; nothing is told of any room then.
        Forbidden: the role anonymous has no view-c-room.
        ChatError: as `named`.
    """
    if not workspace.current().flag("Accounts_AllowAnonymousRead"):
        raise AnonymousReadOff
    anybody = Caller(User(_id="", username="", roles=["anonymous"]))
    room = named(CHANNEL, anybody, where, archived=True)
    check_may_read(anybody, room)
    return room


def check_may_read(caller: Caller, room: Room) -> None:
    """
    Raises:
        Forbidden: the caller may not read the room.
    """
    if not visible(caller, room):
        raise Forbidden


def check_may_preview(caller: Caller, room: Room) -> None:
    """
    Raises:
        Forbidden: the caller may not read the room, or is no member and may not look into channels without joining.
    """
    check_may_read(caller, room)
    if room.kind is CHANNEL and not caller.may("preview-c-room") and memberships.find(caller.id, room.id) is None:
        raise Forbidden


def check_may_list_messages(caller: Caller, room: Room) -> None:
    """
    Raises:
        Forbidden: a channel, and the caller may not see channels, or only those they have joined.
    """
    if room.kind is not CHANNEL:
        return
    if caller.may("view-joined-room") and memberships.find(caller.id, room.id) is None:
        raise Forbidden
    if not caller.may("view-c-room"):
        raise Forbidden
