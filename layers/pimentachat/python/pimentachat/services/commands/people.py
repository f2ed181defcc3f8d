"""Commands about the people of a room."""

from collections.abc import Callable
from itertools import islice

from pimentachat import workspace
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import NotAllowed
from pimentachat.errors.rooms import RoomTypeWrong
from pimentachat.models.kinds import DIRECT
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.commands.running import Run
from pimentachat.services.rooms import creation, members, muting
from pimentachat.services.rooms.creation import NewRoom
from pimentachat.store import memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_NAMES_MOST = 100


def invite(run: Run) -> None:
    """Adds the people named to this room; what is wrong, the caller is told."""
    names = [name.lstrip("@") for name in run.params.replace(",", " ").split()][:_NAMES_MOST]
    found = user_store.find_many([person.id for person in user_store.people(names)], consistent=True)
    if not found:
        run.tell(f"No user exists by the name of `@{' @'.join(names)}`.")
        return
    inside = {held.user_id for held in memberships.find_many((user.id, run.room.id) for user in found)}
    for user in found:
        if user.id in inside:
            run.tell(f"`@{user.username}` is already in here.")
    new = [user for user in found if user.id not in inside]
    if new:
        _telling(run, lambda: members.invite(run.caller, run.room, new))


def invite_all_to(run: Run) -> None:
    """Adds everybody of this room to the one that is named, which is made where there is none."""
    room_id = room_store.id_by_name(run.name) if run.name else None
    if room_id:
        there = run.room_named(run.name)
        if there:
            _bring(run, run.room, there)
        return

    def make() -> None:
        kind = run.room.kind
        if kind is DIRECT or not run.caller.may(kind.create_permission):
            raise NotAllowed
        made = creation.create(kind, run.caller, NewRoom(run.name))
        run.tell(f"Channel `#{made.name}` created.")
        _bring(run, run.room, made)

    _telling(run, make)


def invite_all_from(run: Run) -> None:
    """Adds everybody of the room that is named to this one."""
    there = run.room_named(run.name)
    if there:
        _bring(run, there, run.room)


def _bring(run: Run, source: Room, target: Room) -> None:
    most = workspace.current().number("API_User_Limit")
    everybody = list(islice(memberships.member_ids(source.id), most + 1))
    if len(everybody) > most:
        run.tell("User Limit Exceeded")
        return

    def add() -> None:
        if memberships.find(run.caller.id, source.id) is None:
            raise NotAllowed
        found = user_store.find_many(everybody)
        inside = {held.user_id for held in memberships.find_many((user.id, target.id) for user in found)}
        members.invite(run.caller, target, [user for user in found if user.id not in inside])
        run.tell("The users have been added.")

    _telling(run, add)


def _telling(run: Run, act: Callable[[], object]) -> None:
    try:
        act()
    except ChatError as refusal:
        run.tell(refusal.message)


def kick(run: Run) -> None:
    """Removes somebody from this room.

    Raises:
        NotAllowed, UserNotInRoom, LastOwner.
    """
    user = run.person_named(run.name)
    if user is None:
        return
    if memberships.find(run.caller.id, run.room.id) is None:
        run.tell(f"The user `#{user.username}` is not in this room.")
        return
    if run.room.kind is DIRECT:
        raise NotAllowed
    members.kick(run.caller, run.room, user)


def mute(run: Run) -> None:
    """Takes the word from somebody in this room.

    Raises:
        RoomTypeWrong, NotAllowed.
    """
    user = _to_mute(run)
    if user:
        muting.mute(run.caller, run.room, user)


def unmute(run: Run) -> None:
    """Gives somebody in this room the word again.

    Raises:
        RoomTypeWrong, NotAllowed.
    """
    user = _to_mute(run)
    if user:
        muting.unmute(run.caller, run.room, user)


def _to_mute(run: Run) -> User | None:
    user = run.person_named(run.name)
    if user is None:
        return None
    if run.room.kind is DIRECT:
        raise RoomTypeWrong(type=run.room.t)
    if memberships.find(user.id, run.room.id) is None:
        run.tell(f"The user `#{user.username}` is not in this room.")
        return None
    return user
