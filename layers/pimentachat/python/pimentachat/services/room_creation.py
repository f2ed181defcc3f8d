"""Creating channels and groups (contract: channels.yaml channels.create)."""

from functools import partial
from typing import Any, Final

from pimentachat import clock, ids
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    CustomFieldsNotAnObject,
    MatchError,
    MembersNotAList,
    NameParamRequired,
    RoomNameTaken,
)
from pimentachat.models.memberships import Membership
from pimentachat.models.params import javascript_type
from pimentachat.models.rooms import CreateRoom, Room, RoomKind
from pimentachat.models.users import User
from pimentachat.services import room_names, rooms, system_messages
from pimentachat.store import counters, memberships, messages, table, users
from pimentachat.store import rooms as store
from pimentachat.store.writes import Write

_MEMBERS_AT_ONCE: Final = 40


def create(kind: RoomKind, caller: Caller, params: CreateRoom) -> Room:
    """Creates a channel or group with the caller as its owner.

    Raises:
        ChatError: a parameter is missing or wrong; the name is not valid or taken.
    """
    name = _checked_name(kind, params)
    members = _checked_members(kind, params.members)
    if params.custom_fields is not None and not isinstance(params.custom_fields, dict):
        raise CustomFieldsNotAnObject(place=kind.place)
    people = _people(members, caller.user)
    now = clock.now_text()
    read_only = params.read_only is True
    room = Room(
        _id=ids.new_id(),
        name=name,
        fname=name,
        t=kind.type,
        u={"_id": caller.id, "username": caller.username},
        ts=now,
        ro=read_only,
        sys_mes=not read_only,
        default=False,
        custom_fields=params.custom_fields or {},
        users_count=min(len(people), _MEMBERS_AT_ONCE),
        muted=_muted(people, caller.user) if read_only else None,
        _updatedAt=now,
    )
    first = [_first_membership(room, user, owner=user.id == caller.id) for user in people]
    taken = RoomNameTaken(name=name)
    try:
        table.transact(
            *store.additions(room, caller.id, name_taken=taken),
            *_additions(first[:_MEMBERS_AT_ONCE]),
        )
    except RoomNameTaken:
        raise room_names.refusal(name) from None
    counters.add(rooms.COUNTERS[kind.type], 1)
    further = [partial(_admit, room, caller.user, membership) for membership in first[_MEMBERS_AT_ONCE:]]
    table.side_by_side(*further)
    return (store.find(room.id, fresh=True) or room) if further else room


def _checked_name(kind: RoomKind, params: CreateRoom) -> str:
    if params.name is None or params.name == "":
        raise NameParamRequired(place=kind.place)
    if not isinstance(params.name, str):
        raise MatchError(problem=f"Expected string, got {javascript_type(params.name)}")
    return room_names.checked(params.name)


def _checked_members(kind: RoomKind, members: Any) -> list[str]:
    if members is None:
        return []
    if not isinstance(members, list):
        raise MembersNotAList(place=kind.place)
    for member in members:
        if not isinstance(member, str):
            raise MatchError(problem=f"Expected string, got {javascript_type(member)}")
    return [member for member in members if member.strip()]


def _people(usernames: list[str], owner: User) -> list[User]:
    """The owner and those of the usernames that exist, each once."""
    named = [person["_id"] for person in users.mentioned(usernames)] if usernames else []
    found = users.find_many(named, consistent=True)
    return [owner, *(user for user in found if user.id != owner.id)]


def _muted(people: list[User], owner: User) -> list[str] | None:
    return [user.username for user in people if user.id != owner.id and would_be_muted(user)] or None


def would_be_muted(user: User) -> bool:
    """Whether a read-only room mutes the user: none of their global roles has post-readonly."""
    return not workspace.current().grants("post-readonly") & set(user.roles or [])


def _first_membership(room: Room, user: User, *, owner: bool) -> Membership:
    return Membership.begun(room, user, room.ts, ls=room.ts if owner else None, roles={"owner"} if owner else set())


def _admit(room: Room, by: User, membership: Membership) -> Room:
    """One of those who do not fit into the transaction that makes the room. They are counted like somebody who joins,
    so that the number is right even when this request ends in between."""
    message = system_messages.compose(room, by, "au", membership.username, members=1, silent=True)
    table.transact(*memberships.additions(membership), *messages.additions(message))
    return system_messages.count(room, message)


def _additions(some: list[Membership]) -> list[Write]:
    return [write for membership in some for write in memberships.additions(membership)]
