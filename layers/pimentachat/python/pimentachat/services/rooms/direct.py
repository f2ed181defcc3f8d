"""Direct rooms: found by a person or by id, made when they are needed (contract: im.yaml common.room_lookup)."""

from collections.abc import Sequence
from typing import Final

from pimentachat import clock, ids, workspace
from pimentachat.auth import permissions
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import EndpointDisabled, Forbidden, NotAllowed
from pimentachat.errors.rooms import (
    DirectToSelfNotAllowed,
    InvalidChannel,
    NoDirectRoomToRemove,
    NoSuchDirectRoom,
    RoomIdMissing,
    TargetCannotReceive,
    TooManyInDirectRoom,
)
from pimentachat.models.kinds import DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.store import counters, memberships, prefetch, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_PEOPLE_MOST: Final = 40
"""In one direct room, whatever the setting DirectMesssage_maxUsers says: they enter in one transaction."""


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


def of_others(caller: Caller, room_id: str) -> Room:
    """Any direct room, for administrators, where the setting API_Enable_Direct_Message_History_EndPoint lets them.

    Raises:
        EndpointDisabled, Forbidden: it does not; the caller is none.
        RoomIdMissing, NoSuchDirectRoom.
    """
    if not workspace.current().flag("API_Enable_Direct_Message_History_EndPoint"):
        raise EndpointDisabled
    if not caller.may("view-room-administration"):
        raise Forbidden
    if not room_id.strip():
        raise RoomIdMissing
    room = room_store.find(room_id)
    if room is None or room.kind is not DIRECT:
        raise NoSuchDirectRoom(room_id=room_id)
    return room


def to_remove(caller: Caller, whom: str) -> Room:
    """The direct room with a person, or of an id, that there is already; other people's for administrators.

    Raises:
        DirectParamMissing.
        NoDirectRoomToRemove: there is none, or it is other people's.
    """
    value = whom.removeprefix("@")
    if not value:
        raise DIRECT.param_missing
    person = person_named(caller.user, value)
    others = [person] if person and person.id != caller.id else []
    room = room_store.find(_id_of(caller.user, others) if person else value)
    if room is None or room.kind is not DIRECT:
        raise NoDirectRoomToRemove
    if memberships.find(caller.id, room.id) is None and not caller.may("view-room-administration"):
        raise NoDirectRoomToRemove
    return room


def open_for(caller: Caller, whom: str, usernames: str = "") -> Room:
    """The direct room asked for (with the people of `usernames`, when nobody else is named), shown in the caller's list
    again when they had hidden it, as today's clients expect.

    Raises:
        ChatError: as `named` and `with_people`.
    """
    if usernames.strip() and not whom:
        room = with_people(caller.user, _people_named(caller.user, usernames))
    else:
        room = named(caller.user, whom)
    reopen(caller, room)
    return room


def _people_named(user: User, usernames: str) -> list[User]:
    """Who is named besides the user, each once, in two round trips.

    Raises:
        DirectParamMissing, TooManyInDirectRoom: nobody is named, or more than there may be.
        InvalidChannel: nobody has one of the names.
    """
    named = dict.fromkeys(name.strip().removeprefix("@") for name in usernames.split(","))
    names = [name for name in named if name]
    if not names:
        raise DIRECT.param_missing
    if len(names) > _PEOPLE_MOST:
        raise TooManyInDirectRoom(limit=_people_most())
    prefetch.people_named(names)
    found = [name if user_store.find(name) else user_store.id_by_username(name) for name in names]
    if not all(found):
        raise InvalidChannel
    others = [user_id for user_id in dict.fromkeys(found) if user_id and user_id != user.id]
    if len(others) >= _people_most():
        raise TooManyInDirectRoom(limit=_people_most())
    prefetch.direct_room_of(user.id, others)
    people = [person for user_id in others if (person := user_store.find(user_id))]
    if len(people) < len(others):
        raise InvalidChannel
    return people


