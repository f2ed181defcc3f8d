"""Changing rooms: topic, name, archive, removal (contract: channels.yaml)."""

from collections.abc import Callable
from typing import Any

from pimentachat import clock
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    EditingDiscussionNotAllowed,
    EditingRoomNotAllowed,
    NotAllowed,
    NotAuthorized,
    RoomNameTaken,
    SameValue,
)
from pimentachat.models.params import RoomParams
from pimentachat.models.rooms import KINDS, RenameRoom, Room, RoomKind, SetTopic
from pimentachat.services import room_names, rooms, system_messages
from pimentachat.store import counters, messages
from pimentachat.store import rooms as store


def check_may_edit(caller: Caller, room: Room) -> None:
    """
    Raises:
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: edit-room is missing; the room is a discussion.
    """
    if not caller.may("edit-room", room.id):
        raise EditingRoomNotAllowed
    if room.prid:
        raise EditingDiscussionNotAllowed


def set_topic(kind: RoomKind, caller: Caller, room: Room, params: SetTopic) -> str:
    """Sets the topic and says so in the room. The topic it has already: refused or ignored, as the kind has it."""
    topic = params.topic
    if topic == (room.topic or "") and kind.refuses_same_value:
        raise SameValue(what="topic", done="changed")
    check_may_edit(caller, room)
    if topic != (room.topic or ""):
        changed = store.change(room.id, _setting(topic=topic))
        system_messages.post(changed, caller.user, "room_changed_topic", topic)
    return topic


def _setting(**values: Any) -> Callable[[Room], Room]:
    return lambda room: room.model_copy(update=values)


def rename(kind: RoomKind, caller: Caller, params: RenameRoom) -> Room:
    """Gives the room another name and says so in it; every member's subscription shows it as news.

    Raises:
        ChatError: no such room, no right to, or a name that is not valid, taken, or the present one (where the kind
        refuses that).
    """
    room = rooms.named(kind, caller, RoomParams(room_id=params.room_id))
    name = params.name.strip()
    if name == room.name:
        if kind.refuses_same_value:
            raise SameValue(what="name", done="renamed")
        check_may_edit(caller, room)
        return room
    check_may_edit(caller, room)
    name = room_names.checked(name)
    now = clock.now_text()
    try:
        renamed = store.change(
            room.id,
            _setting(name=name, fname=name, renamed_at=now, touched_at=now),
            also=lambda before, after: store.renaming(before, after, RoomNameTaken(name=name)),
        )
    except RoomNameTaken:
        raise room_names.refusal(name) from None
    system_messages.post(renamed, caller.user, "r", name)
    return store.find(room.id, fresh=True) or renamed


def archive(caller: Caller, room: Room) -> None:
    """Archives a room; every subscription shows as archived and hidden from then on. No system message (contract)."""
    if not caller.may("archive-room", room.id):
        raise NotAuthorized
    now = clock.now_text()
    store.change(room.id, _setting(archived=True, archived_at=now, touched_at=now))


def remove(caller: Caller, room: Room) -> None:
    """Removes a room: it is gone with the answer; its messages, memberships and files are purged by the stream
    worker."""
    kind = KINDS[room.t]
    if not caller.may(kind.delete_permission, room.id):
        raise NotAllowed
    store.remove(room, also=[messages.purge_request(room.id)], gone=kind.not_found.anew())
    counters.add(rooms.COUNTERS[room.t], -1)
