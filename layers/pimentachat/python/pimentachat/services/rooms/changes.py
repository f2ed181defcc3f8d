"""Changing rooms: topic, name, archive, removal (contract: channels.yaml)."""

from collections.abc import Callable
from typing import Any

from pimentachat import clock
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import NotAllowed, NotAuthorized
from pimentachat.errors.rooms import (
    EditingDiscussionNotAllowed,
    EditingRoomNotAllowed,
    InvalidRoom,
    RoomNameTaken,
    SameValue,
)
from pimentachat.models.kinds import RoomKind
from pimentachat.models.rooms import Room
from pimentachat.services.rooms import room_names, system_messages
from pimentachat.services.rooms.room_names import RoomName
from pimentachat.store import counters, jobs
from pimentachat.store import rooms as room_store
from pimentachat.store.writes import Write


def check_may_edit(caller: Caller, room: Room) -> None:
    """
    Raises:
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: edit-room is missing; the room is a discussion.
    """
    if not caller.may("edit-room", room.id):
        raise EditingRoomNotAllowed
    if room.prid:
        raise EditingDiscussionNotAllowed


def set_topic(kind: RoomKind, caller: Caller, room: Room, topic: str) -> str:
    """Sets the topic and says so in the room. The topic it has already: refused or ignored, as the kind has it."""
    if topic == (room.topic or "") and kind.refuses_same_value:
        raise SameValue(what="topic", done="changed")
    check_may_edit(caller, room)
    if topic != (room.topic or ""):
        changed = _changed(room, topic=topic)
        system_messages.post(changed, caller.user, "room_changed_topic", topic)
    return topic


def _changed(room: Room, *, also: Callable[[Room, Room], list[Write]] | None = None, **values: Any) -> Room:
    """
    Raises:
        InvalidRoom: it was removed at this moment.
    """
    changed = room_store.change(room.id, lambda now: now.model_copy(update=values), also=also)
    if changed is None:
        raise InvalidRoom
    return changed


def rename(kind: RoomKind, caller: Caller, room: Room, name: str) -> Room:
    """Gives the room another name and says so in it; every member's subscription shows it as news.

    Raises:
        ChatError: no such room, no right to, or a name that is not valid, taken, or the present one (where the kind
        refuses that).
    """
    name = name.strip()
    if name == (room.fname or room.name):
        if kind.refuses_same_value:
            raise SameValue(what="name", done="renamed")
        check_may_edit(caller, room)
        return room
    check_may_edit(caller, room)
    for choice in room_names.choices(name):
        try:
            renamed = _renamed(room, choice)
        except room_names.SlugTaken:
            continue
        break
    system_messages.post(renamed, caller.user, "r", name)
    return room_store.find(room.id) or renamed


def _renamed(room: Room, choice: RoomName) -> Room:
    now = clock.now_text()
    name_taken, title_taken = room_names.SlugTaken(), RoomNameTaken(name=choice.title)
    return _changed(
        room,
        also=lambda before, after: room_store.renaming(before, after, name_taken, title_taken),
        name=choice.name,
        fname=choice.title,
        renamed_at=now,
        touched_at=now,
    )


def archive(caller: Caller, room: Room) -> None:
    """Archives a room; every subscription shows as archived and hidden from then on. No system message (contract)."""
    if not caller.may("archive-room", room.id):
        raise NotAuthorized
    now = clock.now_text()
    _changed(room, archived=True, archived_at=now, touched_at=now)


def remove(caller: Caller, room: Room) -> None:
    """Removes a room: it is gone with the answer; a job empties it of its messages, memberships and files."""
    if not caller.may(room.kind.delete_permission, room.id):
        raise NotAllowed
    take_away(room, gone=room.kind.not_found())


def take_away(room: Room, *, gone: ChatError) -> None:
    """Removes a room, whoever asks for it.

    Raises:
        ChatError: `gone`, when it is no longer there.
    """
    room_store.remove(room, also=[jobs.request("empty_room", room_id=room.id)], gone=gone)
    counters.add(room.kind.total, -1)
