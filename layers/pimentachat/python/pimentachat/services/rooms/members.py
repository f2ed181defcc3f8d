"""Who is in a room: join, invite, kick, leave, lists of members. Written once for channels and groups."""

import hmac
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from pimentachat import workspace
from pimentachat.auth import permissions
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import Forbidden, NotAllowed, QueryTooBroad, Unavailable
from pimentachat.errors.rooms import (
    AdministratorsOnly,
    CallerNotInRoom,
    InvalidRoom,
    JoinCodeWrong,
    LastOwner,
    UserLimitExceeded,
    UserNotInRoom,
)
from pimentachat.listing import pages
from pimentachat.listing.fields import parse_sort
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.models.kinds import CHANNEL
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.rooms import access, creation, roles, system_messages
from pimentachat.store import counters, jobs, memberships, prefetch, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

ADD_ALL: Final = "add_all"
"""The job that goes on with it (services/after/jobs.py)."""
ADDED_AT_ONCE: Final = 50
_HERE: Final = {"online", "away", "busy"}
_SHOWN: Final = ("_id", "username", "name", "status", "utcOffset")


def join(caller: Caller, room: Room, join_code: str = "") -> Room:
    """The caller joins a channel or a discussion; nothing happens when they are a member already.

    Raises:
        NotAllowed: another room, a discussion in a room that they may not read, or view-c-room is missing.
        JoinCodeWrong: the room asks for another code.
    """
    if room.prid:
        return enter(access.readable(caller, room.id, otherwise=NotAllowed()), caller.user, caller.user, "ut")
    if room.kind is not CHANNEL or not caller.may("view-c-room"):
        raise NotAllowed
    if room.join_code_required and not caller.may("join-without-join-code") and not _opens(room, join_code):
        raise JoinCodeWrong
    return enter(room, caller.user, caller.user, "uj")


def _opens(room: Room, join_code: str) -> bool:
    return hmac.compare_digest(join_code.encode(), (room.join_code or "").encode())


def may_join(user: User, room: Room) -> bool:
    """Whether somebody mentioned in a channel gets in without doing anything: they may see channels, and no code is
    asked of them."""
    allowed = room.kind is CHANNEL and permissions.holds(user, "view-c-room")
    return allowed and (not room.join_code_required or permissions.holds(user, "join-without-join-code"))


def invite(caller: Caller, room: Room, people: list[User]) -> Room:
    """Adds users to a room; those who are members already stay as they are.

    Raises:
        NotAllowed: the caller may neither add to rooms they are in nor to any room of this type.
    """
    inside = memberships.find(caller.id, room.id) is not None
    to_own_room = inside and caller.may("add-user-to-joined-room", room.id)
    to_any_room = room.kind.invite_any_permission
    if not to_own_room and not (to_any_room and caller.may(to_any_room, room.id)):
        raise NotAllowed
    return enter_all(room, people, caller.user, "au")


def add_all(caller: Caller, room: Room, *, active_only: bool) -> Room:
    """Makes every user of the workspace a member, each with the message of somebody who joins: the first ones at once,
    the rest by a job. Returns the room with the first ones in it.

    Raises:
        AdministratorsOnly, UserLimitExceeded: the caller is no administrator; there are more users than API_User_Limit.
        InvalidRoom: see `enter_all`.
    """
    if "admin" not in (caller.user.roles or []):
        raise AdministratorsOnly
    if counters.total("users") > workspace.current().number("API_User_Limit"):
        raise UserLimitExceeded
    room, last = add_some(room, after="", active_only=active_only)
    if last:
        table.write(jobs.request(ADD_ALL, room_id=room.id, after=last, active_only="1" if active_only else ""))
    return room


def add_some(room: Room, *, after: str, active_only: bool) -> tuple[Room, str]:
    """Makes those of the next users behind a username members who are none. Returns the room with them in it, and the
    username behind which to go on; an empty one when nobody is left."""
    users = user_store.page_after(after, ADDED_AT_ONCE)
    prefetch.people_in(room.id, [user.id for user in users], consistent=True)
    room = enter_all(room, [user for user in users if user.active or not active_only], None, "uj", mute=False)
    return room, users[-1].username if len(users) == ADDED_AT_ONCE else ""


