"""Subscriptions: the caller's memberships and rooms, what changed in them, marking as read (contract:
subscriptions.yaml, rooms.yaml rooms.get)."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.requests import ActionNotAllowed, MatchError
from pimentachat.errors.rooms import InvalidSubscription, NothingToMarkUnread
from pimentachat.models.memberships import LISTED, Membership
from pimentachat.models.records import Deleted, Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.messages import access as message_access
from pimentachat.services.rooms import access
from pimentachat.services.views import rooms as room_views
from pimentachat.services.views import subscriptions as subscription_views
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store

_BADGE_MEMBERSHIPS_MOST: Final = 1000
_BADGE_ROOMS_MOST: Final = 100
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


def _pairs(held: Iterable[Membership], *, consistent: bool = False) -> list[tuple[Membership, Room]]:
    """Lasting memberships with their rooms; a room that is gone takes its memberships with it before they are
    removed. `consistent`: as they are now, not a moment ago, at twice the price."""
    lasting = {membership.room_id: membership for membership in held if not membership.ended}
    return [(lasting[room.id], room) for room in room_store.find_many(lasting, consistent=consistent)]


def changes(caller: Caller, since: Instant = "") -> tuple[list[Document], list[Deleted]]:
    """All subscriptions of the caller, or those changed and those ended (`{_id, _deletedAt}`) after a moment."""
    held = list(memberships.of_user(caller.id))
    shown = [
        subscription_views.show(membership, room, caller.user)
        # Whoever syncs asks next for what is newer: a room read as of a moment ago would be left out for good.
        for membership, room in _pairs(held, consistent=bool(since))
        if membership.changed_at(room, caller.user) > since
    ]
    return (
        [{name: value for name, value in each.items() if name in LISTED} for each in shown],
        [
            {"_id": membership.id, "_deletedAt": membership.left_at}
            for membership in held
            if since and membership.left_at and membership.left_at > since
        ],
    )


def room_changes(caller: Caller, since: Instant = "") -> tuple[list[Document], list[Deleted]]:
    """All rooms of the caller, or those changed after a moment and all rooms deleted (`{_id, _deletedAt}`) since."""
    held = memberships.of_user(caller.id)
    found = [room for _, room in _pairs(held, consistent=bool(since)) if room.updated_at > since]
    shown = room_views.show(found, caller.id)
    return (
        [{name: value for name, value in each.items() if name in _ROOM_FIELDS} for each in shown],
        room_store.deleted_since(since) if since else [],
    )


def one(caller: Caller, room_id: str) -> Document | None:
    """The caller's subscription of a room, with all its fields; None for no member and for no such room alike."""
    membership = memberships.find(caller.id, room_id)
    room = room_store.find(room_id) if membership else None
    return subscription_views.show(membership, room, caller.user) if membership and room else None


def mark_read(caller: Caller, room_id: str) -> None:
    """Marks a room as read. Nothing happens for no member or no such room (contract: subscriptions.yaml
    subscriptions.read).

    Raises:
        MatchError: no room is named.
    """
    if not room_id:
        raise MatchError(problem="Missing key 'rid'")
    membership = memberships.find(caller.id, room_id)
    room = room_store.find(room_id) if membership else None
    if membership and room:
        memberships.mark_read(caller.id, room_id, membership.of_others(room))


def mark_unread(caller: Caller, room_id: str, message_id: str) -> None:
    """Marks a room as unread from its newest message on or, where no room is named, from a message of somebody else on.
    The counters stay as they are (contract: subscriptions.yaml subscriptions.unread).

    Raises:
        NothingToMarkUnread: neither is named.
        ActionNotAllowed: nothing is there, or nothing that the caller may see; the message is their own.
        InvalidSubscription: the caller may read the room and is no member.
    """
    if room_id:
        access.readable(caller, room_id, otherwise=ActionNotAllowed())
        first = next(message_store.walk(room_id, batch=5), None)
    elif message_id:
        first, _ = message_access.readable(caller, message_id, otherwise=ActionNotAllowed())
        if first.hidden or first.author.id == caller.id:
            raise ActionNotAllowed
    else:
        raise NothingToMarkUnread
    if first is None:
        raise ActionNotAllowed
    membership = memberships.find(caller.id, first.room_id)
    if membership is None or not memberships.mark_unread(membership, first.sent_at):
        raise InvalidSubscription


def unread_total(user: User) -> int:
    """The number on the badge: what is unread in the rooms of a user, as of a moment ago. For somebody in very many
    rooms, in those where they were mentioned and those that they used last."""
    some = islice(memberships.of_user(user.id, consistent=False), _BADGE_MEMBERSHIPS_MOST)
    lasting = sorted(
        (held for held in some if not held.ended), key=lambda held: (held.mentions > 0, held.updated_at), reverse=True
    )
    pairs = _pairs(lasting[:_BADGE_ROOMS_MOST])
    return sum(membership.unread(room, subscription_views.unread_rule(room)) for membership, room in pairs)
