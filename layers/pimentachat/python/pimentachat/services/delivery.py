"""What happens after the answer, fed by the stream of the Messages table: repairs, thread followers, people
mentioned, pushes,
and the purge of rooms that are gone. Everything here may run twice for the same record."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pimentachat.cloud import files
from pimentachat.models.messages import Message
from pimentachat.models.rooms import CHANNEL, Room
from pimentachat.services import members, notifications
from pimentachat.store import memberships, messages, rooms, table, uploads, users

_PURGED_AT_ONCE: Final = 500


def settle(inserted: Iterable[Message]) -> None:
    """Makes sure that the rooms have counted these messages: a request may have died between storing and counting
    one."""
    by_room: dict[str, list[Message]] = {}
    for message in inserted:
        if message.tally:
            by_room.setdefault(message.room_id, []).append(message)
    for room_id, some in by_room.items():
        _settle_room(room_id, some)


def _settle_room(room_id: str, some: list[Message]) -> None:
    room = rooms.find(room_id, fresh=True)
    if room is None:
        return
    missing = set(rooms.uncounted(room, (message.id for message in some)))
    for message in some:
        if message.id in missing and message.tally:
            rooms.tally(room_id, message, message.tally, tracked=True, late=True)
    rooms.tick_off(room, (message.id for message in some if message.id not in missing))


def deliver(message: Message) -> int:
    """Everything that a new message causes beyond its room; returns how many pushes went out."""
    if message.system or message.hidden:
        return 0
    room = rooms.find(message.room_id)
    if room is None:
        return 0
    _tell_followers(message)
    if room.t == CHANNEL.type:
        _join_mentioned(message, room)
    return notifications.notify(message, room)


def _tell_followers(message: Message) -> None:
    """A reply counts as a mention for those who follow its thread (contract: chat.yaml new_message_effects)."""
    parent_id = message.document.get("tmid")
    parent = messages.find(parent_id) if parent_id else None
    if parent is None:
        return
    for user_id in parent.followers - {message.author_id}:
        memberships.mentioned(user_id, message.room_id, message.id, thread_id=parent.id)


def _join_mentioned(message: Message, room: Room) -> None:
    """Somebody mentioned in a channel they are not in is joined to it."""
    named = [person["_id"] for person in message.document.get("mentions", [])]
    if not named:
        return
    inside = {held.user_id for held in memberships.find_many((user_id, room.id) for user_id in named)}
    for user in users.find_many(user_id for user_id in named if user_id not in inside):
        if user.active:
            room = members.enter(room, user, user, "uj")


def purge(room_id: str) -> bool:
    """Takes away what was in a room that is gone, as much as one run may. True: nothing is left."""
    if rooms.find(room_id, fresh=True) is not None:
        # A direct room of the same two people was made anew: what is there now is theirs.
        messages.purged(room_id)
        return True
    for upload in uploads.of_room(room_id, _PURGED_AT_ONCE):
        files.remove(upload.object_key)
        uploads.remove(upload)
    some = list(memberships.member_ids(room_id, limit=_PURGED_AT_ONCE))
    for membership in memberships.find_many((user_id, room_id) for user_id in some):
        memberships.end(membership)
    rooms.purge(room_id)
    if messages.purge(room_id, most=_PURGED_AT_ONCE) and len(some) < _PURGED_AT_ONCE:
        messages.purged(room_id)
        return True
    messages.purge_again(room_id)
    return False


def message_in(image: Mapping[str, Any]) -> Message | None:
    """The message in an item of the stream, if there is one."""
    item = table.incoming(image)
    return messages.message_of(item) if messages.is_message(item) else None


def room_to_purge(image: Mapping[str, Any]) -> str | None:
    """The id of the room that an item of the stream asks to purge, if it does."""
    return messages.purged_room(table.incoming(image))
