"""What a member chooses for one room: favorites and notifications (contract: rooms.yaml favorite, saveNotification)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pimentachat.auth.callers import Caller
from pimentachat.errors.matching import javascript_type
from pimentachat.errors.requests import MatchError
from pimentachat.errors.rooms import (
    InvalidNotificationField,
    InvalidNotificationValue,
    InvalidSubscription,
    NotAFavorite,
)
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import PREFERENCE_ORIGINS, User
from pimentachat.store import memberships

_WISHES: Final = {"all", "mentions", "nothing", "default"}


def favorite(caller: Caller, room: Room, wanted: Any) -> None:
    """Marks a room as one of the caller's favorites, or no longer.

    Raises:
        MatchError: `wanted` is no boolean.
        NotAFavorite: the caller is no member.
    """
    if not isinstance(wanted, bool):
        raise MatchError(problem=f"Expected boolean, got {javascript_type(wanted)}")
    membership = memberships.find(caller.id, room.id)
    if membership is None:
        raise NotAFavorite
    memberships.prefer(membership, f=wanted)


def save_notifications(caller: Caller, room_id: str, wanted: Mapping[str, Any]) -> None:
    """Saves the caller's notification settings for a room, in the order in which they come: what stands before one that
    is refused is saved.

    Raises:
        MatchError: a value is no text.
        InvalidNotificationField, InvalidNotificationValue: there is no such setting; it does not take that.
        InvalidSubscription: the caller is no member, or there is no such room.
    """
    membership = memberships.find(caller.id, room_id)
    chosen: Document = {}
    try:
        for name, value in wanted.items():
            setting = _checked(caller.user, name, value)
            if membership is None:
                raise InvalidSubscription
            chosen |= setting
    finally:
        if membership and chosen:
            memberships.prefer(membership, **chosen)


def _checked(user: User, name: str, value: Any) -> Document:
    """The wire fields of the membership that a setting changes; None takes one away."""
    if not isinstance(value, str):
        raise MatchError(problem=f"Expected string, got {javascript_type(value)}")
    act = _SETTINGS.get(name)
    if act is None:
        raise InvalidNotificationField
    return act(user, name, value)


def _wish(user: User, name: str, value: str) -> Document:
    """One of the four, with the place where it was chosen; "default" is what the user prefers everywhere."""
    if value not in _WISHES:
        raise InvalidNotificationValue
    preference, origin = PREFERENCE_ORIGINS[name]
    if value != "default":
        return {name: value, origin: "subscription"}
    own = user.preference(preference)
    return {name: own, origin: "user"} if own and own != "default" else {name: None, origin: None}


def _sound(_: User, name: str, value: str) -> Document:
    if value not in _WISHES:
        raise InvalidNotificationValue
    return {name: None if value == "default" else value}


def _flag(_: User, name: str, value: str) -> Document:
    return {name: value == "1"}


def _seconds(_: User, name: str, value: str) -> Document:
    if not value.isdecimal() or len(value) > len("86400"):
        raise InvalidNotificationValue
    return {name: int(value)}


def _as_it_is(_: User, name: str, value: str) -> Document:
    return {name: value}


_SETTINGS: Final[Mapping[str, Callable[[User, str, str], Document]]] = {
    **dict.fromkeys(PREFERENCE_ORIGINS, _wish),
    "audioNotifications": _sound,
    "audioNotificationValue": _as_it_is,
    "unreadAlert": _as_it_is,
    "desktopNotificationDuration": _seconds,
    "disableNotifications": _flag,
    "hideUnreadStatus": _flag,
    "muteGroupMentions": _flag,
}
