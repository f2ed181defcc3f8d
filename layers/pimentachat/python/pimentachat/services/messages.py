"""Messages: reading one, changing, deleting (contract: chat.yaml)."""

from functools import partial

from pimentachat import clock, ids
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    Bare,
    DeletingMessageBlocked,
    DeletingMessageNotAllowed,
    EditingMessageBlocked,
    EditingMessageNotAllowed,
    ForceDeleteNeeded,
    InvalidRoom,
    MessageOfAnotherRoom,
    NoSuchMessageId,
    NotAllowed,
)
from pimentachat.models.messages import DeleteMessage, Message, UpdateMessage
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services import posting, rooms, uploads
from pimentachat.store import messages as store
from pimentachat.store import rooms as room_store
from pimentachat.store import table

# --- reading


def get(caller: Caller, message_id: str) -> Message:
    """One message, whatever its type.

    Raises:
        Bare: there is none.
        NotAllowed: the caller may not read its room.
    """
    message = store.find(message_id)
    if message is None:
        raise Bare
    readable_room(caller, message)
    return message


def readable_room(caller: Caller, message: Message) -> Room:
    room = room_store.find(message.room_id)
    if room is None or not rooms.visible_to(caller, room):
        raise NotAllowed
    return room


def _in_room(message_id: str, room_id: str) -> Message:
    message = store.find(message_id)
    if message is None:
        raise NoSuchMessageId(message_id=message_id)
    if message.room_id != room_id:
        raise MessageOfAnotherRoom
    return message


# --- changing


def edit(caller: Caller, params: UpdateMessage) -> Message:
    """Replaces the text of a message; the same text changes nothing.

    Raises:
        NoSuchMessageId, MessageOfAnotherRoom, EditingMessageNotAllowed, EditingMessageBlocked, MessageTooLong.
    """
    message = _in_room(params.msg_id, params.room_id)
    space = workspace.current()
    own = message.author_id == caller.id and space.flag("Message_AllowEditing")
    if not own and not caller.may("edit-message", message.room_id):
        raise EditingMessageNotAllowed
    room = room_store.find(message.room_id)
    if room is None or not rooms.visible_to(caller, room):
        raise EditingMessageNotAllowed
    if _older_than(message, space.number("Message_AllowEditing_BlockEditInMinutes")):
        raise EditingMessageBlocked
    posting.check_length(params.text)
    text = posting.filtered(params.text)
    if text == message.document["msg"]:
        return message
    editor = {"editedAt": clock.now_text(), "editedBy": {"_id": caller.id, "username": caller.username}}
    if space.flag("Message_KeepHistory"):
        _keep_copy(message, editor)
    changed = store.change(message, lambda document: _edited(document, text, editor))
    if changed is None:
        raise NoSuchMessageId(message_id=params.msg_id)
    room_store.replace_last_message(changed.room_id, changed)
    return changed


def _edited(document: Document, text: str, editor: Document) -> Document:
    attachments = document.get("attachments") or []
    if attachments and attachments[0].get("description") is not None:
        # The text of a file is its description.
        new: Document = {"attachments": [{**attachments[0], "description": text}, *attachments[1:]]}
    else:
        links = posting.links_in(text) if document.get("parseUrls") is not False else []
        new = {
            "msg": text,
            "urls": [{"url": link} for link in links],
            "mentions": posting.mentions_in(text),
            "channels": posting.channels_in(text, document["u"]["_id"]),
        }
    edited = {**document, **new, **editor}
    posting.check_storable(edited)
    return edited


def _older_than(message: Message, minutes: int) -> bool:
    if minutes <= 0:
        return False
    return int((clock.now() - clock.parse(message.ts)).total_seconds() // 60) > minutes


def _keep_copy(message: Message, editor: Document) -> None:
    copy = {**message.document, "_id": ids.new_id(), "_hidden": True, "parent": message.id, **editor}
    store.add(Message(copy))


def delete(caller: Caller, params: DeleteMessage) -> Message:
    """Deletes a message in the way that Message_KeepHistory and Message_ShowDeletedStatus say.

    Raises:
        NoSuchMessageId, MessageOfAnotherRoom, ForceDeleteNeeded, DeletingMessageNotAllowed, DeletingMessageBlocked.
    """
    message = _in_room(params.msg_id, params.room_id)
    space = workspace.current()
    forced = caller.may("force-delete-message", message.room_id)
    own = message.author_id == caller.id
    if params.as_user and not own and not forced:
        raise ForceDeleteNeeded
    allowed = own and space.flag("Message_AllowDeleting")
    if not (allowed or forced or caller.may("delete-message", message.room_id)):
        raise DeletingMessageNotAllowed
    room = room_store.find(message.room_id)
    if room is None or not rooms.visible_to(caller, room):
        raise DeletingMessageNotAllowed
    if not forced and _older_than(message, space.number("Message_AllowDeleting_BlockDeleteInMinutes")):
        raise DeletingMessageBlocked
    _take_away(caller, room, message)
    return message


def _take_away(caller: Caller, room: Room, message: Message) -> None:
    space = workspace.current()
    keep = space.flag("Message_KeepHistory")
    show = space.flag("Message_ShowDeletedStatus")
    editor = {"editedAt": clock.now_text(), "editedBy": {"_id": caller.id, "username": caller.username}}
    file_id = (message.document.get("file") or {}).get("_id")
    if file_id:
        uploads.withdraw(file_id, keep=keep)
    if keep and show:
        _keep_copy(message, editor)
    if show:
        gone = {"t": "rm", "msg": "", "urls": [], "mentions": [], "attachments": [], **editor}
        store.clear(message, lambda document: {**_without(document, "file"), **gone})
        first = True
    elif keep:
        first = _hide(message)
    else:
        first = store.remove(message)
    if not first:
        return
    if not show:
        room_store.count_gone(room.id)
    _leave_thread(message)
    _leave_last_message(room.id, message)
    discussion = message.document.get("drid")
    if discussion and (found := room_store.find(discussion)):
        room_store.remove(found, also=[store.purge_request(found.id)], gone=InvalidRoom())


def _hide(message: Message) -> bool:
    """Takes a message out of sight. False: somebody else did so before."""
    was_hidden = True

    def hidden(document: Document) -> Document:
        nonlocal was_hidden
        was_hidden = bool(document.get("_hidden"))
        return {**document, "_hidden": True}

    return store.change(message, hidden) is not None and not was_hidden


def _without(document: Document, *fields: str) -> Document:
    return {name: value for name, value in document.items() if name not in fields}


def _leave_last_message(room_id: str, message: Message) -> None:
    """Looks again after each change: what took the place may have been deleted at the same moment."""
    gone: Message | None = message
    while gone:
        room = room_store.find(room_id, fresh=True)
        if room is None or room.last_id != gone.id:
            return
        newest = store.newest_ordinary(room_id)
        room_store.drop_last_message(room_id, gone.id, newest)
        now = store.find(newest.id, fresh=True) if newest else None
        gone = newest if newest and (now is None or now.hidden or now.system) else None


def _leave_thread(message: Message) -> None:
    parent_id = message.document.get("tmid")
    parent = store.find(parent_id) if parent_id else None
    if parent:
        store.remove_reply(parent, message)
    if message.replies > 0:
        freed = [partial(_free, message, reply_id) for reply_id in store.reply_ids(message.id)]
        table.side_by_side(*freed)


def _free(parent: Message, reply_id: str) -> None:
    """A reply whose parent is gone is a message like any other."""
    reply = store.find(reply_id)
    if reply:
        store.change(reply, lambda document: _without(document, "tmid"))
        store.remove_reply(parent, reply)
