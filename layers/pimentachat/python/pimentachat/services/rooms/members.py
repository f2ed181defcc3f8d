"""Who is in a room: join, invite, kick, leave, roles, lists of members. Written once for channels and groups."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from pimentachat.auth import permissions
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import Forbidden, NotAllowed, QueryTooBroad
from pimentachat.errors.rooms import (
    AlreadyInRole,
    CallerNotInRoom,
    InvalidRoom,
    JoinCodeWrong,
    LastOwner,
    UserNotInRoom,
)
from pimentachat.listing import pages
from pimentachat.listing.fields import parse_sort
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.models.kinds import CHANNEL
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import ROLES, Role, Room
from pimentachat.models.users import User
from pimentachat.services.rooms import creation, system_messages
from pimentachat.store import memberships, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

_HERE: Final = {"online", "away", "busy"}
_SHOWN: Final = ("_id", "username", "name", "status", "utcOffset")


def join(caller: Caller, room: Room, join_code: str = "") -> Room:
    """The caller joins a channel; nothing happens when they are a member already.

    Raises:
        NotAllowed: not a channel, or view-c-room is missing.
        JoinCodeWrong: the room asks for another code.
    """
    if room.kind is not CHANNEL or not caller.may("view-c-room"):
        raise NotAllowed
    if room.join_code_required and not caller.may("join-without-join-code") and join_code != room.join_code:
        raise JoinCodeWrong
    return enter(room, caller.user, caller.user, "uj")


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


def enter(room: Room, user: User, by: User, kind: str) -> Room:
    """Makes a user a member with the system message of this kind, and returns the room with them in it."""
    return enter_all(room, [user], by, kind)


def enter_all(room: Room, people: Iterable[User], by: User, kind: str) -> Room:
    """Makes users members, side by side, each with a system message of this kind; who is a member already stays one.

    Each membership and its message are stored together; the room's numbers follow from the message (room_store.count).

    Raises:
        InvalidRoom: the room was removed at this moment; nobody is left in it.
    """
    each_once = {user.id: user for user in people}.values()
    entries = [entry for number, user in enumerate(each_once) if (entry := _entry(room, user, by, kind, number))]
    stored = table.side_by_side(*(partial(_stored, entry) for entry in entries))
    if not all(stored):
        # Somebody else added them at the same moment: for those nothing is left to do.
        room = room_store.reread(room.id) or room
    entered = [entry for entry, new in zip(entries, stored, strict=True) if new]
    room = _counted(room, entered)
    for entry in entered:
        room = _muted_if_read_only(room, entry.user)
    return room


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


def _stored(entry: _Entry) -> bool:
    try:
        table.transact(*memberships.additions(entry.membership), *message_store.additions(entry.message))
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


def _muted_if_read_only(room: Room, user: User) -> Room:
    if not room.ro or not creation.would_be_muted(user):
        return room
    muted = room_store.change(room.id, lambda now: now.model_copy(update={"muted": _with(now.muted, user.username)}))
    return muted or room


def _with(names: list[str] | None, name: str) -> list[str]:
    return [*(each for each in names or [] if each != name), name]


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
                *_owner_stays(room, membership),
                *room_store.role_writes(room.id, user_id, _roles(membership), held=False),
                *message_store.additions(message),
            )
        except table.ConditionFailed:
            continue
        break
    return system_messages.count(room, message)


def _roles(membership: Membership) -> list[Role]:
    return [role for role in ROLES if role in membership.roles]


def _owner_stays(room: Room, membership: Membership) -> list[Write]:
    """That another owner is left is part of the transaction: two owners who leave at once do not both get away."""
    if "owner" not in membership.roles:
        return []
    others = [user_id for user_id in room_store.holders(room.id, "owner", most=2) if user_id != membership.user_id]
    if not others:
        raise LastOwner
    return [room_store.still_held(room.id, "owner", others[0])]


def give_role(caller: Caller, room: Room, user: User, role: Role) -> None:
    """Gives a member a role in the room and says so there.

    Raises:
        NotAllowed: set-<role> is missing.
        UserNotInRoom, AlreadyInRole: the user is no member, or has the role.
    """
    if not caller.may(f"set-{role}", room.id):
        raise NotAllowed
    for _ in table.attempts():
        membership = memberships.find(user.id, room.id)
        if membership is None:
            raise UserNotInRoom
        if role in membership.roles:
            raise AlreadyInRole(role=role, article="an" if role == "owner" else "a")
        try:
            table.transact(
                memberships.role_addition(membership, role),
                *room_store.role_writes(room.id, user.id, [role], held=True),
            )
        except table.ConditionFailed:
            continue
        break
    system_messages.post(room, caller.user, "subscription-role-added", user.username, role=role)


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
