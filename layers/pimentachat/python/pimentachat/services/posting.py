"""From what a client wrote to a stored message: mentions, links, quotes, and what it does to the room and its people.

Contract: chat.yaml rules.new_message_effects. Serial round trips after the prelude: the message (with the author's
membership beside it), then the room's numbers (with those of people mentioned beside them). Once the message is stored
the answer is a success: what the rest of a post could not do, the stream worker does (services/delivery.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pimentachat import clock, ids
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    ChatError,
    GroupMentionNotAllowed,
    GroupMentionTooWide,
    InvalidRoom,
    MessageTooLong,
    Muted,
    RoomBlocked,
    RoomIsArchived,
    RoomReadOnly,
    SendingNotAllowed,
    ThreadParentNotFound,
    Unavailable,
)
from pimentachat.models import attachments as attachment_models
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message, Tally
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services import lengths, names, rooms
from pimentachat.store import memberships, messages, table, users
from pimentachat.store import rooms as room_store

_EVERYBODY: Final = ("all", "here")
_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK: Final = re.compile(r"https?://[^\s<>\"'`]+")
_LINKS_MOST: Final = 20
_QUOTES_MOST: Final = 5
# DynamoDB takes records of up to 400 KB, and 5,000 of the longest emoji must fit.
_BYTES_MOST: Final = 128 * 1024
_PEOPLE_MOST: Final = 50
"""How many people one message can mention; further names are text."""


@dataclass(frozen=True)
class Draft:
    """What a client wants to post, after its parameters were read."""

    text: str = ""
    id: str | None = None
    """Chosen by the client, so that sending again stores nothing twice."""
    ts: str | None = None
    tmid: str | None = None
    attachments: list[Document] | None = None
    parse_urls: bool = True
    more: Document | None = None
    """Further fields as they are stored: alias, avatar, emoji, groupable, bot, file ..."""
    too_long: type[ChatError] = MessageTooLong


class AlreadyThere(ChatError):
    """A message with the id chosen by the client exists; turned into a success by the service."""


def check_may_write(caller: Caller, room: Room, membership: Membership | None) -> None:
    """
    Raises:
        SendingNotAllowed: no access to the room.
        RoomIsArchived: nobody writes in an archived room.
        RoomBlocked: one side of a direct room blocked the other.
        Muted, RoomReadOnly: the caller may read, not write.
    """
    if membership is None and not rooms.visible_to(caller, room):
        raise SendingNotAllowed
    if room.archived:
        raise RoomIsArchived
    if membership and (membership.preferences.get("blocked") or membership.preferences.get("blocker")):
        raise RoomBlocked
    if room.ro and caller.may("post-readonly", room.id):
        return
    if caller.username in (room.muted or []):
        raise Muted
    if room.ro and caller.username not in (room.unmuted or []):
        raise RoomReadOnly


def check_length(text: str, otherwise: ChatError | None = None) -> None:
    """
    Raises:
        MessageTooLong (or `otherwise`): more than Message_MaxAllowedSize characters as people count them.
    """
    if lengths.exceeds(text, workspace.current().number("Message_MaxAllowedSize")):
        raise otherwise or MessageTooLong()


def check_storable(document: Document, too_long: type[ChatError] = MessageTooLong) -> None:
    """
    Raises:
        MatchError: something in the message is nested too deep.
        MessageTooLong (or `too_long`): the message with all its fields is larger than a record may be.
    """
    attachment_models.check_depth(document)
    if lengths.size(document) > _BYTES_MOST:
        raise too_long


def thread_parent(caller: Caller, tmid: str) -> Message:
    """The message that a reply hangs on; a reply to a reply hangs on the same parent (no nesting).

    Raises:
        ThreadParentNotFound: there is none, or it is in a room that the caller may not see.
    """
    parent = messages.find(tmid)
    if parent and parent.document.get("tmid"):
        parent = messages.find(parent.document["tmid"])
    if parent is None:
        raise ThreadParentNotFound
    room = room_store.find(parent.room_id)
    if room is None or not rooms.visible_to(caller, room):
        raise ThreadParentNotFound
    return parent


def post(caller: Caller, room: Room, membership: Membership | None, draft: Draft) -> Message:
    """Stores a message and counts it.

    Raises:
        ThreadParentNotFound: the message to reply to is none of this room.
        MatchError, MessageTooLong: see `check_storable`.
        GroupMentionNotAllowed, GroupMentionTooWide: @all or @here may not be used here.
        AlreadyThere: a message of the id that the client chose exists.
        InvalidRoom: the room was removed at this moment; no message is left behind.
        Unavailable: the store was out of reach, and nothing was stored.
    """
    parent = thread_parent(caller, draft.tmid) if draft.tmid else None
    if parent and parent.room_id != room.id:
        raise ThreadParentNotFound
    text = filtered(draft.text)
    mentions = mentions_in(text)
    to_all = _check_group_mentions(caller, room, mentions)
    now = clock.now_text()
    document: Document = {
        "_id": draft.id or ids.new_id(),
        "rid": room.id,
        "msg": text,
        "ts": draft.ts or now,
        "u": caller.user.brief(),
        **(draft.more or {}),
        **_links(caller, text, draft),
        **({"tmid": parent.id} if parent else {}),
        "mentions": mentions,
        "channels": channels_in(text, caller.id),
        "_updatedAt": now,
    }
    check_storable(document, draft.too_long)
    shown = workspace.current().flag("Store_Last_Message")
    counts = Tally(ordinary=parent is None, latest=True, shown=shown, alls=to_all)
    message = Message(document, tally=counts if room_store.trackable(room) else None)
    whole = _stored(message, room, membership, counts, chosen=draft.id is not None)
    try:
        if whole:
            _take_effect(message, room, counts, parent)
        elif message.tally is None:
            raise Unavailable
    except InvalidRoom:
        messages.remove(message)
        raise
    except Unavailable:
        # Without its tally, the worker would not know that the message was not counted.
        if message.tally is None:
            messages.remove(message)
            raise
    return message


def _take_effect(message: Message, room: Room, counts: Tally, parent: Message | None) -> None:
    named = [person["_id"] for person in message.document["mentions"]]
    table.side_by_side(
        partial(room_store.tally, room.id, message, counts, tracked=message.tally is not None),
        *(
            partial(memberships.mentioned, user_id, room.id, message.id, stored_at=message.stored_at)
            for user_id in named
            if user_id not in (*_EVERYBODY, message.author_id)
        ),
        *([partial(reply_to, parent, message, room)] if parent else []),
    )


def _stored(message: Message, room: Room, membership: Membership | None, counts: Tally, *, chosen: bool) -> bool:
    """Stores the message, and counts it as its author's own. False: it is there, but one of the two was cut off.

    Raises:
        AlreadyThere: a message of the id that the client chose exists.
        Unavailable: the store was out of reach, and the message is not there.
    """
    keep = partial(messages.add_once, message, otherwise=AlreadyThere()) if chosen else partial(messages.add, message)
    if membership is None:
        kept, own = _happened(keep), True
    else:
        read = partial(
            memberships.posted,
            membership,
            message.id,
            others=room.ordinary - membership.own,
            others_alls=room.alls - membership.own_alls,
            ordinary=counts.ordinary,
            alls=counts.alls,
            at=message.ts,
        )
        if chosen:
            # A message sent twice must not be counted as the author's own twice.
            kept = _happened(keep)
            own = _happened(read) if kept else False
        else:
            kept, own = table.side_by_side(partial(_happened, keep), partial(_happened, read))
    if not kept and not messages.stored(message):
        if membership and own:
            memberships.change(membership, add={"own": -counts.ordinary, "own_alls": -counts.alls})
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
    if messages.add_reply(parent, reply) and room.last_id == parent.id:
        changed = messages.find(parent.id, fresh=True)
        if changed:
            room_store.replace_last_message(room.id, changed)


# --- what a text means


def mentions_in(text: str) -> list[Document]:
    """`[{_id, username, name}]` of the people that the text names; everybody (`all`, `here`) first."""
    named = names.mentioned(text)
    everybody = [{"_id": name, "username": name} for name in _EVERYBODY if name in named]
    people = [name for name in named if name not in _EVERYBODY][:_PEOPLE_MOST]
    found = users.mentioned(people) if people else []
    return [*everybody, *{person["_id"]: person for person in found}.values()]


def channels_in(text: str, author_id: str) -> list[Document]:
    """`[{_id, name}]` of the channels that the text names with a #, and of the groups that its author is in: naming a
    group must not tell a stranger that it exists."""
    named = names.hashtags(text)[:_PEOPLE_MOST]
    found = room_store.by_names(named) if named else []
    groups = [room_id for _, room_id, kind in found if kind != "c"]
    inside = {held.room_id for held in memberships.find_many((author_id, room_id) for room_id in groups)}
    return [{"_id": room_id, "name": name} for name, room_id, kind in found if kind == "c" or room_id in inside]


def _check_group_mentions(caller: Caller, room: Room, mentions: list[Document]) -> bool:
    whom = [person["_id"] for person in mentions if person["_id"] in _EVERYBODY]
    for name in whom:
        if not caller.may(f"mention-{name}", room.id):
            raise GroupMentionNotAllowed(whom=name)
    most = workspace.current().number("Message_MaxAll")
    if whom and 0 < most < room.users_count:
        raise GroupMentionTooWide(limit=most)
    return bool(whom)


def filtered(text: str) -> str:
    """The text with bad words starred out, where the workspace has a list of them."""
    space = workspace.current()
    if not space.flag("Message_AllowBadWordsFilter"):
        return text
    for word in filter(None, map(str.strip, space.text("Message_BadWordsFilterList").split(","))):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda found: "*" * len(found[0]), text, flags=re.IGNORECASE)
    return text


def links_in(text: str) -> list[str]:
    """http and https addresses outside of code, each once."""
    if "://" not in text:
        return []
    found = (link.rstrip(".,;:!?)") for link in _LINK.findall(_CODE.sub(" ", text)))
    return list(dict.fromkeys(found))[:_LINKS_MOST]


def _links(caller: Caller, text: str, draft: Draft) -> Document:
    """`urls` and `attachments`: a link to a message of this server becomes a quote."""
    attachments = list(draft.attachments or [])
    links = links_in(text) if draft.parse_urls else []
    urls: list[Document] = []
    for link in links:
        quote = _quote(caller, link) if len(attachments) < _QUOTES_MOST + len(draft.attachments or []) else None
        if quote:
            attachments.append(quote)
        urls.append({"url": link} | ({"ignoreParse": True} if quote else {}))
    fields: dict[str, Any] = {}
    if urls:
        fields["urls"] = urls
    if attachments or draft.attachments is not None:
        fields["attachments"] = attachments
    return fields


def _quote(caller: Caller, link: str) -> Document | None:
    site = workspace.current().text("Site_Url").rstrip("/")
    if not site or not link.startswith(site):
        return None
    try:
        quoted = parse_qs(urlsplit(link).query).get("msg", [""])[0]
    except ValueError:
        return None
    message = messages.find(quoted) if quoted else None
    room = room_store.find(message.room_id) if message else None
    # A quote shows what is in the room: only to somebody who may read it.
    if message is None or message.hidden or room is None or not rooms.visible_to(caller, room):
        return None
    author = message.document["u"]["username"]
    return {
        "text": message.document["msg"],
        "author_name": author,
        "author_icon": f"/avatar/{author}",
        "message_link": link,
        "attachments": quoted_attachments(message.document.get("attachments") or []),
        "ts": message.ts,
    }


def quoted_attachments(attachments: list[Document], depth: int = 1) -> list[Document]:
    """Attachments inside a quote, cut off at the depth of Message_QuoteChainLimit."""
    if depth >= workspace.current().number("Message_QuoteChainLimit"):
        return [attachment for attachment in attachments if "message_link" not in attachment]
    return [
        {**attachment, "attachments": quoted_attachments(attachment["attachments"], depth + 1)}
        if attachment.get("attachments")
        else attachment
        for attachment in attachments
    ]
