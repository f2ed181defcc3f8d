"""Messages: posting, sending, reading one, changing, deleting, reacting (contract: chat.yaml)."""

from datetime import timedelta
from typing import Any, Final

from pimentachat import clock, defaults, ids
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    Bare,
    DeletingMessageBlocked,
    DeletingMessageNotAllowed,
    EditingMessageBlocked,
    EditingMessageNotAllowed,
    EmojiMissing,
    ForceDeleteNeeded,
    InvalidChannel,
    InvalidEmoji,
    InvalidRoom,
    MatchError,
    MessageNotFound,
    MessageOfAnotherRoom,
    MessageRoomMissing,
    NoSuchMessageId,
    NotAllowed,
    NothingSent,
    PostTooLong,
    SendingNotAllowed,
    SystemTypeNotAllowed,
    ThreadsDisabled,
    TimestampOutOfSync,
)
from pimentachat.models import attachments as attachment_models
from pimentachat.models.messages import DeleteMessage, Message, OutgoingMessage, PostMessage, React, UpdateMessage
from pimentachat.models.records import Document
from pimentachat.models.rooms import CHANNEL, Room
from pimentachat.services import direct, members, posting, rooms, uploads
from pimentachat.services.posting import Draft
from pimentachat.store import memberships
from pimentachat.store import messages as store
from pimentachat.store import rooms as room_store

_KEPT_CLOSE: Final = timedelta(seconds=10)
_REFUSED_BEYOND: Final = timedelta(seconds=60)
_ID_MOST: Final = 128


# --- posting


def post(caller: Caller, params: PostMessage) -> tuple[Message, str]:
    """Posts to every target in order and stops at the first that fails; the first message, and its target as it was
    written.

    Raises:
        NothingSent: an empty list of targets.
        InvalidChannel: no target, an unknown one, or one the caller does not get into; the same for all, so that
        nobody learns
            which rooms exist. And the refusals of joining, of direct rooms, and of `posting.post`.
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
        room = direct.with_person(caller, person) if person else room_store.find(name)
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
        found = direct.with_person(caller, person) if person else None
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
    _readable_room(caller, message)
    return message


def _readable_room(caller: Caller, message: Message) -> Room:
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
            "channels": posting.channels_in(text),
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
    elif keep:
        store.change(message, lambda document: {**document, "_hidden": True})
    else:
        store.remove(message)
    if not show:
        room_store.count_gone(room.id)
    _leave_thread(message)
    _leave_last_message(room.id, message)
    discussion = message.document.get("drid")
    if discussion and (found := room_store.find(discussion)):
        room_store.remove(found, also=[store.purge_request(found.id)], gone=InvalidRoom())


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
        for reply_id in store.reply_ids(message.id):
            reply = store.find(reply_id)
            if reply:
                store.change(reply, lambda document: _without(document, "tmid"))
                store.remove_reply(message, reply)


# --- reacting


def react(caller: Caller, params: React) -> None:
    """Sets, takes away or toggles the caller's reaction; a state that is already as asked stays.

    Raises:
        MessageNotFound, EmojiMissing, InvalidEmoji, NotAllowed.
    """
    message = store.find(params.message_id)
    if message is None:
        raise MessageNotFound
    name = (params.emoji or params.reaction).strip().strip(":")
    if not name:
        raise EmojiMissing
    emoji = f":{name}:"
    room = _readable_room(caller, message)
    present = caller.username in message.reactions.get(emoji, [])
    wanted = not present if params.should_react is None else params.should_react
    # Somebody may still take back a reaction whose emoji is no longer known.
    if not defaults.is_emoji(name) and not present:
        raise InvalidEmoji
    if caller.username in (room.muted or []) and not room.react_when_read_only:
        raise NotAllowed
    act = store.react if wanted else store.unreact
    changed = act(message, emoji, caller.username)
    if changed:
        room_store.replace_last_message(room.id, changed)
