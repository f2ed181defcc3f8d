"""Changing rooms: texts, name, archive, removal (contract: channels.yaml)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from pimentachat import clock
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import NotAllowed, NotAuthorized
from pimentachat.errors.rooms import (
    AdministrationNotAllowed,
    BroadcastStaysReadOnly,
    EditingDiscussionNotAllowed,
    EditingRoomNotAllowed,
    InvalidCustomFieldsType,
    InvalidRoom,
    InvalidRoomType,
    NotArchived,
    RoomNameTaken,
    SameDefault,
    SameValue,
    TooManyDefaultRooms,
)
from pimentachat.models.kinds import GROUP, KINDS, RoomKind
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import MUTED_MOST, Room
from pimentachat.services.events import listeners
from pimentachat.services.rooms import creation, room_names, system_messages
from pimentachat.services.rooms.room_names import RoomName
from pimentachat.store import counters, jobs, memberships, outbox, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

RENAMED: Final = "room_renamed"
"""The effect that tells integrations, which name rooms, of another name."""
RETITLE: Final = "retitle_discussions"
"""The job that follows when a room with discussions is renamed (services/after/jobs.py)."""
_DEFAULT_ROOMS_MOST: Final = 40
"""Who is enrolled waits for all of them."""


@dataclass(frozen=True)
class Text:
    """A text of a room that everybody sees, and what is said of its change."""

    field: Literal["topic", "description", "announcement"]
    told: str
    """The type of the system message."""
    what: str
    """In "The channel <what> is the same"."""
    refuses_same_value: bool = True
    """Where the kind refuses it too."""


TOPIC: Final = Text("topic", "room_changed_topic", "topic")
DESCRIPTION: Final = Text("description", "room_changed_description", "description")
PURPOSE: Final = Text("description", "room_changed_description", "purpose (description)")
"""The description under its old name."""
ANNOUNCEMENT: Final = Text("announcement", "room_changed_announcement", "announcement", refuses_same_value=False)


def check_may_edit(caller: Caller, room: Room) -> None:
    """
    Raises:
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: edit-room is missing; the room is a discussion.
    """
    if not caller.may("edit-room", room.id):
        raise EditingRoomNotAllowed
    if room.prid:
        raise EditingDiscussionNotAllowed


def set_text(kind: RoomKind, caller: Caller, room: Room, text: Text, value: str) -> None:
    """Sets a text of the room and says so in it. The one it has already: refused or ignored, as the kind has it.

    Raises:
        SameValue: it is that already.
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: see `check_may_edit`.
    """
    same = value == (getattr(room, text.field) or "")
    if same and kind.refuses_same_value and text.refuses_same_value:
        raise SameValue(title=kind.title, what=text.what, done="changed")
    check_may_edit(caller, room)
    if not same:
        values: dict[str, Any] = {text.field: value}
        told = system_messages.announcement(room, caller.user, text.told, value)
        changed = _changed(room, also=lambda *_: system_messages.additions(told), **values)
        system_messages.count_all(changed, told)


def set_custom_fields(caller: Caller, room: Room, fields: Document | list[Any]) -> Room:
    """Replaces the custom fields, which every member's subscription shows too. No system message (contract).

    Raises:
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: see `check_may_edit`.
        InvalidCustomFieldsType: a list.
    """
    check_may_edit(caller, room)
    if isinstance(fields, list):
        raise InvalidCustomFieldsType
    return _changed(room, custom_fields=fields, touched_at=clock.now_text())


def set_read_only(kind: RoomKind, caller: Caller, room: Room, read_only: bool) -> Room:
    """Makes a room read-only (its members without post-readonly are listed as muted, while they are few) or writable
    again. No system message (contract).

    Raises:
        SameValue: it is that already.
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: see `check_may_edit`.
        BroadcastStaysReadOnly: a broadcast room.
    """
    if room.ro is read_only:
        raise SameValue(title=kind.title, what="read only setting", done="changed")
    check_may_edit(caller, room)
    if room.broadcast and read_only:
        raise BroadcastStaysReadOnly
    return _changed(room, ro=read_only, muted=_muted_members(room) if read_only else None)


def _muted_members(room: Room) -> list[str] | None:
    members = list(memberships.member_ids(room.id, limit=MUTED_MOST + 1))
    if len(members) > MUTED_MOST:
        return None
    return creation.muted_with(None, user_store.find_many(members))


def set_type(kind: RoomKind, caller: Caller, room: Room, wanted: str) -> Room:
    """Makes a channel a group or the other way round, and says so in the room; its name and its members stay.

    Raises:
        SameValue: it is that already.
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: see `check_may_edit`.
        InvalidRoomType: neither a channel nor a group.
    """
    if wanted == kind.t:
        raise SameValue(title=kind.title, what="type", done="changed")
    check_may_edit(caller, room)
    other = next((each for each in KINDS.values() if each.t == wanted), None)
    if other is None or other.becoming is None:
        raise InvalidRoomType
    not_allowed, text = other.becoming
    if not caller.may(other.create_permission):
        raise not_allowed
    now = clock.now_text()

    def moved(held: Room) -> Room:
        if held.kind is other:
            raise SameValue(title=kind.title, what="type", done="changed")
        return held.model_copy(
            update={"t": other.t, "default": None if other is GROUP else held.default, "touched_at": now}
        )

    told = system_messages.announcement(room, caller.user, "room_changed_privacy", text)
    changed = room_store.change(
        room.id,
        moved,
        also=lambda before, after: [*room_store.moving(before, after), *system_messages.additions(told)],
    )
    if changed is None:
        raise InvalidRoom
    table.side_by_side(partial(counters.add, kind.total, -1), partial(counters.add, other.total, 1))
    return system_messages.count_all(changed, told)


def set_default(caller: Caller, room: Room, wanted: Any) -> Room:
    """Makes a channel one that new users join, or one that they do not. True and "true" are yes, anything else no.

    Raises:
        SameDefault: it is that already.
        EditingRoomNotAllowed: edit-room is missing.
        AdministrationNotAllowed: view-room-administration is missing: it concerns everybody.
        TooManyDefaultRooms: new users join enough of them.
    """
    if wanted is room.default:
        raise SameDefault
    if not caller.may("edit-room", room.id):
        raise EditingRoomNotAllowed
    if not caller.may("view-room-administration"):
        raise AdministrationNotAllowed
    default = wanted is True or wanted == "true"
    if default and len(room_store.default_ids()) >= _DEFAULT_ROOMS_MOST:
        raise TooManyDefaultRooms(limit=_DEFAULT_ROOMS_MOST)
    return _changed(room, also=room_store.defaulting, default=default)


def set_join_code(caller: Caller, room: Room, join_code: str) -> Room:
    """Asks a code of those who join. No system message (contract).

    Raises:
        EditingRoomNotAllowed: edit-room is missing.
    """
    if not caller.may("edit-room", room.id):
        raise EditingRoomNotAllowed
    return _changed(room, join_code=join_code, join_code_required=True)


def set_encrypted(caller: Caller, room: Room, encrypted: bool) -> Room:
    """Flags a room whose members encrypt what they write themselves. No system message (contract).

    Raises:
        EditingRoomNotAllowed: edit-room is missing.
    """
    if not caller.may("edit-room", room.id):
        raise EditingRoomNotAllowed
    return _changed(room, encrypted=encrypted)


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
            raise SameValue(title=kind.title, what="name", done="renamed")
        check_may_edit(caller, room)
        return room
    check_may_edit(caller, room)
    told = system_messages.announcement(room, caller.user, "r", name)
    for choice in room_names.choices(name):
        try:
            renamed = _renamed(room, choice, told)
        except room_names.SlugTaken:
            continue
        break
    return system_messages.count_all(renamed, told)


def _renamed(room: Room, choice: RoomName, told: list[Message]) -> Room:
    now = clock.now_text()
    name_taken, title_taken = room_names.SlugTaken(), RoomNameTaken(name=choice.title)
    # The topic of a discussion is the name of its room.
    further = [jobs.request(RETITLE, room_id=room.id)] if room_store.discussions(room.id, most=1) else []
    return _changed(
        room,
        also=lambda before, after: [
            *room_store.renaming(before, after, name_taken, title_taken),
            *further,
            *system_messages.additions(told),
            outbox.entry(RENAMED, old=before.name or "", new=after.name or ""),
        ],
        name=choice.name,
        fname=choice.title,
        renamed_at=now,
        touched_at=now,
    )


def archive(caller: Caller, room: Room, *, announced: bool = False) -> None:
    """Archives a room; every subscription shows as archived and hidden from then on. No system message (contract),
    unless it is asked for.

    Raises:
        NotAuthorized: archive-room is missing.
        InvalidRoom: it was removed at this moment.
    """
    if not caller.may("archive-room", room.id):
        raise NotAuthorized
    now = clock.now_text()
    said = system_messages.announcement(room, caller.user, "room-archived", "") if announced else []
    told = [*system_messages.additions(said), *listeners.told("roomArchived", room_id=room.id, user_id=caller.id)]
    changed = _changed(room, also=lambda *_: told, archived=True, archived_at=now, touched_at=now)
    system_messages.count_all(changed, said)


def unarchive(kind: RoomKind, caller: Caller, room: Room, *, announced: bool = False) -> None:
    """Brings an archived room back; every subscription shows as open and without news from then on. No system message
    (contract), unless it is asked for.

    Raises:
        NotArchived: it is in use, and the kind refuses that.
        NotAuthorized: unarchive-room is missing.
    """
    if not room.archived and kind.refuses_same_value:
        raise NotArchived(title=kind.title, name=room.title)
    if not caller.may("unarchive-room", room.id):
        raise NotAuthorized
    now = clock.now_text()
    brought_back = {"archived": False, "unarchived_at": now, "touched_at": now}
    told = system_messages.announcement(room, caller.user, "room-unarchived", "") if announced else []
    changed = room_store.change(
        room.id,
        # Nobody posts in an archived room: what is there is what was there.
        lambda held: held.model_copy(update={**brought_back, "quiet": held.ordinary}) if held.archived else held,
        also=lambda *_: system_messages.additions(told),
    )
    if changed is None:
        raise InvalidRoom
    system_messages.count_all(changed, told)


def remove(caller: Caller, room: Room) -> None:
    """Removes a room: it is gone with the answer; a job empties it of its messages, memberships and files."""
    if not caller.may(room.kind.delete_permission, room.id):
        raise NotAllowed
    take_away(room, gone=room.kind.not_found())


def retitle(room: Room, discussion_id: str) -> None:
    """Gives a discussion the name of its room as its topic."""
    room_store.change(
        discussion_id, lambda held: held if held.topic == room.title else held.model_copy(update={"topic": room.title})
    )


def take_away(room: Room, *, gone: ChatError) -> None:
    """Removes a room, whoever asks for it.

    Raises:
        ChatError: `gone`, when it is no longer there.
    """
    room_store.remove(room, also=[jobs.request("empty_room", room_id=room.id)], gone=gone)
    counters.add(room.kind.total, -1)
