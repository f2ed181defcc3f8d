"""Pushes for new messages: who gets one, and what it says (contract: models.yaml push_token).

A person named, everybody for @all, the other side of a direct room, those who follow a thread, those of whose
highlights it says one, and those who asked for all messages; never the author, who ignores them, or who switched
notifications off. The settle worker asks who gets one and makes an effect for each; the effects worker sends it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Final
from zlib import crc32

import orjson

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import push
from pimentachat.errors.push import PushMessageNotFound, PushNotAllowed
from pimentachat.models.devices import Device
from pimentachat.models.kinds import DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.messages import access as message_access
from pimentachat.services.push import deliveries
from pimentachat.services.subscriptions import subscriptions
from pimentachat.services.text.highlights import Highlights
from pimentachat.store import devices as device_store
from pimentachat.store import memberships, prefetch
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.memberships import Listener

PUSH: Final = "push"
"""The effect that sends one message to the devices of one person."""
PUSH_MEMBERS: Final = "push_members"
"""The effect that finds the recipients in one page of a room's members."""
_ALL: Final = "all"
_PAGE: Final = 100
_TEXT_BYTES_MOST: Final = 1000
_DEFAULT_PREFERENCE: Final = "Accounts_Default_User_Preferences_mobileNotifications"


# --- who


