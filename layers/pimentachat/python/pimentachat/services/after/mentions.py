"""Mentions that are counted after the answer: once for each message and person, however often the worker comes by."""

from collections.abc import Mapping
from typing import Any, Final

from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.push import notifications
from pimentachat.store import memberships, prefetch
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

COUNT_HIGHLIGHTED: Final = "count_highlighted"
"""The effect that counts a message for the next of those of whose highlights it says one."""
_PAGE: Final = 100


def count(held: Membership | None, message: Message, thread_id: str | None = None) -> None:
    """Counts a message as a mention of a member (`thread_id`: of a follower of that thread)."""
    # Who has read the room since then has seen the message, and with it what there was to count.
    if held and message.id not in held.noticed and (held.ls or "") < message.updated_at:
        memberships.count_mention(
            held.user_id,
            held.room_id,
            message.id,
            stored_at=message.updated_at,
            thread_id=thread_id,
            by_name=not message.to_everybody,
        )


def reach_highlighted(
    message: Message, room: Room, audience: notifications.Audience, *, after: str = ""
) -> list[Document]:
    """Counts a message as a mention of those of whose highlights it says one, of a hundred behind the user id `after`;
    returns an effect for the others. Whom it reaches already, as everybody does, it counts for once."""
    highlighted = audience.highlighted(message)
    if not highlighted or message.to_everybody:
        return []
    named = {person.id for person in message.mentions or []}
    reached = {message.author.id, *named, *notifications.followers(message)}
    some = sorted(user_id for user_id in highlighted - reached if user_id > after)
    page = some[:_PAGE]
    prefetch.people_in(room.id, page)
    for user_id in page:
        held, user = memberships.find(user_id, room.id), user_store.find(user_id)
        if held and user and _counts(held, user, message):
            count(held, message)
    if len(some) <= _PAGE:
        return []
    place = {"room_id": message.room_id, "ts": message.sent_at, "message_id": message.id}
    return [{"effect": COUNT_HIGHLIGHTED, "after": page[-1], **place}]


def _counts(held: Membership, user: User, message: Message) -> bool:
    # The room's entry may be of a moment before they changed their mind.
    ignored = message.author.id in held.preferences.get("ignored", ())
    return user.active and not ignored and notifications.says_highlight(user, message)


def more_of(effect: Mapping[str, Any]) -> list[Document]:
    """Carries out the effect COUNT_HIGHLIGHTED; returns the one for those after them."""
    room = room_store.find(effect["room_id"])
    message = message_store.at(effect["room_id"], effect["ts"], effect["message_id"])
    if room is None or message is None or message.system or message.hidden:
        return []
    return reach_highlighted(message, room, notifications.Audience(room), after=effect["after"])
