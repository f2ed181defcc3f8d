"""Ignoring a member of a room: the caller is told of none of their messages (contract: chat.yaml chat.ignoreUser)."""

from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.errors.messages import TooManyIgnored
from pimentachat.errors.rooms import InvalidSubscription
from pimentachat.store import memberships, table

_IGNORED_MOST: Final = 500


def ignore(caller: Caller, room_id: str, user_id: str, *, ignored: bool) -> None:
    """Ignores a member, or ignores them no more.

    Raises:
        InvalidSubscription: one of the two is no member of the room.
        TooManyIgnored.
    """
    table.prefetch([memberships.key(person, room_id) for person in (caller.id, user_id)])
    held = memberships.find(caller.id, room_id)
    if held is None or memberships.find(user_id, room_id) is None:
        raise InvalidSubscription
    if ignored and len(held.preferences.get("ignored", ())) >= _IGNORED_MOST:
        raise TooManyIgnored(most=_IGNORED_MOST)
    memberships.ignore(held, user_id, ignored=ignored)
