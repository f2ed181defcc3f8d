"""Direct rooms: found by a person or by id, made when they are needed (contract: im.yaml common.room_lookup)."""

from pimentachat import clock, ids, workspace
from pimentachat.auth import permissions
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import NotAllowed
from pimentachat.errors.rooms import DirectToSelfNotAllowed, InvalidChannel, TargetCannotReceive
from pimentachat.models.kinds import DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.store import counters, memberships, prefetch, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store


def named(user: User, whom: str) -> Room:
    """The direct room with a person (by name or id, with or without an @), or of an id; made when there is a person but
    no room yet.

    Raises:
        DirectParamMissing, InvalidChannel: nothing is named, or neither a person nor a direct room.
        DirectRoomNotFound: other people's room.
        ChatError: one of the refusals of `with_person`.
    """
    value = whom.removeprefix("@")
    if not value:
        raise DIRECT.param_missing
    person = person_named(user, value)
    if person:
        return with_person(user, person)
    room = room_store.find(value)
    if room is None or room.kind is not DIRECT:
        raise InvalidChannel
    if memberships.find(user.id, room.id) is None:
        raise DIRECT.not_found
    return room


def open_for(caller: Caller, whom: str, usernames: str = "") -> Room:
    """The direct room asked for, shown in the caller's list again when they had hidden it, as today's clients expect.

    Raises:
        ChatError: as `named`; InvalidChannel also for `usernames` of several people, which need rooms of another shape.
    """
    room = named(caller.user, _only_one(caller, usernames) if usernames and not whom else whom)
    reopen(caller, room)
    return room


def _only_one(caller: Caller, usernames: str) -> str:
    others = {name.strip().removeprefix("@") for name in usernames.split(",")} - {"", caller.username}
    if len(others) != 1:
        raise InvalidChannel
    return others.pop()


def person_named(user: User, value: str) -> User | None:
    """The person of this id or username (letter case does not matter), whom `user` is about to talk to. Ids win over
    names: somebody's name may look like the id of somebody else."""
    person = user_store.find(value)
    if person:
        return person
    person_id = user_store.id_by_username(value)
    if person_id is None:
        return None
    prefetch.direct_room(user.id, person_id)
    return user_store.find(person_id)


def with_person(user: User, person: User) -> Room:
    """The direct room of a user and another person, made when it does not exist.

    Raises:
        DirectToSelfNotAllowed, NotAllowed, TargetCannotReceive, UserNotFound: it would have to be made, and may not be.
    """
    room = room_store.find(ids.direct_room_id(user.id, person.id))
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
        t=DIRECT.t,
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
            *room_store.additions(room, None, name_taken=already),
            *(write for membership in (mine, *theirs) for write in memberships.additions(membership)),
        )
    except InvalidChannel:
        # The other side made it at the same moment: there is one room, and this is it.
        return room_store.reread(room.id) or room
    counters.add(DIRECT.total, 1)
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
        memberships.update(membership, remove=("closed_at",))
