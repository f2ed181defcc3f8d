"""What a user's own rooms look like to them: subscriptions, unread counters, marking as read (contract:
subscriptions.yaml)."""

from collections.abc import Iterable
from typing import Final

from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import Forbidden, MatchError
from pimentachat.models.memberships import LISTED, GetSubscriptions, Membership, ReadRoom
from pimentachat.models.records import Document
from pimentachat.models.rooms import ChangesReply, CountersReply, Room, RoomCounters, RoomKind, RoomsSince
from pimentachat.models.users import User
from pimentachat.services import history, rooms
from pimentachat.store import memberships
from pimentachat.store import rooms as room_store

# What rooms.get sends, nothing else (contract: rooms.yaml), with what today's clients read besides.
_ROOM_FIELDS: Final = frozenset(
    [
        "_id",
        "name",
        "fname",
        "t",
        "cl",
        "u",
        "topic",
        "announcement",
        "announcementDetails",
        "muted",
        "_updatedAt",
        "archived",
        "jitsiTimeout",
        "description",
        "default",
        "customFields",
        "lastMessage",
        "retention",
        "prid",
        "joinCodeRequired",
        "open",
        "label",
        "ro",
        "reactWhenReadOnly",
        "sysMes",
        "tokenpass",
        "streamingOptions",
        "broadcast",
        "encrypted",
        "e2eKeyId",
        "usernames",
        "uids",
        "usersCount",
        "lm",
        "ts",
    ]
)


def unread_rule(room: Room) -> str:
    """What counts as unread in this room: the setting Unread_Count, or Unread_Count_DM for direct rooms."""
    return workspace.current().text("Unread_Count_DM" if room.t == "d" else "Unread_Count")


def document(membership: Membership, room: Room) -> Document:
    return membership.document(room, unread_rule(room))


def _pairs(held: Iterable[Membership]) -> list[tuple[Membership, Room]]:
    """Lasting memberships with their rooms; a room that is gone takes its memberships with it before they are
    purged."""
    lasting = {membership.room_id: membership for membership in held if not membership.ended}
    return [(lasting[room.id], room) for room in room_store.find_many(lasting)]


def changes(caller: Caller, params: GetSubscriptions) -> ChangesReply:
    """All subscriptions of the caller, or those changed and those ended after a moment."""
    moment = params.updated_since or ""
    held = list(memberships.of_user(caller.id))
    pairs = _pairs(held)
    update = [document(membership, room) for membership, room in pairs if membership.changed_at(room) > moment]
    return {
        "update": [{name: value for name, value in each.items() if name in LISTED} for each in update],
        "remove": [
            {"_id": membership.id, "_deletedAt": membership.left_at}
            for membership in held
            if moment and membership.left_at and membership.left_at > moment
        ],
    }


def room_changes(caller: Caller, params: RoomsSince) -> ChangesReply:
    """All rooms of the caller, or those changed after a moment and all rooms deleted since."""
    moment = params.updated_since or ""
    found = [room for _, room in _pairs(memberships.of_user(caller.id)) if room.updated_at > moment]
    shown = [rooms.document(room, caller.id) for room in found]
    return {
        "update": [{name: value for name, value in each.items() if name in _ROOM_FIELDS} for each in shown],
        "remove": list(room_store.deleted_since(moment)) if moment else [],
    }


def one(caller: Caller, room_id: str) -> Document | None:
    """The caller's subscription of a room, with all its fields; None for no member and for no such room alike."""
    membership = memberships.find(caller.id, room_id)
    room = room_store.find(room_id) if membership else None
    return document(membership, room) if membership and room else None


def read(caller: Caller, params: ReadRoom) -> None:
    """Marks a room as read. Nothing happens for no member or no such room (contract: subscriptions.yaml
    subscriptions.read).

    Raises:
        MatchError: no room is named.
    """
    room_id = params.rid or params.room_id
    if not room_id:
        raise MatchError(problem="Missing key 'rid'")
    membership = memberships.find(caller.id, room_id)
    room = room_store.find(room_id) if membership else None
    if membership and room:
        memberships.mark_read(
            caller.id,
            room_id,
            seen=room.ordinary - membership.own,
            seen_alls=room.alls - membership.own_alls,
        )


def unread_total(user: User) -> int:
    """The number on the badge: unread messages over all open rooms of a user."""
    pairs = _pairs(memberships.of_user(user.id))
    return sum(membership.unread(room, unread_rule(room)) for membership, room in pairs)


def read_counters(kind: RoomKind, caller: Caller, params: RoomCounters) -> CountersReply:
    """Counters of a channel or group, as the caller or (with view-room-administration) the user of `user_id` sees it.

    Raises:
        Forbidden: the counters of somebody else; when this is found out depends on the kind.
        ChatError: as `rooms.named`.
    """
    allowed = not params.user_id or caller.may("view-room-administration")
    if not allowed and kind.checks_counters_first:
        raise Forbidden
    room = rooms.named(kind, caller, params, access=False)
    if not allowed:
        raise Forbidden
    return room_counters(kind, caller, room, params.user_id or caller.id)


def room_counters(kind: RoomKind, caller: Caller, room: Room, user_id: str) -> CountersReply:
    """Counters of a room as the user of `user_id` sees it (contract: channels.yaml and im.yaml counters).

    Those who have not joined see nulls; with view-room-administration the caller sees the room's own numbers all the
    same.
    """
    membership = memberships.find(user_id, room.id)
    joined = membership is not None and membership.is_open(room)
    latest = room.lm or room.updated_at
    unreads: int | None = None
    unreads_from: str | None = None
    if joined and membership:
        unreads, unreads_from = _unreads(kind, room, membership, latest)
    known = joined or caller.may("view-room-administration")
    return {
        "joined": joined,
        "members": room.users_count if known else None,
        "unreads": unreads,
        "unreadsFrom": unreads_from,
        "msgs": room.msgs if known else None,
        "latest": latest if known else None,
        "userMentions": membership.mentions + int(membership.fresh) if joined and membership else None,
    }


def _unreads(kind: RoomKind, room: Room, membership: Membership, latest: str) -> tuple[int | None, str | None]:
    if kind.type == "d":
        if not membership.ls or not room.msgs:
            return None, None
        return membership.unread(room, unread_rule(room)), membership.ls
    begun = membership.ls or membership.ts
    return history.count_between(room, begun, latest), begun
