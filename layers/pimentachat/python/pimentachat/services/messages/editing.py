"""Changing the text of a message (contract: chat.yaml chat.update)."""

from dataclasses import replace

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.messages import EditingMessageBlocked, EditingMessageNotAllowed, NoSuchMessageId
from pimentachat.models.integrations import EDITS
from pimentachat.models.messages import Edit, Message, Person
from pimentachat.models.records import Document
from pimentachat.services.events import listeners
from pimentachat.services.messages import access as message_access
from pimentachat.services.messages import meaning, posting, previews
from pimentachat.services.rooms import access
from pimentachat.store import memberships, outbox
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store


def edit(caller: Caller, room_id: str, message_id: str, text: str) -> Message:
    """Replaces the text of a message; the same text changes nothing.

    Raises:
        NoSuchMessageId, MessageOfAnotherRoom, EditingMessageNotAllowed, EditingMessageBlocked, MessageTooLong.
        GroupMentionNotAllowed, GroupMentionTooWide: the new text mentions everybody, the former did not.
        ChatError: the caller may not write in the room (`posting.check_may_write`).
    """
    message = message_access.in_room(message_id, room_id)
    space = workspace.current()
    _check_editable(message)
    own = message.author.id == caller.id and space.flag("Message_AllowEditing")
    any_message = caller.may("edit-message", message.room_id)
    if not own and not any_message:
        raise EditingMessageNotAllowed
    room = access.readable(caller, message.room_id, otherwise=EditingMessageNotAllowed())
    held = memberships.former(caller.id, room.id)
    if held and held.ended and not any_message:
        # Who was removed from a channel may read it still, and rewrites nothing there.
        raise EditingMessageNotAllowed
    posting.check_may_write(caller, room, held)
    if older_than(message, space.number("Message_AllowEditing_BlockEditInMinutes")):
        raise EditingMessageBlocked
    posting.check_length(text)
    text = meaning.filtered(text)
    if text == message.text:
        return message
    change = by(caller)
    edited = _edited(message, text, change)
    before = {person.id for person in message.mentions or []}
    posting.check_group_mentions(caller, room, [each for each in edited.mentions or [] if each.id not in before])
    # The stream tells of new messages alone.
    shown = [outbox.entry(**previews.effect(edited))] if edited.urls and previews.wanted(edited) else []
    told = listeners.told(EDITS, message_id=message.id)
    changed = message_store.change(
        message, lambda now: _edited(now, text, change), also=[*shown, *told], kept=kept(change)
    )
    if changed is None:
        raise NoSuchMessageId(message_id=message_id)
    room_store.replace_last_message(changed.room_id, changed)
    return changed


def _check_editable(message: Message) -> None:
    """What the room says is nobody's to word ("ana has joined"), and what was deleted does not speak again."""
    if message.system or message.hidden:
        raise EditingMessageNotAllowed


def by(caller: Caller) -> Edit:
    return Edit(clock.now_text(), Person(caller.id, caller.username))


def kept(change: Edit) -> Edit | None:
    """A change before which what the message was is kept; None where the workspace keeps nothing."""
    return change if workspace.current().flag("Message_KeepHistory") else None


def _edited(message: Message, text: str, change: Edit) -> Message:
    # It may have been deleted at this moment.
    _check_editable(message)
    described = _with_description(message.attachments or [], text)
    if described:
        edited = replace(message, attachments=described, edit=change)
    else:
        links = meaning.links(text) if message.parse_urls is not False else []
        edited = replace(
            message,
            text=text,
            urls=[{"url": link} for link in links],
            mentions=meaning.mentions(text),
            channels=meaning.channels(text, message.author.id),
            edit=change,
        )
    posting.check_storable(edited)
    return edited


def _with_description(attachments: list[Document], text: str) -> list[Document] | None:
    """The attachments of a file with another description: that is a file's text. None: this is no file."""
    if not attachments or attachments[0].get("description") is None:
        return None
    return [{**attachments[0], "description": text}, *attachments[1:]]


def older_than(message: Message, minutes: int) -> bool:
    """Whether a time limit of the workspace has passed; 0 is none."""
    if minutes <= 0:
        return False
    return int((clock.now() - clock.parse(message.sent_at)).total_seconds() // 60) > minutes
