"""Posting and sending: where a message goes, and what the client wrote (contract: chat.yaml)."""

from datetime import timedelta
from typing import Any, Final

from pimentachat import clock
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    InvalidChannel,
    MatchError,
    MessageRoomMissing,
    NotAllowed,
    NothingSent,
    PostTooLong,
    SendingNotAllowed,
    SystemTypeNotAllowed,
    ThreadsDisabled,
    TimestampOutOfSync,
)
from pimentachat.models import attachments as attachment_models
from pimentachat.models.messages import Message, OutgoingMessage, PostMessage
from pimentachat.models.records import Document
from pimentachat.models.rooms import CHANNEL, Room
from pimentachat.services import direct, members, posting
from pimentachat.services.posting import Draft
from pimentachat.store import memberships
from pimentachat.store import messages as store
from pimentachat.store import rooms as room_store

_KEPT_CLOSE: Final = timedelta(seconds=10)
_REFUSED_BEYOND: Final = timedelta(seconds=60)
_ID_MOST: Final = 128


def post(caller: Caller, params: PostMessage) -> tuple[Message, str]:
    """Posts to every target in order and stops at the first that fails; the first message, and its target as it was
    written.

    Raises:
        NothingSent: an empty list of targets.
        InvalidChannel: no target, an unknown one, or one the caller does not get into; the same for all, so that
            nobody learns which rooms exist.
        ChatError: the refusals of joining, of direct rooms, and of `posting.post`.
    """
    # An empty list is a list: the room id only counts without a channel.
    given = params.channel if params.channel or params.channel == [] else params.room_id
    targets = given if isinstance(given, list) else [given]
    if not targets:
        raise NothingSent
    if not all(targets):
        raise InvalidChannel
    draft = _draft_of_post(params)
    if draft.tmid and not workspace.current().flag("Threads_enabled"):
        raise ThreadsDisabled
    posted = [(_post_to(caller, str(target), draft), str(target)) for target in targets]
    return posted[0]


def _post_to(caller: Caller, target: str, draft: Draft) -> Message:
    room = _target(caller, target)
    membership = memberships.find(caller.id, room.id)
    if membership is None and room.t == CHANNEL.type:
        room = _joined(caller, room)
        membership = memberships.find(caller.id, room.id)
    if membership is None:
        raise InvalidChannel
    posting.check_may_write(caller, room, membership)
    return posting.post(caller, room, membership, draft)


def _target(caller: Caller, target: str) -> Room:
    if target.startswith("@"):
        name = target.removeprefix("@")
        person = direct.person_named(name)
        room = direct.with_person(caller.user, person) if person else room_store.find(name)
        if room is None or room.t != "d":
            raise InvalidChannel
        return room
    name = target.removeprefix("#")
    found = room_store.find(name)
    if found is None:
        room_id = room_store.id_by_name(name)
        found = room_store.find(room_id) if room_id else None
    if found is None and not target.startswith("#"):
        person = direct.person_named(name)
        found = direct.with_person(caller.user, person) if person else None
    if found is None:
        raise InvalidChannel
    return found


def _joined(caller: Caller, room: Room) -> Room:
    try:
        return members.join(caller, room)
    except NotAllowed:
        raise InvalidChannel from None


def _draft_of_post(params: PostMessage) -> Draft:
    text = (params.text or params.msg or "").strip()
    posting.check_length(text, PostTooLong())
    given = params.attachments if isinstance(params.attachments, list) else None
    attachments = attachment_models.checked([_renamed(attachment) for attachment in given or []])
    for attachment in attachments:
        posting.check_length(str(attachment.get("text") or ""), PostTooLong())
    parse_urls = params.parse_urls if params.parse_urls is not None else given is None
    more: Document = {"alias": params.username or params.alias or ""}
    avatar = params.icon_url or params.avatar
    emoji = params.icon_emoji or params.emoji
    if avatar:
        more["avatar"] = avatar
    elif emoji:
        more["emoji"] = emoji
    more |= {"groupable": params.groupable or False, "parseUrls": parse_urls}
    if params.bot is not None:
        more["bot"] = params.bot
    return Draft(
        text, tmid=params.tmid, attachments=attachments, parse_urls=parse_urls, more=more, too_long=PostTooLong
    )


def _renamed(attachment: Any) -> Any:
    if not isinstance(attachment, dict) or "msg" not in attachment:
        return attachment
    text = attachment["msg"]
    rest = {name: value for name, value in attachment.items() if name != "msg"}
    return {**rest, "text": text.strip() if isinstance(text, str) else text}


def send(caller: Caller, outgoing: OutgoingMessage) -> Message | None:
    """Sends one message object. None: a message with the id that the client chose exists, so nothing was stored.

    Raises:
        ChatError: no rid, no access, a wrong field, a time too far off, and the refusals of `posting.post`.
    """
    if outgoing.t:
        raise SystemTypeNotAllowed
    parent = None
    if outgoing.tmid:
        if not workspace.current().flag("Threads_enabled"):
            raise ThreadsDisabled
        parent = posting.thread_parent(caller, outgoing.tmid)
    room_id = parent.room_id if parent else outgoing.rid
    if not room_id:
        raise MessageRoomMissing
    if outgoing.id is not None and not 0 < len(outgoing.id) <= _ID_MOST:
        raise MatchError(problem="Failed Match.Where validation in field _id")
    room = room_store.find(room_id)
    if room is None:
        raise SendingNotAllowed
    membership = memberships.find(caller.id, room.id)
    draft = _draft_of_send(outgoing)
    posting.check_may_write(caller, room, membership)
    if outgoing.id and store.room_of(outgoing.id):
        return None
    try:
        return posting.post(caller, room, membership, draft)
    except posting.AlreadyThere:
        return None


def _draft_of_send(outgoing: OutgoingMessage) -> Draft:
    text = outgoing.msg if isinstance(outgoing.msg, str) else ""
    posting.check_length(text)
    attachments = None
    if isinstance(outgoing.attachments, list):
        attachments = attachment_models.checked(outgoing.attachments)
    more: Document = {
        name: value
        for name, value in (
            ("alias", outgoing.alias),
            ("emoji", outgoing.emoji),
            ("avatar", outgoing.avatar),
            ("groupable", outgoing.groupable),
            ("parseUrls", outgoing.parse_urls),
            ("tshow", outgoing.tshow),
            ("bot", outgoing.bot),
            ("customFields", outgoing.custom_fields),
        )
        if value is not None
    }
    return Draft(
        text,
        id=outgoing.id,
        ts=_accepted_time(outgoing.ts),
        tmid=outgoing.tmid,
        attachments=attachments,
        parse_urls=outgoing.parse_urls is not False,
        more=more,
    )


def _accepted_time(given: Any) -> str | None:
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
