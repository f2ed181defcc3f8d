"""What happens after the answer, fed by the stream of the Messages table: what a post could not finish, thread
followers, people mentioned, pushes, and the purge of rooms that are gone.

The stream may bring a record any number of times. A message is done with when its `tally` is gone from the table; until
then everything here may run again for it without counting anything twice.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Final

from pimentachat.cloud import files
from pimentachat.errors import InvalidRoom
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.rooms import CHANNEL, Room
from pimentachat.services import members, notifications, posting
from pimentachat.store import memberships, messages, rooms, table, uploads, users
from pimentachat.store.items import incoming

_PURGED_AT_ONCE: Final = 500


def settle(inserted: Iterable[Message]) -> list[Message]:
    """Makes sure that the rooms have counted these messages: a request may have died between storing and counting
    one. Returns those that are still to be delivered."""
    given = list(inserted)
    now = messages.as_stored(given)
    due = [message for message in given if message.id in now and (not message.tally or now[message.id].tally)]
    for room_id, some in _by_room(due).items():
        _settle_room(room_id, some, now)
    return due


def _by_room(some: Iterable[Message]) -> dict[str, list[Message]]:
    by_room: dict[str, list[Message]] = {}
    for message in some:
        if message.tally:
            by_room.setdefault(message.room_id, []).append(message)
    return by_room


def _settle_room(room_id: str, some: list[Message], now: Mapping[str, Message]) -> None:
    room = rooms.find(room_id, fresh=True)
    if room is None:
        return
    for message_id in rooms.uncounted(room, (message.id for message in some)):
        try:
            _count_late(room, now[message_id])
        except InvalidRoom:
            return


def _count_late(room: Room, message: Message) -> None:
    counts = message.tally
    if counts is None:
        return
    if message.system or message.hidden:
        counts = replace(counts, latest=False, shown=False)
    after = rooms.tally(room.id, message, counts, tracked=True, late=True)
    if not rooms.counted_late(after, message.id):
        # The request was on its way after all.
        return
    messages.complete(message)
    author = memberships.find(message.author_id, room.id, fresh=True)
    # A post moves its author's read mark to its own time, in the same write that counts it as theirs.
    if author and counts.ordinary and (author.ls or "") < message.ts:
        memberships.change(author, add={"own": 1} | ({"own_alls": 1} if counts.alls else {}))


def close(done: Iterable[Message]) -> None:
    """Notes that these messages were settled and delivered, so that nothing is done again when the stream brings them
    again."""
    for room_id, some in _by_room(done).items():
        for message in some:
            messages.settled(message)
        room = rooms.find(room_id, fresh=True)
        if room:
            rooms.tick_off(room, (message.id for message in some))


def shared_view() -> AbstractContextManager[None]:
    """While open, what was read for one message is not read again for the next; what changed is."""
    return table.request_view()


def deliver(message: Message) -> int:
    """Everything that a new message causes beyond its room; returns how many pushes went out.

    Messages of one batch share a view of what is read (`shared_view`): they mostly come from the same rooms.
    """
    if message.system or message.hidden:
        return 0
    room = rooms.find(message.room_id)
    if room is None:
        return 0
    _reach_thread(message, room)
    _reach_mentioned(message, room)
    return notifications.notify(message, room)


def _reach_thread(message: Message, room: Room) -> None:
    """A reply counts as a mention for those who follow its thread (contract: chat.yaml new_message_effects)."""
    parent_id = message.document.get("tmid")
    parent = messages.find(parent_id) if parent_id else None
    if parent is None:
        return
    if not messages.has_reply(parent, message):
        now = messages.find(message.id, fresh=True)
        if now and now.document.get("tmid") and not (now.system or now.hidden):
            posting.reply_to(parent, message, room)
            parent = messages.find(parent.id, fresh=True) or parent
    for user_id in parent.followers - {message.author_id}:
        _count_mention(memberships.find(user_id, room.id), message, thread_id=parent.id)


def _reach_mentioned(message: Message, room: Room) -> None:
    """Mentions are counted with the post; here those that were cut off. Somebody mentioned in a channel they are not in
    is joined to it."""
    named = [person["_id"] for person in message.document.get("mentions", []) if person["_id"] != message.author_id]
    if not named:
        return
    inside = {held.user_id: held for held in memberships.find_many((user_id, room.id) for user_id in named)}
    for held in inside.values():
        if message.id not in held.noticed:
            _count_mention(memberships.find(held.user_id, room.id, fresh=True), message)
    if room.t != CHANNEL.type:
        return
    for user in users.find_many(user_id for user_id in named if user_id not in inside):
        if user.active and members.may_join(user, room):
            room = members.enter(room, user, user, "uj")


def _count_mention(held: Membership | None, message: Message, thread_id: str | None = None) -> None:
    # Who has read the room since then has seen the message, and with it what there was to count.
    if held and message.id not in held.noticed and (held.ls or "") < message.stored_at:
        memberships.mentioned(held.user_id, held.room_id, message.id, stored_at=message.stored_at, thread_id=thread_id)


def purge(room_id: str) -> bool:
    """Takes away what was in a room that is gone, as much as one run may. True: nothing is left."""
    if rooms.find(room_id, fresh=True) is not None:
        # A direct room of the same two people was made anew: what is there now is theirs.
        messages.purged(room_id)
        return True
    stored = list(uploads.of_room(room_id, _PURGED_AT_ONCE))
    for upload in stored:
        files.remove(upload.object_key)
        uploads.remove(upload)
    some = list(memberships.member_ids(room_id, limit=_PURGED_AT_ONCE))
    for membership in memberships.find_many((user_id, room_id) for user_id in some):
        memberships.end(membership)
    rooms.purge(room_id)
    if messages.purge(room_id, most=_PURGED_AT_ONCE) and max(len(some), len(stored)) < _PURGED_AT_ONCE:
        messages.purged(room_id)
        return True
    messages.purge_again(room_id)
    return False


def message_in(image: Mapping[str, Any]) -> Message | None:
    """The message in an item of the stream, if there is one."""
    item = incoming(image)
    return messages.message_of(item) if messages.is_message(item) else None


def room_to_purge(image: Mapping[str, Any]) -> str | None:
    """The id of the room that an item of the stream asks to purge, if it does."""
    return messages.purged_room(incoming(image))
