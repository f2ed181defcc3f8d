"""Counters of one room as one user sees it (contract: channels.yaml and im.yaml counters)."""

from dataclasses import dataclass

from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.requests import Forbidden
from pimentachat.errors.users import UserNotFound
from pimentachat.models.kinds import DIRECT, RoomKind
from pimentachat.models.memberships import Membership
from pimentachat.models.rooms import Room
from pimentachat.services.messages import history
from pimentachat.services.rooms import access, direct
from pimentachat.services.rooms.access import RoomReference
from pimentachat.services.views.subscriptions import unread_rule
from pimentachat.store import memberships
from pimentachat.store import users as user_store

_SEES_ALL = "view-room-administration"


@dataclass(frozen=True)
class Counters:
    """None is what the caller may not know."""

    joined: bool
    members: int | None
    msgs: int | None
    latest: Instant | None
    unreads: int | None = None
    unreads_from: Instant | None = None
    user_mentions: int | None = None


def count(kind: RoomKind, caller: Caller, where: RoomReference, user_id: str = "") -> Counters:
    """Counters of a channel or group, as the caller or (with view-room-administration) the user of `user_id` sees it.

    Raises:
        Forbidden: the counters of somebody else; when this is found out depends on the kind.
        ChatError: as `access.named`.
    """
    allowed = not user_id or caller.may(_SEES_ALL)
    if not allowed and kind.checks_counters_first:
        raise Forbidden
    room = access.named(kind, caller, where, access=False)
    if not allowed:
        raise Forbidden
    return _of(caller, room, user_id or caller.id)


def count_direct(caller: Caller, whom: str, user_id: str = "") -> Counters:
    """Counters of a direct room, as the caller or (with view-room-administration) the user of `user_id` sees it: the
    room is looked up as theirs, too.

    Raises:
        Forbidden: the counters of somebody else.
        UserNotFound: there is no such user.
        ChatError: as `direct.named`.
    """
    if user_id and not caller.may(_SEES_ALL):
        raise Forbidden
    viewer = user_store.find(user_id) if user_id else caller.user
    if viewer is None:
        raise UserNotFound
    return _of(caller, direct.named(viewer, whom), viewer.id)


def _of(caller: Caller, room: Room, user_id: str) -> Counters:
    """Those who have not joined see nothing; with view-room-administration the caller sees the room's own numbers all
    the same."""
    membership = memberships.find(user_id, room.id)
    latest = room.lm or room.updated_at
    if membership is None or not membership.is_open(room):
        if caller.may(_SEES_ALL):
            return Counters(False, room.users_count, room.msgs, latest)
        return Counters(False, None, None, None)
    unreads, since = _unreads(room, membership, latest)
    mentions = membership.mentions + int(membership.fresh)
    return Counters(True, room.users_count, room.msgs, latest, unreads, since, mentions)


def _unreads(room: Room, membership: Membership, latest: Instant) -> tuple[int | None, Instant | None]:
    if room.kind is DIRECT:
        if not membership.last_seen or not room.msgs:
            return None, None
        return membership.unread(room, unread_rule(room)), membership.last_seen
    begun = membership.last_seen or membership.ts
    return history.count_between(room, begun, latest), begun
