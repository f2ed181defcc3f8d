"""From what a client wrote to a stored message: mentions, links, quotes, and what it does to the room and its people.

Contract: chat.yaml rules.new_message_effects. Serial round trips after the prelude: the message (with the author's
membership
beside it), then the room's numbers (with those of people mentioned beside them).
"""

import re
from dataclasses import dataclass, replace
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
    RoomReadOnly,
    SendingNotAllowed,
    ThreadParentNotFound,
)
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


class AlreadyThere(ChatError):
    """A message with the id chosen by the client exists; turned into a success by the service."""


def check_may_write(caller: Caller, room: Room, membership: Membership | None) -> None:
    """
    Raises:
        SendingNotAllowed: no access to the room.
        RoomBlocked: one side of a direct room blocked the other.
        Muted, RoomReadOnly: the caller may read, not write.
    """
    if membership is None and not rooms.visible_to(caller, room):
        raise SendingNotAllowed
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
        GroupMentionNotAllowed, GroupMentionTooWide: @all or @here may not be used here.
        AlreadyThere: a message of the id that the client chose exists.
        InvalidRoom: the room was removed at this moment; no message is left behind.
    """
    parent = thread_parent(caller, draft.tmid) if draft.tmid else None
    text = _filtered(draft.text)
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
        "channels": channels_in(text),
        "_updatedAt": now,
    }
    counts = Tally(ordinary=parent is None, latest=True, alls=to_all)
    tracked = room_store.trackable(room)
    message = Message(document, tally=counts if tracked else None)
    _store(message, room, membership, counts, chosen=draft.id is not None)
    try:
        table.side_by_side(
            partial(_count, room, message, counts, tracked),
            *(
                partial(memberships.mentioned, person["_id"], room.id, message.id)
                for person in _named(mentions, caller)
            ),
            *([partial(_reply, parent, message)] if parent else []),
        )
    except InvalidRoom:
        messages.remove(message)
        raise
    return message


def _store(message: Message, room: Room, membership: Membership | None, counts: Tally, *, chosen: bool) -> None:
    keep = partial(messages.add_once, message, otherwise=AlreadyThere()) if chosen else partial(messages.add, message)
    if membership is None:
        keep()
        return
    read = partial(
        memberships.posted,
        membership,
        others=room.ordinary - membership.own,
        others_alls=room.alls - membership.own_alls,
        ordinary=counts.ordinary,
        alls=counts.alls,
        at=message.ts,
    )
    if chosen:
        # A message sent twice must not be counted as the author's own twice.
        keep()
        read()
    else:
        table.side_by_side(keep, read)


def _count(room: Room, message: Message, counts: Tally, tracked: bool) -> None:
    if not workspace.current().flag("Store_Last_Message"):
        counts = replace(counts, latest=False)
    room_store.tally(room.id, message, counts, tracked=tracked)


def _reply(parent: Message, message: Message) -> None:
    followers = {parent.author_id, message.author_id}
    changed = messages.count_reply(parent, 1, at=message.ts, followers=followers)
    messages.add_reply(parent.id, message)
    if changed:
        room_store.replace_last_message(parent.room_id, changed)


# --- what a text means


def mentions_in(text: str) -> list[Document]:
    """`[{_id, username, name}]` of the people that the text names; everybody (`all`, `here`) first."""
    named = names.mentioned(text)
    everybody = [{"_id": name, "username": name} for name in _EVERYBODY if name in named]
    people = [name for name in named if name not in _EVERYBODY]
    found = users.mentioned(people) if people else []
    return [*everybody, *{person["_id"]: person for person in found}.values()]


def channels_in(text: str) -> list[Document]:
    """`[{_id, name}]` of the channels and groups that the text names with a #."""
    named = names.hashtags(text)
    if not named:
        return []
    return [{"_id": room_id, "name": name} for name, room_id in room_store.ids_by_names(named).items()]


def _named(mentions: list[Document], caller: Caller) -> list[Document]:
    return [person for person in mentions if person["_id"] not in (*_EVERYBODY, caller.id)]


def _check_group_mentions(caller: Caller, room: Room, mentions: list[Document]) -> bool:
    whom = [person["_id"] for person in mentions if person["_id"] in _EVERYBODY]
    for name in whom:
        if not caller.may(f"mention-{name}", room.id):
            raise GroupMentionNotAllowed(whom=name)
    most = workspace.current().number("Message_MaxAll")
    if whom and 0 < most < room.users_count:
        raise GroupMentionTooWide(limit=most)
    return bool(whom)


def _filtered(text: str) -> str:
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
    quoted = parse_qs(urlsplit(link).query).get("msg", [""])[0]
    message = messages.find(quoted) if quoted else None
    room = room_store.find(message.room_id) if message else None
    # A quote shows what is in the room: only to somebody who may read it.
    if message is None or room is None or not rooms.visible_to(caller, room):
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
