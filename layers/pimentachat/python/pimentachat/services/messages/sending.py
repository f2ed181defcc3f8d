"""Posting and sending: where a message goes, and what the client wrote (contract: chat.yaml)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.messages import (
    MessageRoomMissing,
    NothingSent,
    PostTooLong,
    SendingNotAllowed,
    SystemTypeNotAllowed,
    ThreadsDisabled,
    TimestampOutOfSync,
)
from pimentachat.errors.requests import MatchError, NotAllowed
from pimentachat.errors.rooms import InvalidChannel
from pimentachat.models.kinds import CHANNEL, DIRECT
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services.messages import access as message_access
from pimentachat.services.messages import attachments, posting
from pimentachat.services.messages.posting import Draft
from pimentachat.services.rooms import access, direct, members
from pimentachat.store import memberships, prefetch
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store

_KEPT_CLOSE: Final = timedelta(seconds=10)
_REFUSED_BEYOND: Final = timedelta(seconds=60)
_ID_BYTES_MOST: Final = 128
"""The room and everybody who is named keep the ids of messages for a while (`counted`, `noticed`)."""


@dataclass(frozen=True)
class Post:
    """What chat.postMessage posts, the names of its fields made one."""

    text: str = ""
    id: str | None = None
    """Chosen, so that posting again stores nothing twice (`posting.AlreadyThere`)."""
    tmid: str | None = None
    attachments: list[Any] | None = None
    """Not checked yet."""
    alias: str = ""
    avatar: str | None = None
    emoji: str | None = None
    """Only counts without an avatar."""
    parse_urls: bool | None = None
    groupable: bool = False
    bot: Document | None = None


@dataclass(frozen=True)
class Outgoing:
    """The message object of chat.sendMessage."""

    room_id: str = ""
    text: str = ""
    id: str | None = None
    ts: Any = None
    tmid: str | None = None
    type: str | None = None
    attachments: list[Any] | None = None
    """Not checked yet."""
    parse_urls: bool | None = None
    more: Document = field(default_factory=dict)


def post(caller: Caller, targets: list[str | None], wanted: Post, *, everywhere: bool = False) -> tuple[Message, str]:
    """Posts to every target in order and stops at the first that fails; the first message, and its target as it was
    written. `everywhere`: also in rooms that the caller is no member of, as integrations do.

    Raises:
        NothingSent: an empty list of targets.
        InvalidChannel: no target, an unknown one, or one the caller does not get into; the same for all, so that
            nobody learns which rooms exist.
        ChatError: the refusals of joining, of direct rooms, and of `posting.post`.
    """
    if not targets:
        raise NothingSent
    if not all(targets):
        raise InvalidChannel
    draft = _draft_of_post(wanted)
    if draft.tmid and not workspace.current().flag("Threads_enabled"):
        raise ThreadsDisabled
    posted = [(_post_to(caller, str(target), draft, everywhere), str(target)) for target in targets]
    return posted[0]


def _post_to(caller: Caller, target: str, draft: Draft, everywhere: bool) -> Message:
    room = _target(caller, target)
    membership = memberships.find(caller.id, room.id)
    if membership is None and (room.kind is CHANNEL or room.prid):
        room = _joined(caller, room)
        membership = memberships.find(caller.id, room.id)
    if membership is None and not everywhere:
        raise InvalidChannel
    posting.check_may_write(caller, room, membership)
    return posting.post(caller, room, membership, draft)


def _target(caller: Caller, target: str) -> Room:
    if target.startswith("@"):
        name = target.removeprefix("@")
        person = direct.person_named(caller.user, name)
        room = direct.with_person(caller.user, person) if person else room_store.find(name)
        if room is None or room.kind is not DIRECT:
            raise InvalidChannel
        return room
    name = target.removeprefix("#")
    found = room_store.find(name)
    if found is None:
        room_id = room_store.id_by_name(name)
        found = _with_membership(caller, room_id) if room_id else None
    if found is None and not target.startswith("#"):
        person = direct.person_named(caller.user, name)
        found = direct.with_person(caller.user, person) if person else None
    if found is None:
        raise InvalidChannel
    return found


def _with_membership(caller: Caller, room_id: str) -> Room | None:
    prefetch.room(caller.id, room_id)
    return room_store.find(room_id)


def _joined(caller: Caller, room: Room) -> Room:
    try:
        return members.join(caller, room)
    except NotAllowed:
        raise InvalidChannel from None


def _draft_of_post(wanted: Post) -> Draft:
    text = wanted.text.strip()
    posting.check_length(text, PostTooLong())
    checked = attachments.checked([_renamed(attachment) for attachment in wanted.attachments or []])
    for attachment in checked:
        posting.check_length(str(attachment.get("text") or ""), PostTooLong())
    parse_urls = wanted.parse_urls if wanted.parse_urls is not None else wanted.attachments is None
    more: Document = {"alias": wanted.alias, "groupable": wanted.groupable}
    if wanted.avatar:
        more["avatar"] = wanted.avatar
    elif wanted.emoji:
        more["emoji"] = wanted.emoji
    if wanted.bot is not None:
        more["bot"] = wanted.bot
    return Draft(
        text,
        id=wanted.id,
        tmid=wanted.tmid,
        attachments=checked,
        parse_urls=parse_urls,
        more=more,
        too_long=PostTooLong,
    )


def _renamed(attachment: Any) -> Any:
    if not isinstance(attachment, dict) or "msg" not in attachment:
        return attachment
    text = attachment["msg"]
    rest = {name: value for name, value in attachment.items() if name != "msg"}
    return {**rest, "text": text.strip() if isinstance(text, str) else text}


def send(caller: Caller, outgoing: Outgoing) -> Message | None:
    """Sends one message object. None: a message with the id that the client chose exists, so nothing was stored.

    Raises:
        ChatError: no rid, no access, a wrong field, a time too far off, and the refusals of `posting.post`.
    """
    if outgoing.type:
        raise SystemTypeNotAllowed
    parent = None
    if outgoing.tmid:
        if not workspace.current().flag("Threads_enabled"):
            raise ThreadsDisabled
        parent = message_access.thread_parent(caller, outgoing.tmid)
    room_id = parent.room_id if parent else outgoing.room_id
    if not room_id:
        raise MessageRoomMissing
    if outgoing.id is not None and not 0 < len(outgoing.id.encode()) <= _ID_BYTES_MOST:
        raise MatchError(problem="Failed Match.Where validation in field _id")
    draft = _draft_of_send(outgoing)
    room = access.readable(caller, room_id, otherwise=SendingNotAllowed())
    membership = memberships.find(caller.id, room.id)
    posting.check_may_write(caller, room, membership)
    if outgoing.id and message_store.room_of(outgoing.id):
        return None
    try:
        return posting.post(caller, room, membership, draft)
    except posting.AlreadyThere:
        return None


def _draft_of_send(outgoing: Outgoing) -> Draft:
    posting.check_length(outgoing.text)
    return Draft(
        outgoing.text,
        id=outgoing.id,
        ts=_accepted_time(outgoing.ts),
        tmid=outgoing.tmid,
        attachments=None if outgoing.attachments is None else attachments.checked(outgoing.attachments),
        parse_urls=outgoing.parse_urls,
        more=outgoing.more,
    )


def _accepted_time(given: Any) -> Instant | None:
    """The client's time when it is within 10 s of ours, ours within 60 s (contract: chat.yaml message.ts)."""
    if given is None:
        return None
    if isinstance(given, dict):
        given = given.get("$date")
    try:
        moment = clock.parse(str(given))
    except (ValueError, OverflowError):
        raise MatchError(problem="Expected date in field ts") from None
    off = abs(clock.now() - moment)
    if off > _REFUSED_BEYOND:
        raise TimestampOutOfSync
    return clock.text_of(moment) if off <= _KEPT_CLOSE else None
