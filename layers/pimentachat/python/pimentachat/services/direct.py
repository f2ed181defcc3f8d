"""Direct rooms: found by a person or by id, made when they are needed (contract: im.yaml common.room_lookup)."""

from pimentachat import clock, ids
from pimentachat.auth import permissions, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    DirectToSelfNotAllowed,
    Forbidden,
    InvalidChannel,
    NotAllowed,
    TargetCannotReceive,
    UserNotFound,
)
from pimentachat.models.memberships import Membership
from pimentachat.models.rooms import DIRECT, CountersReply, CreateDirect, DirectCounters, DirectParams, Room
from pimentachat.models.users import User
from pimentachat.services import subscriptions
from pimentachat.store import counters, memberships, table, users
from pimentachat.store import rooms as store


def named(user: User, params: DirectParams) -> Room:
    """The direct room with the person named, or of the id named; made when there is a person but no room yet.

    Raises:
        DirectParamMissing, InvalidChannel: nothing is named, or neither a person nor a direct room.
        DirectRoomNotFound: other people's room.
        ChatError: one of the refusals of `with_person`.
    """
    value = (params.username.strip() or params.room_id.strip()).removeprefix("@")
    if not value:
        raise DIRECT.param_missing.anew()
    person = person_named(value)
    if person:
        return with_person(user, person)
    room = store.find(value)
    if room is None or room.t != DIRECT.type:
        raise InvalidChannel
    if memberships.find(user.id, room.id) is None:
        raise DIRECT.not_found.anew()
    return room


def open_for(caller: Caller, params: CreateDirect) -> Room:
    """The direct room asked for, shown in the caller's list again when they had hidden it, as today's clients expect.

    Raises:
        ChatError: as `named`; InvalidChannel also for `usernames` of several people, which need rooms of another shape.
    """
    if params.usernames and not (params.username or params.room_id):
        params = params.model_copy(update={"username": _only_one(caller, params.usernames)})
    room = named(caller.user, params)
    reopen(caller, room)
    return room


def _only_one(caller: Caller, usernames: str) -> str:
    others = {name.strip().removeprefix("@") for name in usernames.split(",")} - {"", caller.username}
    if len(others) != 1:
        raise InvalidChannel
    return others.pop()


def read_counters(caller: Caller, params: DirectCounters) -> CountersReply:
    """Counters of a direct room, as the caller or (with view-room-administration) the user of `user_id` sees it: the
    room is looked up as theirs, too.

    Raises:
        Forbidden: the counters of somebody else.
        UserNotFound: there is no such user.
        ChatError: as `named`.
    """
    if params.user_id and not caller.may("view-room-administration"):
        raise Forbidden
    viewer = users.find(params.user_id) if params.user_id else caller.user
    if viewer is None:
        raise UserNotFound
    return subscriptions.room_counters(DIRECT, caller, named(viewer, params), viewer.id)


def person_named(value: str) -> User | None:
    """The user of this username (letter case does not matter) or id."""
    user_id = users.id_by_username(value) or value
    return users.find(user_id)


def with_person(user: User, person: User) -> Room:
    """The direct room of a user and another person, made when it does not exist.

    Raises:
        DirectToSelfNotAllowed, NotAllowed, TargetCannotReceive, UserNotFound: it would have to be made, and may not be.
    """
    room = store.find(ids.direct_room_id(user.id, person.id))
    if room:
        return room
    if person.id == user.id and not workspace.current().flag("Message_AllowDirectMessagesToYourself"):
        raise DirectToSelfNotAllowed
    if not permissions.holds(user, "create-d"):
        raise NotAllowed
    if not permissions.holds(person, "view-d-room"):
        raise TargetCannotReceive
    return _make(user, person)


def _make(caller: User, person: User) -> Room:
    now = clock.now_text()
    people = [caller] if person.id == caller.id else [caller, person]
    room = Room(
        _id=ids.direct_room_id(caller.id, person.id),
        t="d",
        usernames=[caller.username, person.username],
        uids=[caller.id, person.id],
        ts=now,
        users_count=2,
        _updatedAt=now,
    )
    mine = _membership(room, caller, other=person, mine=True)
    theirs = [_membership(room, person, other=caller, mine=False)] if len(people) > 1 else []
    already = InvalidChannel()
    try:
        table.transact(
            *store.additions(room, None, name_taken=already),
            *(write for membership in (mine, *theirs) for write in memberships.additions(membership)),
        )
    except InvalidChannel:
        # The other side made it at the same moment: there is one room, and this is it.
        return store.find(room.id, fresh=True) or room
    counters.add("directs", 1)
    return room


def _membership(room: Room, user: User, *, other: User, mine: bool) -> Membership:
    shown: dict[str, object] = {"name": other.username, "fname": other.name or other.username}
    if user.custom_fields:
        shown["customFields"] = user.custom_fields
    return Membership.begun(
        room, user, room.ts, shown=shown, ls=room.ts if mine else None, closed_at=None if mine else 0
    )


def reopen(caller: Caller, room: Room) -> None:
    """Shows a room in the caller's list again, as today's clients expect of im.create."""
    membership = memberships.find(caller.id, room.id)
    if membership and not membership.is_open(room):
        memberships.change(membership, remove=("closed_at",))