def enter(room: Room, user: User, by: User, kind: str, *, also: Sequence[Write] = ()) -> Room:
    """Makes a user a member with the system message of this kind, and returns the room with them in it. `also` happens
    in the same transaction."""
    return enter_all(room, [user], by, kind, also=also)


def enter_all(
    room: Room, people: Iterable[User], by: User | None, kind: str, *, mute: bool = True, also: Sequence[Write] = ()
) -> Room:
    """Makes users members, side by side, each with a system message of this kind by somebody or (None) by themselves;
    who is a member already stays one. `mute`: as far as a read-only room does.

    Each membership and its message are stored together; the room's numbers follow from the message (room_store.count).

    Raises:
        InvalidRoom: the room was removed at this moment; nobody is left in it.
    """
    each_once = {user.id: user for user in people}.values()
    entries = [
        entry for number, user in enumerate(each_once) if (entry := _entry(room, user, by or user, kind, number))
    ]
    stored = table.side_by_side(*(partial(_stored, entry, also) for entry in entries))
    if not all(stored):
        # Somebody else added them at the same moment: for those nothing is left to do.
        room = room_store.reread(room.id) or room
    entered = [entry for entry, new in zip(entries, stored, strict=True) if new]
    room = _counted(room, entered)
    return _muted_if_read_only(room, [entry.user for entry in entered]) if mute else room


class _Entry(NamedTuple):
    user: User
    membership: Membership
    message: Message


def _entry(room: Room, user: User, by: User, kind: str, number: int) -> _Entry | None:
    former = memberships.former(user.id, room.id)
    if former and not former.ended:
        return None
    # A millisecond apart, so that history shows them in this order.
    message = system_messages.compose(room, by, kind, user.username, members=1, after_ms=number)
    kept: dict[str, Any] = {"id": former.id} if former else {}
    membership = Membership.begun(
        room, user, message.sent_at, fresh=True, seen=room.ordinary, seen_alls=room.alls, **kept
    )
    return _Entry(user, membership, message)


def _stored(entry: _Entry, also: Sequence[Write]) -> bool:
    try:
        table.transact(*memberships.additions(entry.membership), *message_store.additions(entry.message), *also)
    except table.ConditionFailed:
        return False
    return True


def _counted(room: Room, entered: Sequence[_Entry]) -> Room:
    try:
        return system_messages.count_all(room, [entry.message for entry in entered])
    except InvalidRoom:
        # The room was removed at this moment, and the job that empties it may be over.
        for entry in entered:
            memberships.end(entry.membership)
            message_store.remove(entry.message)
        raise


def _muted_if_read_only(room: Room, users: list[User]) -> Room:
    def edited(now: Room) -> Room:
        muted = creation.muted_with(now.muted, users)
        return now if muted == now.muted else now.model_copy(update={"muted": muted})

    if not room.ro:
        return room
    try:
        return room_store.change(room.id, edited) or room
    except Unavailable:
        # Very many come at once. They are in, and `ro` alone keeps them from writing: the list only shows it.
        return room


def leave(caller: Caller, room: Room) -> Room:
    """The caller leaves.

    Raises:
        NotAllowed: the permission for rooms of this type is missing; nobody leaves a direct room.
        CallerNotInRoom: they are no member.
        LastOwner: nobody else owns the room.
    """
    permission = room.kind.leave_permission
    if not permission or not caller.may(permission):
        raise NotAllowed
    return _exit(room, caller.id, caller.user, "ul", CallerNotInRoom())


def kick(caller: Caller, room: Room, user: User) -> Room:
    """Removes a user from the room.

    Raises:
        NotAllowed: remove-user is missing.
        UserNotInRoom: they are no member.
        LastOwner: nobody else owns the room.
    """
    if not caller.may("remove-user", room.id):
        raise NotAllowed
    return _exit(room, user.id, caller.user, "ru", UserNotInRoom())


