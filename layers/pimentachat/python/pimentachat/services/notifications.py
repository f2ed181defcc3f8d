"""Pushes for new messages: who gets one, and what it says (contract: models.yaml push_token).

Runs in the deliver worker, after the answer. A person named, everybody for @all, the other side of a direct room, and
those who asked for all messages; never the author, who ignores them, or who switched notifications off.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from zlib import crc32

import orjson

from pimentachat.auth import workspace
from pimentachat.cloud import push
from pimentachat.models.devices import Device
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services import subscriptions
from pimentachat.store import devices as device_store
from pimentachat.store import memberships, users
from pimentachat.store import messages as message_store

_ALL: Final = "all"
_MEMBERS_AT_ONCE: Final = 100
_TEXT_BYTES_MOST: Final = 1000
_DEFAULT_PREFERENCE: Final = "Accounts_Default_User_Preferences_mobileNotifications"


def notify(message: Message, room: Room) -> int:
    """Sends the pushes that a message asks for and returns how many went out.

    Raises:
        ClientError: SNS is out of reach: the stream brings the message again.
    """
    space = workspace.current()
    if message.system or message.hidden or not space.flag("Push_enable"):
        return 0
    sent = 0
    for membership, user in _recipients(message, room):
        sent += _send(message, room, membership, user)
    return sent


# --- who


def _recipients(message: Message, room: Room) -> Iterator[tuple[Membership, User]]:
    for some in _chunks(_candidates(message, room), _MEMBERS_AT_ONCE):
        held = {one.user_id: one for one in memberships.find_many((user_id, room.id) for user_id in some)}
        for user in users.find_many(held):
            if wants(held[user.id], user, message, room):
                yield held[user.id], user


def _candidates(message: Message, room: Room) -> Iterator[str]:
    """Ids of those a push may concern, each once, without the author. Only messages to everybody walk the members."""
    named = [person["_id"] for person in message.document.get("mentions", [])]
    seen = {message.author_id}
    for user_id in (*named, *_followers(message), *memberships.listener_ids(room.id), *_members(named, room)):
        if user_id not in seen:
            seen.add(user_id)
            yield user_id


def _followers(message: Message) -> set[str]:
    parent_id = message.document.get("tmid")
    parent = message_store.find(parent_id) if parent_id else None
    return parent.followers if parent else set()


def _members(named: list[str], room: Room) -> Iterator[str]:
    if room.t == "d" or _ALL in named or _notifies_everybody(room):
        yield from memberships.member_ids(room.id)


def _notifies_everybody(room: Room) -> bool:
    """Whether plain messages notify by default: only in rooms up to Notifications_Max_Room_Members (0: in all
    rooms)."""
    space = workspace.current()
    most = space.number("Notifications_Max_Room_Members")
    return space.text(_DEFAULT_PREFERENCE) == "all" and (most <= 0 or room.users_count <= most)


def wants(membership: Membership, user: User, message: Message, room: Room) -> bool:
    """Whether this member wants a push for this message."""
    chosen = membership.preferences
    if not user.active or chosen.get("disableNotifications") or message.author_id in chosen.get("ignored", []):
        return False
    if user.status == "online" and not workspace.current().flag("Notifications_Always_Notify_Mobile"):
        return False
    wish = chosen.get("mobilePushNotifications") or _preference(user)
    if wish == "nothing":
        return False
    if room.t == "d" or (wish == "all" and (_chose_all(membership, user) or _notifies_everybody(room))):
        return True
    named = {person["_id"] for person in message.document.get("mentions", [])}
    if user.id in named or user.id in _followers(message):
        return True
    return _ALL in named and not chosen.get("muteGroupMentions")


def _chose_all(membership: Membership, user: User) -> bool:
    return "all" in (membership.preferences.get("mobilePushNotifications"), user.preference("mobileNotifications"))


def _preference(user: User) -> str:
    own = user.preference("mobileNotifications")
    return own if own and own != "default" else workspace.current().text(_DEFAULT_PREFERENCE)


def _chunks(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    some: list[str] = []
    for user_id in ids:
        some.append(user_id)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


# --- what


def _send(message: Message, room: Room, membership: Membership, user: User) -> int:
    devices = [device for device in device_store.of_user(user.id) if device.endpoint and device.enabled]
    if not devices:
        return 0
    content = _content(message, room, user, membership)
    return sum(_send_to(device, content) for device in devices)


def _send_to(device: Device, content: Document) -> int:
    payloads = (
        {"GCM": _gcm(content)} if device.service == "gcm" else dict.fromkeys(("APNS", "APNS_SANDBOX"), _apns(content))
    )
    try:
        push.send(device.endpoint, content["text"], payloads)
    except push.DeviceGone:
        device_store.remove(device)
        push.forget(device.endpoint)
        return 0
    return 1


def _content(message: Message, room: Room, user: User, membership: Membership) -> Document:
    space = workspace.current()
    sender = message.document["u"]
    name = sender.get("name") or sender["username"] if space.flag("UI_Use_Real_Name") else sender["username"]
    named = space.flag("Push_show_username_room")
    title = (name if room.t == "d" else f"#{room.title}") if named else ""
    text = " "
    if space.flag("Push_show_message"):
        said = message.document["msg"] or _file_name(message)
        text = f"{name}: {said}" if named and room.t != "d" else said
    payload: Document = {
        "host": f"{space.text('Site_Url').rstrip('/')}/",
        "rid": room.id,
        "sender": {"_id": sender["_id"], "username": sender["username"]},
        "type": room.t,
        "messageId": message.id,
    }
    if room.t != "d":
        payload["name"] = room.title
    if membership.preferences.get("name") and room.t == "d":
        payload["name"] = membership.preferences["name"]
    return {
        "title": title,
        "text": _shortened(text) or " ",
        "badge": subscriptions.unread_total(user),
        "notId": crc32(f"{space.text('uniqueID')}|{room.id}".encode()) - (1 << 31),
        "category": "MESSAGE_NOREPLY" if user.username in (room.muted or []) else "MESSAGE",
        "image": f"{space.text('Site_Url').rstrip('/')}/images/logo/android-chrome-512x512.png",
        "payload": payload,
    }


def _shortened(text: str) -> str:
    """As much of a text as a push carries: the push services take 4 KB in all."""
    plain = "".join(character for character in text if character >= " " or character == "\n")
    if len(plain.encode()) <= _TEXT_BYTES_MOST:
        return plain
    return plain.encode()[:_TEXT_BYTES_MOST].decode(errors="ignore") + "…"


def _file_name(message: Message) -> str:
    return str((message.document.get("file") or {}).get("name", ""))


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