class Audience:
    """Who in a room may want a push, asked for the messages of one batch."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._highlighted: dict[str, set[str]] = {}

    @cached_property
    def _listeners(self) -> list[Listener]:
        return memberships.listeners(self._room.id)

    @cached_property
    def _highlights(self) -> Highlights:
        return Highlights({each.user_id: each.highlights for each in self._listeners})

    def highlighted(self, message: Message) -> set[str]:
        """Ids of those of whose highlights the message says one, as the room knows them."""
        if message.id not in self._highlighted:
            self._highlighted[message.id] = self._highlights.whom(message.text)
        return self._highlighted[message.id]

    def effects_of(self, message: Message) -> list[Document]:
        """An effect for each recipient; for a message to everybody, one that walks the members page by page."""
        if message.system or message.hidden or not workspace.current().flag("Push_enable"):
            return []
        if _to_everybody(message, self._room):
            return [_page(message, after="")]
        some = [user_id for user_id in self.candidates(message) if user_id != message.author.id]
        if len(some) > _PAGE:
            return [_page(message, after="")]
        return [_effect(message, user_id) for user_id in _wanting(some, message, self._room)]

    def candidates(self, message: Message) -> list[str]:
        """Whom the message may concern: those it names, both sides of a direct room, who follow its thread, whose
        highlights it says, and who asked for every message."""
        named = [person.id for person in message.mentions or []]
        both = self._room.uids or [] if self._room.kind is DIRECT else []
        every = [each.user_id for each in self._listeners if each.every]
        return list(dict.fromkeys([*named, *both, *followers(message), *sorted(self.highlighted(message)), *every]))


def _effect(message: Message, user_id: str) -> Document:
    return {"effect": PUSH, "user_id": user_id, **_place(message)}


def _page(message: Message, *, after: str) -> Document:
    return {"effect": PUSH_MEMBERS, "after": after, **_place(message)}


def _place(message: Message) -> Document:
    return {"room_id": message.room_id, "ts": message.sent_at, "message_id": message.id}


def page_of_members(room_id: str, ts: str, message_id: str, after: str) -> list[Document]:
    """Effects for those of the next members, behind the username `after`, who want a push, and for the page after."""
    room = room_store.find(room_id)
    message = message_store.at(room_id, ts, message_id)
    if room is None or message is None or message.hidden:
        return []
    some, last = memberships.page_of_members(room_id, after=after, limit=_PAGE)
    effects = [_effect(message, user_id) for user_id in _wanting(some, message, room)]
    return [*effects, *([_page(message, after=last)] if last else [])]


def _wanting(user_ids: Iterable[str], message: Message, room: Room) -> Iterator[str]:
    some = [user_id for user_id in user_ids if user_id != message.author.id]
    prefetch.people_in(room.id, some)
    for user_id in some:
        membership, user = memberships.find(user_id, room.id), user_store.find(user_id)
        if membership and user and wants(membership, user, message, room):
            yield user_id


def followers(message: Message) -> set[str]:
    """Ids of those who follow the thread that a message replies in."""
    parent = message_store.find(message.thread_id) if message.thread_id else None
    return parent.followers if parent else set()


def _names(message: Message) -> set[str]:
    return {person.id for person in message.mentions or []}


def is_for(user: User, message: Message) -> bool:
    """Whether a message names somebody, or counts as that: a reply in a thread that they follow, or one of their
    highlights."""
    return user.id in _names(message) or user.id in followers(message) or says_highlight(user, message)


def says_highlight(user: User, message: Message) -> bool:
    """Whether a message says what somebody wants to be told of, as they prefer it at this moment."""
    return bool(Highlights({user.id: user.highlights}).whom(message.text))


def _to_everybody(message: Message, room: Room) -> bool:
    return room.kind is not DIRECT and (_ALL in _names(message) or _notifies_everybody(room))


def _notifies_everybody(room: Room) -> bool:
    """Whether plain messages notify by default: only in rooms up to Notifications_Max_Room_Members (0: in all
    rooms)."""
    space = workspace.current()
    most = space.number("Notifications_Max_Room_Members")
    return space.text(_DEFAULT_PREFERENCE) == "all" and (most <= 0 or room.users_count <= most)


def wants(membership: Membership, user: User, message: Message, room: Room) -> bool:
    """Whether this member wants a push for this message."""
    chosen = membership.chosen(user)
    if not user.active or chosen.get("disableNotifications") or message.author.id in chosen.get("ignored", []):
        return False
    # A connection that lasts shows the message; a call some minutes ago does not.
    if user.status_connection == "online" and not workspace.current().flag("Notifications_Always_Notify_Mobile"):
        return False
    own = chosen.get("mobilePushNotifications")
    wish = own or workspace.current().text(_DEFAULT_PREFERENCE)
    if wish == "nothing":
        return False
    if room.kind is DIRECT or (wish == "all" and (own == "all" or _notifies_everybody(room))):
        return True
    if is_for(user, message):
        return True
    return _ALL in _names(message) and not chosen.get("muteGroupMentions")


# --- what

_badges: ContextVar[dict[str, int] | None] = ContextVar("badges", default=None)


@contextmanager
def batch() -> Iterator[None]:
    """While open, what is unread is counted once for each person, however many messages ring."""
    token = _badges.set({})
    try:
        yield
    finally:
        _badges.reset(token)


def _badge(user: User) -> int:
    counted = _badges.get()
    if counted is None:
        return subscriptions.unread_total(user)
    if user.id not in counted:
        counted[user.id] = subscriptions.unread_total(user)
    return counted[user.id]


def push_to(user_id: str, room_id: str, ts: str, message_id: str) -> None:
    """Sends a message to every device of one person, to each once.

    Raises:
        Unavailable, ClientError: a device could not be reached now; those that were are not rung again.
    """
    prefetch.push(user_id, room_id, ts, message_id)
    message, room = message_store.at(room_id, ts, message_id), room_store.find(room_id)
    membership, user = memberships.find(user_id, room_id), user_store.find(user_id)
    if message is None or room is None or membership is None or user is None:
        return
    if message.system or message.hidden or not user.active:
        return
    devices = [device for device in device_store.of_user(user_id) if device.endpoint and device.enabled]
    if devices:
        content = _content(message, room, user, membership)
        deliveries.each_once(devices, f"push#{message.id}", lambda device: _send_to(device, content))


def of_message(caller: Caller, message_id: str) -> Document:
    """What a push of a message says to the caller, for a phone that was only told its id: `{message, notification}`.

    Raises:
        PushMessageNotFound: there is none of this id, or it says nothing.
        PushNotAllowed: the caller may not read its room.
    """
    message, room = message_access.readable(
        caller, message_id, otherwise=PushNotAllowed(), missing=PushMessageNotFound()
    )
    if message.hidden or message.system:
        raise PushMessageNotFound
    membership = memberships.find(caller.id, room.id)
    content = _content(message, room, caller.user, membership)
    notification = {
        "from": message.author.username,
        "title": content["title"],
        "body": content["text"],
        "payload": content["payload"],
        "notId": content["notId"],
    }
    return {"message": {"_id": message.id}, "notification": notification}


def _send_to(device: Device, content: Document) -> None:
    payloads = (
        {"GCM": _gcm(content)} if device.service == "gcm" else dict.fromkeys(("APNS", "APNS_SANDBOX"), _apns(content))
    )
    # An id of a direct room may be longer than Apple takes; what Android replaces by has the same meaning.
    push.send(device.endpoint, content["text"], payloads, replaces=str(content["notId"]))


def _content(message: Message, room: Room, user: User, membership: Membership | None) -> Document:
    space = workspace.current()
    sender = message.author
    name = sender.name or sender.username if space.flag("UI_Use_Real_Name") else sender.username
    named = space.flag("Push_show_username_room")
    # Of two people, who speaks is clear from the title.
    several = room.kind is not DIRECT or len(room.uids or []) > 2
    title = _title(name, room, membership) if named else ""
    text = " "
    if space.flag("Push_show_message"):
        said = message.text or (message.file.name if message.file else "")
        text = f"{name}: {said}" if named and several else said
    payload: Document = {
        "host": f"{space.text('Site_Url').rstrip('/')}/",
        "rid": room.id,
        "sender": {"_id": sender.id, "username": sender.username},
        "type": room.t,
        "messageId": message.id,
    }
    if room.kind is not DIRECT:
        payload["name"] = room.title
    elif membership and membership.preferences.get("name"):
        payload["name"] = membership.preferences["name"]
    return {
        "title": title,
        "text": _shortened(text) or " ",
        "badge": _badge(user),
        "notId": crc32(f"{space.text('uniqueID')}|{room.id}".encode()) - (1 << 31),
        "category": "MESSAGE_NOREPLY" if user.username in (room.muted or []) else "MESSAGE",
        "image": f"{space.text('Site_Url').rstrip('/')}/images/logo/android-chrome-512x512.png",
        "payload": payload,
    }


def _title(sender: str, room: Room, membership: Membership | None) -> str:
    if room.kind is not DIRECT:
        return f"#{room.title}"
    if len(room.uids or []) <= 2:
        return sender
    field = "fname" if workspace.current().flag("UI_Use_Real_Name") else "name"
    return str((membership and membership.preferences.get(field)) or sender)


def _shortened(text: str) -> str:
    """As much of a text as a push carries: the push services take 4 KB in all."""
    plain = "".join(character for character in text if character >= " " or character == "\n")
    if len(plain.encode()) <= _TEXT_BYTES_MOST:
        return plain
    return plain.encode()[:_TEXT_BYTES_MOST].decode(errors="ignore") + "…"


def _apns(content: Document) -> Document:
    alert = {name: content[part] for name, part in (("title", "title"), ("body", "text")) if content[part]}
    return {
        "aps": {
            "alert": alert,
            "badge": content["badge"],
            "sound": "default",
            "category": content["category"],
            "thread-id": content["payload"]["rid"],
        },
        "ejson": _ejson(content),
        "messageFrom": "push",
        "notId": content["notId"],
    }


def _gcm(content: Document) -> Document:
    return {
        "priority": "high",
        "data": {
            "title": content["title"],
            "message": content["text"],
            "msgcnt": str(content["badge"]),
            "soundname": "default",
            "notId": str(content["notId"]),
            "style": "inbox",
            "summaryText": "%n% new messages",
            "image": content["image"],
            "ejson": _ejson(content),
        },
    }


def _ejson(content: Document) -> str:
    # Clients parse this text, and GCM carries nothing but texts.
    return orjson.dumps(content["payload"]).decode()