def _exit(room: Room, user_id: str, by: User, kind: str, gone: UserNotInRoom | CallerNotInRoom) -> Room:
    for _ in table.attempts():
        # Who was made an owner, or who else left, since the request began decides: the next attempt sees it.
        membership = memberships.find(user_id, room.id)
        if membership is None:
            raise gone
        message = system_messages.compose(room, by, kind, membership.username, members=-1)
        try:
            table.transact(
                *memberships.endings(membership, with_roles=True),
                *roles.owner_stays(membership, otherwise=LastOwner()),
                *room_store.role_writes(room.id, user_id, sorted(membership.roles), held=False),
                *message_store.additions(message),
            )
        except table.ConditionFailed:
            continue
        break
    return system_messages.count(room, message)


def withdraw(room: Room, membership: Membership, gone: User) -> None:
    """Takes a member whose account is gone out of a room, without a word."""
    message = system_messages.compose(room, gone, "ul", gone.username, members=-1, silent=True)
    try:
        table.transact(
            *memberships.removals(membership),
            *room_store.role_writes(room.id, gone.id, sorted(membership.roles), held=False),
            *message_store.additions(message),
        )
    except table.ConditionFailed:
        return
    with suppress(InvalidRoom):
        system_messages.count(room, message)
        room_store.change(room.id, lambda now: _without(now, gone.username))


def _without(room: Room, username: str) -> Room:
    """The name may be somebody else's from now on: they are not muted for it."""
    changed = {
        name: [each for each in held if each != username]
        for name in ("muted", "unmuted", "usernames")
        if (held := getattr(room, name)) and username in held
    }
    return room.model_copy(update=changed) if changed else room


def of_room(
    caller: Caller, room: Room, asked: ListQuery, *, containing: str = "", status: list[str] | None = None
) -> Listed:
    """A page of a room's members by username: `{_id, username, name, status, utcOffset}`.

    `containing` (in the username or name) and `status` look through the whole room, up to pages.LOOKED_THROUGH_MOST
    members.

    Raises:
        Forbidden: the room is a broadcast room and the caller may not see its members.
        QueryTooBroad: more members would have to be looked through than one request may.
    """
    if room.broadcast and not caller.may("view-broadcast-member-list"):
        raise Forbidden
    page = pages.page_of(asked.offset, asked.count)
    sort = dict(parse_sort(asked.sort)) if asked.sort else {}
    forward = sort.get("username", 1) > 0
    most = pages.LOOKED_THROUGH_MOST
    if containing or status or page.limit is None:
        everybody = list(memberships.member_ids(room.id, forward=forward, limit=most + 1))
        if len(everybody) > most:
            raise QueryTooBroad(limit=most)
        rows = [_shown(user) for user in user_store.find_many(everybody) if _matches(user, containing, status)]
        return Listed(page.cut(rows), page.offset, len(rows))
    if page.offset > pages.OFFSET_MOST:
        raise QueryTooBroad(limit=pages.OFFSET_MOST)
    read = page.offset + page.limit
    some = islice(memberships.member_ids(room.id, forward=forward, limit=read), page.offset, None)
    return Listed([_shown(user) for user in user_store.find_many(some)], page.offset, room.users_count)


def online(room: Room) -> list[Document]:
    """`{_id, username}` of the members who are online, away or busy, by username.

    Raises:
        QueryTooBroad: there are more members than one request may look through.
    """
    everybody = list(memberships.member_ids(room.id, limit=pages.LOOKED_THROUGH_MOST + 1))
    if len(everybody) > pages.LOOKED_THROUGH_MOST:
        raise QueryTooBroad(limit=pages.LOOKED_THROUGH_MOST)
    here = [user for user in user_store.find_many(everybody) if user.status in _HERE]
    return [{"_id": user.id, "username": user.username} for user in here]


def _matches(user: User, containing: str, status: list[str] | None) -> bool:
    if status and user.status not in status:
        return False
    return containing.lower() in f"{user.username}\n{user.name or ''}".lower()


def _shown(user: User) -> Document:
    document = user.document()
    return {name: document[name] for name in _SHOWN if name in document}
