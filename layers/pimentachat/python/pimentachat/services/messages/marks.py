"""What people mark messages with: pins for the room, stars for themselves, threads that they follow, reports (contract:
chat.yaml)."""

from dataclasses import replace
from typing import Final

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.messages import (
    InvalidDescription,
    InvalidReportedMessage,
    MessageNotFound,
    PinningNotAllowed,
    PinningNotAuthorized,
    StarringNotAllowed,
    ThreadParentNotFound,
    ThreadsDisabled,
    TooManyStars,
)
from pimentachat.models.messages import Message, Person
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services.messages import access, editing, posting, quotes
from pimentachat.services.rooms import system_messages
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store

_PINNED: Final = "message_pinned"


def pin(caller: Caller, message_id: str) -> Message | None:
    """Pins a message and says so in its room; what the room says. None: nothing was pinned, since the caller is no
    member of the room, or the room takes no such messages.

    Raises:
        MessageNotFound, PinningNotAllowed, PinningNotAuthorized.
        ChatError: the caller may not write in the room (`posting.check_may_write`).
    """
    message, room = _to_pin(caller, message_id)
    if memberships.find(caller.id, room.id) is None:
        return None
    change = editing.by(caller)
    said = system_messages.compose(room, caller.user, _PINNED, "", attachments=[_shown(message)])
    # The room's numbers are in the transaction: people pin far more rarely than they post.
    also = [] if said.hidden else [*message_store.additions(said), room_store.counting(said, gone=MessageNotFound())]
    marks = {"pinned": True, "pinnedAt": change.at, "pinnedBy": Person(caller.id, caller.username).document()}
    pinned = message_store.change(
        message, lambda now: replace(now, more={**now.more, **marks}), also=also, kept=editing.kept(change)
    )
    if pinned is None:
        raise MessageNotFound
    _keep_in_step(room, pinned)
    return said if also else None


def unpin(caller: Caller, message_id: str) -> None:
    """Takes a message off the pinned ones; nothing happens for who is no member of its room.

    Raises:
        MessageNotFound, PinningNotAllowed, PinningNotAuthorized.
        ChatError: the caller may not write in the room (`posting.check_may_write`).
    """
    message, room = _to_pin(caller, message_id)
    if memberships.find(caller.id, room.id) is None:
        return
    marks = {"pinned": False, "pinnedAt": clock.now_text(), "pinnedBy": Person(caller.id, caller.username).document()}
    changed = message_store.change(message, lambda now: replace(now, more={**now.more, **marks}))
    if changed:
        _keep_in_step(room, changed)


def _to_pin(caller: Caller, message_id: str) -> tuple[Message, Room]:
    message, room = _seen(caller, message_id, otherwise=MessageNotFound())
    if not workspace.current().flag("Message_AllowPinning"):
        raise PinningNotAllowed
    if not caller.may("pin-message", room.id):
        raise PinningNotAuthorized
    posting.check_may_write(caller, room, memberships.find(caller.id, room.id))
    return message, room


def _seen(caller: Caller, message_id: str, *, otherwise: ChatError) -> tuple[Message, Room]:
    message, room = access.readable(caller, message_id, otherwise=otherwise)
    if message.hidden:
        raise otherwise
    return message, room


def _shown(message: Message) -> Document:
    return {
        "text": message.text,
        "author_name": message.author.username,
        "author_icon": f"/avatar/{message.author.username}",
        "ts": message.sent_at,
        "attachments": quotes.nested(message.attachments) if message.attachments else None,
    }


def _keep_in_step(room: Room, changed: Message) -> None:
    if room.last_id == changed.id:
        room_store.replace_last_message(room.id, changed)


def star(caller: Caller, message_id: str) -> None:
    """Stars a message for the caller, once; nothing happens for who is no member of its room.

    Raises:
        MessageNotFound, StarringNotAllowed, TooManyStars.
    """
    message, room = _to_star(caller, message_id)
    if memberships.find(caller.id, room.id) is None or caller.id in message.starred:
        return
    if len(message.starred) >= message_store.STARS_MOST:
        raise TooManyStars(most=message_store.STARS_MOST)
    if message_store.star(message, caller.id):
        _reread_last(room, message)


def unstar(caller: Caller, message_id: str) -> None:
    """Takes the caller's star away.

    Raises:
        MessageNotFound, StarringNotAllowed.
    """
    message, room = _to_star(caller, message_id)
    if caller.id in message.starred and message_store.unstar(message, caller.id):
        _reread_last(room, message)


def _to_star(caller: Caller, message_id: str) -> tuple[Message, Room]:
    message, room = _seen(caller, message_id, otherwise=MessageNotFound())
    if not workspace.current().flag("Message_AllowStarring"):
        raise StarringNotAllowed
    return message, room


def _reread_last(room: Room, message: Message) -> None:
    changed = message_store.reread(message) if room.last_id == message.id else None
    if changed:
        _keep_in_step(room, changed)


def follow(caller: Caller, message_id: str) -> None:
    """Makes the caller follow the thread that a message begins or belongs to.

    Raises:
        ThreadsDisabled, ThreadParentNotFound, TooManyStars.
    """
    parent, room = _thread(caller, message_id)
    if caller.id in parent.followers:
        return
    if len(parent.followers) >= message_store.STARS_MOST:
        raise TooManyStars(most=message_store.STARS_MOST)
    if message_store.follow(parent, caller.id):
        _reread_last(room, parent)


def unfollow(caller: Caller, message_id: str) -> None:
    """Makes the caller follow a thread no more.

    Raises:
        ThreadsDisabled, ThreadParentNotFound.
    """
    parent, room = _thread(caller, message_id)
    if caller.id in parent.followers and message_store.unfollow(parent, caller.id):
        _reread_last(room, parent)
    held = memberships.find(caller.id, room.id)
    if held and parent.id in held.unread_threads:
        memberships.update(held, drop={"unread_threads": {parent.id}})


def _thread(caller: Caller, message_id: str) -> tuple[Message, Room]:
    if not workspace.current().flag("Threads_enabled"):
        raise ThreadsDisabled
    message, room = _seen(caller, message_id, otherwise=ThreadParentNotFound())
    if message.thread_id:
        message, room = _seen(caller, message.thread_id, otherwise=ThreadParentNotFound())
    return message, room


def report(caller: Caller, message_id: str, description: str) -> None:
    """Keeps a report about a message for the administrators.

    Raises:
        InvalidDescription: it says nothing.
        InvalidReportedMessage: there is no such message where the caller may read.
    """
    if not description.strip():
        raise InvalidDescription
    message, _ = _seen(caller, message_id, otherwise=InvalidReportedMessage())
    message_store.report(message, caller.id, description)
