"""Creating channels and groups (contract: channels.yaml channels.create)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.matching import javascript_type
from pimentachat.errors.requests import MatchError
from pimentachat.errors.rooms import CustomFieldsNotAnObject, MembersNotAList, NameParamRequired, RoomNameTaken
from pimentachat.models.kinds import RoomKind
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.rooms import MUTED_MOST, Room
from pimentachat.models.users import User
from pimentachat.services.events import listeners
from pimentachat.services.rooms import room_names, system_messages
from pimentachat.services.rooms.room_names import RoomName
from pimentachat.store import counters, memberships, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

_MEMBERS_AT_ONCE: Final = 40


@dataclass(frozen=True)
class NewRoom:
    """What a client wants to create, as it was written: each kind words its refusals in its own way."""

    name: Any
    members: Any = None
    read_only: bool = False
    custom_fields: Any = None
    broadcast: bool = False
    """Only who may write in read-only rooms writes here, and not everybody sees who else is in it."""
    encrypted: bool = False


def create(kind: RoomKind, caller: Caller, wanted: NewRoom) -> Room:
    """Creates a channel or group with the caller as its owner.

    Raises:
        ChatError: a parameter is missing or wrong; the name is not valid or taken.
    """
    names = room_names.choices(_checked_name(kind, wanted.name))
    # What is wrong with the name is said before what is wrong with the rest.
    best = next(names)
    members = _checked_members(kind, wanted.members)
    if wanted.custom_fields is not None and not isinstance(wanted.custom_fields, dict):
        raise CustomFieldsNotAnObject(place=kind.place)
    people = people_named(members, caller.user)
    read_only = wanted.read_only or wanted.broadcast
    return make(
        kind,
        caller.user,
        chain([best], names),
        people,
        ro=read_only,
        sys_mes=not read_only,
        custom_fields=wanted.custom_fields or {},
        muted=muted_with(None, (user for user in people if user.id != caller.id)) if read_only else None,
        broadcast=wanted.broadcast or None,
        encrypted=wanted.encrypted or None,
    )


def make(
    kind: RoomKind,
    owner: User,
    names: Iterable[RoomName],
    people: list[User],
    *,
    room_id: str = "",
    also: Sequence[Write] = (),
    **fields: Any,
) -> Room:
    """Stores a room under the first of the names that is free, with the owner and other people in it. `also` happens
    in the same transaction.

    Raises:
        RoomNameTaken, ArchivedRoomNameTaken: see `room_names.choices`.
    """
    now = clock.now_text()
    room = Room(
        _id=room_id or ids.new_id(),
        t=kind.t,
        u={"_id": owner.id, "username": owner.username},
        ts=now,
        default=False,
        users_count=min(len(people), _MEMBERS_AT_ONCE),
        _updatedAt=now,
        **fields,
    )
    first = [_first_membership(room, user, owner=user.id == owner.id) for user in people]
    for name in names:
        room = room.model_copy(update={"name": name.name, "fname": name.title})
        try:
            table.transact(
                *room_store.additions(
                    room, owner.id, name_taken=room_names.SlugTaken(), title_taken=RoomNameTaken(name=name.title)
                ),
                *_additions(first[:_MEMBERS_AT_ONCE]),
                *also,
                *listeners.told("roomCreated", room_id=room.id, user_id=owner.id),
            )
        except room_names.SlugTaken:
            continue
        break
    counters.add(kind.total, 1)
    further = [partial(_admit, room, owner, membership) for membership in first[_MEMBERS_AT_ONCE:]]
    return system_messages.count_all(room, table.side_by_side(*further))


def _checked_name(kind: RoomKind, name: Any) -> str:
    if name is None or name == "":
        raise NameParamRequired(place=kind.place)
    if not isinstance(name, str):
        raise MatchError(problem=f"Expected string, got {javascript_type(name)}")
    return name


def _checked_members(kind: RoomKind, members: Any) -> list[str]:
    if members is None:
        return []
    if not isinstance(members, list):
        raise MembersNotAList(place=kind.place)
    for member in members:
        if not isinstance(member, str):
            raise MatchError(problem=f"Expected string, got {javascript_type(member)}")
    return [member for member in members if member.strip()]


def people_named(usernames: list[str], owner: User) -> list[User]:
    """The owner and those of the usernames that exist, each once."""
    named = [person.id for person in user_store.people(usernames)] if usernames else []
    found = user_store.find_many(named, consistent=True)
    return [owner, *(user for user in found if user.id != owner.id)]


def muted_with(held: list[str] | None, users: Iterable[User]) -> list[str] | None:
    """Who is muted in a read-only room when these people come: those of whose global roles none has post-readonly, up
    to MUTED_MOST."""
    writers = workspace.current().grants("post-readonly")
    listed = dict.fromkeys(held or [])
    for user in users:
        if len(listed) < MUTED_MOST and not writers & set(user.roles or []):
            listed[user.username] = None
    return list(listed) or None


def _first_membership(room: Room, user: User, *, owner: bool) -> Membership:
    return Membership.begun(room, user, room.ts, ls=room.ts if owner else None, roles={"owner"} if owner else set())


def _admit(room: Room, by: User, membership: Membership) -> Message:
    """One of those who do not fit into the transaction that makes the room. They are counted like somebody who joins,
    so that the number is right even when this request ends in between."""
    message = system_messages.compose(room, by, "au", membership.username, members=1, silent=True)
    table.transact(*memberships.additions(membership), *message_store.additions(message))
    return message


def _additions(some: list[Membership]) -> list[Write]:
    return [write for membership in some for write in memberships.additions(membership)]
