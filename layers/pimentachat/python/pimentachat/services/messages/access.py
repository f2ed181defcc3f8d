"""The one way to a message: it is found in a room that the caller may read, or the endpoint refuses in its words."""

from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.messages import MessageOfAnotherRoom, NoSuchMessageId, ThreadParentNotFound
from pimentachat.models.messages import Message
from pimentachat.models.rooms import Room
from pimentachat.services.rooms import access
from pimentachat.store import messages as message_store
from pimentachat.store import prefetch


def readable(
    caller: Caller, message_id: str, *, otherwise: ChatError, missing: ChatError | None = None
) -> tuple[Message, Room]:
    """A message in a room that the caller may read, and that room.

    Raises:
        ChatError: `otherwise`; where an endpoint tells them apart, `missing` for one that does not exist.
    """
    prefetch.message(caller.id, message_id)
    message = message_store.find(message_id)
    if message is None:
        raise missing or otherwise
    return message, access.readable(caller, message.room_id, otherwise=otherwise)


def in_room(message_id: str, room_id: str) -> Message:
    """The message that a client names together with its room. Whether the caller may read it is still to be asked.

    Raises:
        NoSuchMessageId, MessageOfAnotherRoom.
    """
    message = message_store.find(message_id)
    if message is None:
        raise NoSuchMessageId(message_id=message_id)
    if message.room_id != room_id:
        raise MessageOfAnotherRoom
    return message


def thread_parent(caller: Caller, tmid: str) -> Message:
    """The message that a reply hangs on; a reply to a reply hangs on the same parent (no nesting).

    Raises:
        ThreadParentNotFound: there is none, or it is in a room that the caller may not see.
    """
    message, _ = readable(caller, tmid, otherwise=ThreadParentNotFound())
    if message.thread_id:
        message, _ = readable(caller, message.thread_id, otherwise=ThreadParentNotFound())
    return message