def _people_most() -> int:
    return max(2, min(workspace.current().number("DirectMesssage_maxUsers"), _PEOPLE_MOST))


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
        ChatError: as `with_people`.
    """
    return with_people(user, [] if person.id == user.id else [person])


def with_people(user: User, others: list[User]) -> Room:
    """The direct room of exactly the user and these others (with nobody else, their own), made when it does not exist.

    Raises:
        DirectToSelfNotAllowed, NotAllowed, TargetCannotReceive: it would have to be made, and may not be.
        InvalidChannel: there is another room in its place.
    """
    room = room_store.find(_id_of(user, others))
    if room is None:
        room = _made(user, others)
    if len(others) > 1 and set(room.uids or []) != {user.id, *(other.id for other in others)}:
        # The id of a room of many is a digest.
        raise InvalidChannel
    return room


def _id_of(user: User, others: list[User]) -> str:
    if len(others) > 1:
        return ids.direct_room_id_of_many([user.id, *(other.id for other in others)])
    return ids.direct_room_id(user.id, others[0].id if others else user.id)


def id_of(people: Sequence[User]) -> str:
    """The id of the direct room of exactly these people; of one, their own."""
    first, *others = people
    return _id_of(first, others)


def _made(user: User, others: list[User]) -> Room:
    if not others and not workspace.current().flag("Message_AllowDirectMessagesToYourself"):
        raise DirectToSelfNotAllowed
    if not permissions.holds(user, "create-d"):
        raise NotAllowed
    if not all(permissions.holds(person, "view-d-room") for person in others or [user]):
        raise TargetCannotReceive
    return _make(user, others)


def _make(caller: User, others: list[User]) -> Room:
    now = clock.now_text()
    # To oneself, one is the other side too.
    both = [caller, *(others or [caller])]
    room = Room(
        _id=_id_of(caller, others),
        t=DIRECT.t,
        usernames=[person.username for person in both],
        uids=[person.id for person in both],
        ts=now,
        users_count=len(both),
        _updatedAt=now,
    )
    first = [_membership(room, person, both, mine=person.id == caller.id) for person in (caller, *others)]
    already = InvalidChannel()
    try:
        table.transact(
            *room_store.additions(room, None, name_taken=already),
            *(write for membership in first for write in memberships.additions(membership)),
        )
    except InvalidChannel:
        # Another side made it at the same moment: there is one room, and this is it.
        return room_store.reread(room.id) or room
    counters.add(DIRECT.total, 1)
    return room


def _membership(room: Room, user: User, people: list[User], *, mine: bool) -> Membership:
    """What the room is called for a member: as the others are."""
    shown: dict[str, object] = {**called(user, people)}
    others = _others(user, people)
    if user.custom_fields:
        shown["customFields"] = user.custom_fields
    if mine and _left_alone(user, others):
        shown["archived"] = True
    return Membership.begun(
        room, user, room.ts, shown=shown, ls=room.ts if mine else None, closed_at=None if mine else 0
    )


def called(user: User, people: list[User]) -> dict[str, str]:
    """What a direct room of these people is called for one of them: as the others are."""
    others = _others(user, people)
    return {
        "name": ", ".join(other.username for other in others),
        "fname": ", ".join(other.name or other.username for other in others),
    }


def _others(user: User, people: list[User]) -> list[User]:
    others = sorted((person for person in people if person.id != user.id), key=lambda person: person.username.lower())
    return others or [user]


def _left_alone(user: User, others: list[User]) -> bool:
    """Whether the one other person of a room is deactivated: it is archived for the user then (contract: im.yaml
    im.create)."""
    return len(others) == 1 and others[0].id != user.id and not others[0].active


def reopen(caller: Caller, room: Room) -> None:
    """Shows a room in the caller's list again, as today's clients expect of im.create, and as archived while its other
    side is deactivated."""
    membership = memberships.find(caller.id, room.id)
    if membership is None:
        return
    if not membership.is_open(room):
        memberships.update(membership, remove=("closed_at",))
    others = [user_id for user_id in room.uids or [] if user_id != caller.id]
    other = user_store.find(others[0]) if len(others) == 1 else None
    if other:
        memberships.prefer(membership, archived=_left_alone(caller.user, [other]) or None)
