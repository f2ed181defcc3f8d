"""Deleting messages, in the way that Message_KeepHistory and Message_ShowDeletedStatus say (contract: chat.yaml
chat.delete)."""

from dataclasses import replace
from functools import partial
from typing import Final

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.messages import DeletingMessageBlocked, DeletingMessageNotAllowed, ForceDeleteNeeded
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.messages import Edit, Message
from pimentachat.services.files import files
from pimentachat.services.messages import access as message_access
from pimentachat.services.messages import editing, posting
from pimentachat.services.rooms import access, changes
from pimentachat.store import jobs, memberships, table
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store.message_lists import Place
from pimentachat.store.writes import Write

FREE_REPLIES: Final = "free_replies"
"""The job that frees what many have replied to a message that is gone."""
_FREED_AT_ONCE: Final = 25


def delete(caller: Caller, room_id: str, message_id: str, *, as_user: bool = False) -> Message:
    """Deletes a message; returns it as it was.

    Raises:
        NoSuchMessageId, MessageOfAnotherRoom, ForceDeleteNeeded, DeletingMessageNotAllowed, DeletingMessageBlocked.
        ChatError: the caller may not write in the room (`posting.check_may_write`), and has no force-delete-message.
    """
    message = message_access.in_room(message_id, room_id)
    space = workspace.current()
    forced = caller.may("force-delete-message", message.room_id)
    own = message.author.id == caller.id
    if as_user and not own and not forced:
        raise ForceDeleteNeeded
    allowed = own and space.flag("Message_AllowDeleting")
    if not (allowed or forced or caller.may("delete-message", message.room_id)):
        raise DeletingMessageNotAllowed
    room = access.readable(caller, message.room_id, otherwise=DeletingMessageNotAllowed())
    if not forced:
        # What must go can be taken out of an archived room too, by those who keep order.
        posting.check_may_write(caller, room, memberships.find(caller.id, room.id))
        if editing.older_than(message, space.number("Message_AllowDeleting_BlockDeleteInMinutes")):
            raise DeletingMessageBlocked
    _take_away(caller, message)
    return message


def _take_away(caller: Caller, message: Message) -> None:
    space = workspace.current()
    keep = space.flag("Message_KeepHistory")
    show = space.flag("Message_ShowDeletedStatus")
    change = editing.by(caller)
    if message.file:
        files.withdraw(message.file.id, keep=keep)
    also = freeing(message)
    if show:
        message_store.change(message, lambda now: _as_deleted(now, change), also=also, kept=editing.kept(change))
        first = True
    elif keep:
        first = _hide(message, also)
    else:
        first = message_store.remove(message, also=also)
    if not first:
        return
    if not show:
        room_store.count_gone(message.room_id)
    leave_thread(message)
    leave_last_message(message)
    discussion = room_store.find(message.discussion_id) if message.discussion_id else None
    if discussion:
        changes.take_away(discussion, gone=InvalidRoom())


def erase(message: Message) -> None:
    """Deletes a message, or an earlier version, with its file, whatever the settings say, and keeps nothing of what it
    said."""
    withdraw_file(message)
    if not message_store.remove(message, also=freeing(message)) or message.earlier:
        return
    if not message.hidden:
        room_store.count_gone(message.room_id)
    leave_thread(message)
    leave_last_message(message)


def withdraw_file(message: Message) -> bool:
    """Takes the file of a message away for good; that of an earlier version only when no message shows it any more.
    Whether there is none left."""
    return message.file is None or files.withdraw(message.file.id, keep=False, in_sight=not message.earlier)


def _as_deleted(message: Message, change: Edit) -> Message:
    nothing: dict[str, list[str]] = {}
    return replace(
        message, type="rm", text="", urls=[], mentions=[], attachments=[], file=None, edit=change, reactions=nothing
    )


def _hide(message: Message, also: list[Write]) -> bool:
    """Takes a message out of sight. False: somebody else did so before."""
    was_hidden = True

    def hidden(now: Message) -> Message:
        nonlocal was_hidden
        was_hidden = now.hidden
        return now if now.hidden else replace(now, hidden=True)

    return message_store.change(message, hidden, also=also) is not None and not was_hidden


def leave_last_message(message: Message) -> None:
    """Puts another message into the place of a room's last one, which is gone. Looks again after each change: what took
    the place may have been deleted at the same moment."""
    gone: Message | None = message
    while gone:
        room = room_store.reread(message.room_id)
        if room is None or room.last_id != gone.id:
            return
        newest = message_store.newest_ordinary(room.id)
        room_store.drop_last_message(room.id, gone.id, newest)
        now = message_store.reread(newest) if newest else None
        gone = newest if newest and (now is None or now.hidden or now.system) else None


def leave_thread(message: Message) -> None:
    """Takes a message off the thread it is in, and frees the replies to it, where they are few (`freeing`)."""
    parent = message_store.find(message.thread_id) if message.thread_id else None
    if parent:
        message_store.remove_reply(parent, message)
    if 0 < message.replies <= _FREED_AT_ONCE:
        free_replies(message.room_id, message.id, most=_FREED_AT_ONCE)


def freeing(message: Message) -> list[Write]:
    """Asks for the job that frees the replies to a message, where they are many: for the transaction that ends it."""
    if message.replies <= _FREED_AT_ONCE:
        return []
    return [jobs.request(FREE_REPLIES, room_id=message.room_id, message_id=message.id)]


def free_replies(room_id: str, parent_id: str, *, most: int) -> bool:
    """Makes replies whose parent is gone messages like any other, the first of them. True: none is left."""
    places = message_list_store.replies(parent_id)
    replies = message_store.find_many(room_id, places[:most])
    mark = message_store.find(parent_id)
    table.side_by_side(*(partial(_free, mark, parent_id, reply) for reply in replies))
    for place in {*places[:most]} - {Place(reply.sent_at, reply.id) for reply in replies}:
        message_list_store.forget_reply(parent_id, place)
    return len(places) <= most


def _free(mark: Message | None, parent_id: str, reply: Message) -> None:
    """`mark` is what is left of the parent, if anything is."""
    message_store.change(reply, lambda now: replace(now, thread_id=None))
    if mark:
        message_store.remove_reply(mark, reply)
    else:
        message_list_store.forget_reply(parent_id, Place(reply.sent_at, reply.id))
