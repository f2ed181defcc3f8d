"""Rooms that a user takes out of their list, or back into it (contract: channels.yaml open, close)."""

from pimentachat import clock
from pimentachat.auth.callers import Caller
from pimentachat.errors.rooms import AlreadyClosed, AlreadyOpen, CallerNotInRoom, ClosingOutside, OpeningOutside
from pimentachat.models.kinds import CHANNEL, RoomKind
from pimentachat.models.rooms import Room
from pimentachat.store import memberships


def hide(kind: RoomKind, caller: Caller, room: Room, *, called: str | None = None) -> None:
    """Takes a room out of the caller's list; the next ordinary message brings it back. Its news are none any more.
    `called` is its name in refusals.

    Raises:
        ClosingOutside, AlreadyClosed: the caller is no member; it is hidden already.
    """
    membership = memberships.find(caller.id, room.id)
    name = room.title if called is None else called
    if membership is None and room.kind is CHANNEL:
        raise ClosingOutside(name=name)
    if membership is None or not membership.is_open(room):
        raise AlreadyClosed(title=kind.title, name=name)
    now = clock.now_text()
    memberships.update(membership, closed_at=room.ordinary, toggled_at=now, quiet=room.ordinary)


def show(kind: RoomKind, caller: Caller, room: Room) -> None:
    """Puts a room into the caller's list again.

    Raises:
        OpeningOutside, CallerNotInRoom: the caller is no member.
        AlreadyOpen: it is there, and the kind refuses that.
    """
    membership = memberships.find(caller.id, room.id)
    if membership is None:
        raise OpeningOutside(name=room.title) if room.kind is CHANNEL else CallerNotInRoom()
    if membership.is_open(room):
        if kind.open_preposition:
            raise AlreadyOpen(title=kind.title, name=room.title, preposition=kind.open_preposition)
        return
    memberships.update(membership, toggled_at=clock.now_text(), quiet=room.ordinary, remove=("closed_at",))
