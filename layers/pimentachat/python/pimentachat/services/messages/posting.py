"""From what a client wrote to a stored message, and what it does to the room and its people.

Contract: chat.yaml rules.new_message_effects. Serial round trips after the prelude: the message (with the author's
membership beside it), then the room's numbers (with those of people mentioned beside them). Once the message is stored
the answer is a success: what the rest of a post could not do, the settle worker does (services/after/settling.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.base import ChatError
from pimentachat.errors.messages import (
    GroupMentionNotAllowed,
    GroupMentionTooWide,
    MessageTooLong,
    Muted,
    RoomBlocked,
    RoomIsArchived,
    RoomReadOnly,
    ThreadParentNotFound,
)
from pimentachat.errors.requests import Unavailable
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import EVERYBODY, FileReference, Message, Person, Tally
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services.messages import attachments as message_attachments
from pimentachat.services.messages import meaning, quotes
from pimentachat.services.messages.access import thread_parent
from pimentachat.services.text import addresses, lengths
from pimentachat.store import memberships, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store.writes import Write

# DynamoDB takes records of up to 400 KB, and 5,000 of the longest emoji must fit.
_BYTES_MOST: Final = 128 * 1024


@dataclass(frozen=True)
class Draft:
    """What a client wants to post, after its parameters were read."""

    text: str = ""
    id: str | None = None
    """Chosen by the client, so that sending again stores nothing twice; or chosen before, so that it can be named."""
    ts: Instant | None = None
    tmid: str | None = None
    attachments: list[Document] | None = None
    parse_urls: bool | None = None
    file: FileReference | None = None
    more: Document = field(default_factory=dict)
    """Further fields as they are stored: alias, avatar, emoji, groupable, bot ..."""
    too_long: type[ChatError] = MessageTooLong
    beside: Callable[[], Sequence[Write]] = tuple
    """What is stored in the transaction of a message with a chosen id; asked for when nothing refuses the message any
    more."""


class AlreadyThere(ChatError):
    """A message with the id chosen by the client exists; turned into a success by the service."""


def check_may_write(
    caller: Caller,
    room: Room,
    membership: Membership | None,
    *,
    muted: type[ChatError] = Muted,
    open_to_readers: bool = False,
) -> None:
    """The caller may read the room; may they post, edit, delete or react there? Every write of a message asks here.

    `open_to_readers`: those who may only read may do this (react, where the room says so).

    Raises:
        RoomIsArchived: nobody writes in an archived room.
        RoomBlocked: one side of a direct room blocked the other.
        Muted (or `muted`), RoomReadOnly: the caller may read, not write.
    """
    if room.archived:
        raise RoomIsArchived
    if membership and (membership.preferences.get("blocked") or membership.preferences.get("blocker")):
        raise RoomBlocked
    if open_to_readers:
        return
    if room.ro and caller.may("post-readonly", room.id):
        return
    if caller.username in (room.muted or []):
        raise muted
    if room.ro and caller.username not in (room.unmuted or []):
        raise RoomReadOnly


def check_length(text: str, otherwise: ChatError | None = None) -> None:
    """
    Raises:
        MessageTooLong (or `otherwise`): more than Message_MaxAllowedSize characters as people count them.
    """
    if lengths.exceeds(text, workspace.current().number("Message_MaxAllowedSize")):
        raise otherwise or MessageTooLong()


def check_storable(message: Message, too_long: type[ChatError] = MessageTooLong) -> None:
    """
    Raises:
        MatchError: something in the message is nested too deep.
        MessageTooLong (or `too_long`): the message with all its fields is larger than a record may be.
    """
    body = message.body()
    message_attachments.check_depth(body)
    if lengths.size(body) > _BYTES_MOST:
        raise too_long


def post(caller: Caller, room: Room, membership: Membership | None, draft: Draft) -> Message:
    """Stores a message and counts it.

    Raises:
        InvalidLink: the avatar is no address that may be shown.
        ThreadParentNotFound: the message to reply to is none of this room.
        MatchError, MessageTooLong: see `check_storable`.
        GroupMentionNotAllowed, GroupMentionTooWide: @all or @here may not be used here.
        AlreadyThere: a message of the id that the client chose exists.
        ChatError: the refusal of what is stored beside the message.
        InvalidRoom: the room was removed at this moment; no message is left behind.
        Unavailable: the store was out of reach, and nothing was stored.
    """
    addresses.checked(str(draft.more.get("avatar", "")))
    parent = thread_parent(caller, draft.tmid) if draft.tmid else None
    if parent and parent.room_id != room.id:
        raise ThreadParentNotFound
    text = meaning.filtered(draft.text)
    mentions = meaning.mentions(text)
    to_all = check_group_mentions(caller, room, mentions)
    now = clock.now_text()
    links, attachments = quotes.attached(caller, text, draft.attachments, parse_urls=draft.parse_urls is not False)
    counts = Tally(
        ordinary=parent is None,
        latest=True,
        shown=workspace.current().flag("Store_Last_Message"),
        alls=to_all,
    )
    message = Message(
        draft.id or ids.new_id(),
        room.id,
        draft.ts or now,
        caller.user.brief(),
        now,
        text,
        thread_id=parent.id if parent else None,
        mentions=mentions,
        channels=meaning.channels(text, caller.id),
        urls=links or None,
        attachments=attachments,
        file=draft.file,
        parse_urls=draft.parse_urls,
        more=_named(caller, draft.more),
        tally=counts if room_store.trackable(room) else None,
    )
    check_storable(message, draft.too_long)
    whole = _stored(message, room, membership, counts, draft)
    try:
        if whole:
            _take_effect(message, room, counts, parent)
        elif message.tally is None:
            raise Unavailable
    except InvalidRoom:
        message_store.remove(message)
        raise
    except Unavailable:
        # Without its tally, the worker would not know that the message was not counted.
        if message.tally is None:
            message_store.remove(message)
            raise
    return message


def _named(caller: Caller, more: Document) -> Document:
    """The further fields of a message, under its author's real name where the workspace wants that and no other name is
    given."""
    wanted = workspace.current().flag("Message_SetNameToAliasEnabled")
    return {**more, "alias": caller.user.name} if wanted and caller.user.name and not more.get("alias") else more


def _take_effect(message: Message, room: Room, counts: Tally, parent: Message | None) -> None:
    table.side_by_side(
        # The first one may do several things at once itself.
        *([partial(reply_to, parent, message, room)] if parent else []),
        partial(room_store.count, room.id, message, counts, tracked=message.tally is not None),
        *(
            partial(memberships.count_mention, person.id, room.id, message.id, stored_at=message.updated_at)
            for person in message.mentions or []
            if not message.to_everybody and person.id != message.author.id
        ),
    )


def _stored(message: Message, room: Room, membership: Membership | None, counts: Tally, draft: Draft) -> bool:
    """Stores the message, and counts it as its author's own. False: it is there, but one of the two was cut off.

    Raises:
        AlreadyThere: a message of the id that the client chose exists.
        Unavailable: the store was out of reach, and the message is not there.
    """
    chosen = draft.id is not None

    def keep() -> None:
        if chosen:
            message_store.add_once(message, otherwise=AlreadyThere(), also=draft.beside())
        else:
            message_store.add(message)

    if membership is None:
        kept, own = _happened(keep), True
    else:
        read = partial(
            memberships.count_own,
            membership,
            message.id,
            membership.of_others(room),
            ordinary=counts.ordinary,
            alls=counts.alls,
            at=message.stored_at,
        )
        if chosen:
            # A message sent twice must not be counted as the author's own twice.
            kept = _happened(keep)
            own = _happened(read) if kept else False
        else:
            kept, own = table.side_by_side(partial(_happened, keep), partial(_happened, read))
    if not kept and not message_store.stored(message):
        if membership and own:
            memberships.update(membership, add={"own": -counts.ordinary, "own_alls": -counts.alls})
        raise Unavailable
    return kept and own


def _happened(write: Callable[[], object]) -> bool:
    try:
        write()
    except Unavailable:
        return False
    return True


def reply_to(parent: Message, reply: Message, room: Room) -> None:
    """Hangs a reply on its thread, once, however often it is called."""
    if message_store.add_reply(parent, reply) and room.last_message and room.last_message.id == parent.id:
        changed = message_store.reread(parent)
        if changed:
            room_store.replace_last_message(room.id, changed)


def check_group_mentions(caller: Caller, room: Room, mentions: list[Person]) -> bool:
    """Whether everybody is among those who are mentioned; may the caller mention them all?

    Raises:
        GroupMentionNotAllowed, GroupMentionTooWide.
    """
    whom = [person.id for person in mentions if person.id in EVERYBODY]
    for name in whom:
        if not caller.may(f"mention-{name}", room.id):
            raise GroupMentionNotAllowed(whom=name)
    most = workspace.current().number("Message_MaxAll")
    if whom and 0 < most < room.users_count:
        raise GroupMentionTooWide(limit=most)
    return bool(whom)
