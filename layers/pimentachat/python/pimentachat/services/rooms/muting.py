"""Muting a member: they read, and write nothing (contract: commands.yaml mute, unmute)."""

from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import NotAllowed
from pimentachat.errors.rooms import InvalidRoom, TooManyMuted
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.rooms import system_messages
from pimentachat.store import rooms as room_store

_NAMES_MOST: Final = 500
"""In either list: every message writes the record that holds them."""


def mute(caller: Caller, room: Room, user: User) -> None:
    """Mutes a member and says so in the room.

    Raises:
        NotAllowed: mute-user is missing.
        TooManyMuted.
        InvalidRoom: the room was removed at this moment.
    """
    _change(caller, room, user, muted=True)


def unmute(caller: Caller, room: Room, user: User) -> None:
    """Lets a member write again and says so in the room.

    Raises:
        NotAllowed: mute-user is missing.
        TooManyMuted.
        InvalidRoom: the room was removed at this moment.
    """
    _change(caller, room, user, muted=False)


def _change(caller: Caller, room: Room, user: User, *, muted: bool) -> None:
    if not caller.may("mute-user", room.id):
        raise NotAllowed

    def edited(now: Room) -> Room:
        others = [name for name in now.muted or [] if name != user.username]
        speaking = [name for name in now.unmuted or [] if name != user.username]
        if max(len(others), len(speaking)) >= _NAMES_MOST:
            raise TooManyMuted(limit=_NAMES_MOST)
        if muted:
            return now.model_copy(update={"muted": [*others, user.username], "unmuted": speaking or None})
        # In a read-only room, who is not muted must be named besides.
        allowed = [*speaking, user.username] if now.ro else speaking
        return now.model_copy(update={"muted": others or None, "unmuted": allowed or None})

    told = system_messages.announcement(room, caller.user, "user-muted" if muted else "user-unmuted", user.username)
    changed = room_store.change(room.id, edited, also=lambda *_: system_messages.additions(told))
    if changed is None:
        raise InvalidRoom
    system_messages.count_all(changed, told)
