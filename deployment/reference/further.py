"""Refusals beyond those that the contract, the fields and the services tell of (raised.py): by the name of the
endpoint, with its method where only one of several refuses so. The check of the test run says what is missing here."""

from typing import Final

from pimentachat.errors.authentication import ServiceNotConfigured, ServiceUnexpected
from pimentachat.errors.base import ChatError
from pimentachat.errors.files import FileTooLarge, FileTypeRefused
from pimentachat.errors.messages import (
    GroupMentionNotAllowed,
    GroupMentionTooWide,
    InvalidLink,
    MessageTooLong,
    Muted,
    RoomBlocked,
    RoomIsArchived,
    RoomReadOnly,
    ThreadParentNotFound,
    ThreadsDisabled,
)
from pimentachat.errors.requests import (
    Forbidden,
    InvalidFields,
    InvalidQuery,
    InvalidSort,
    QueryTooBroad,
    QueryTooCostly,
    TooMuchToRead,
)
from pimentachat.errors.rooms import CustomFieldsNotAnObject, InvalidRoom, TooManyInDirectRoom
from pimentachat.errors.users import ChangingActiveNotAllowed

Several = tuple[type[ChatError], ...]

_LISTING: Final[Several] = (InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly, TooMuchToRead)
_CHANGING: Final[Several] = (RoomBlocked, RoomIsArchived, RoomReadOnly, Muted)
"""What keeps somebody from changing a message that is there."""
_WRITING: Final[Several] = (
    *_CHANGING,
    InvalidRoom,
    InvalidLink,
    ThreadsDisabled,
    ThreadParentNotFound,
    GroupMentionNotAllowed,
    GroupMentionTooWide,
    MessageTooLong,
)
"""What keeps somebody from writing in a room, whatever way they write."""

BEYOND: Final[dict[str, Several]] = {
    "channels.anonymousread": (Forbidden,),
    "channels.create": (CustomFieldsNotAnObject,),
    "channels.files": (Forbidden,),
    "channels.list": _LISTING,
    "channels.list.joined": _LISTING,
    "channels.members": (InvalidSort,),
    "channels.rename": (InvalidRoom,),
    "chat.delete": _CHANGING,
    "chat.postMessage": _WRITING,
    "chat.react": _CHANGING,
    "chat.sendMessage": _WRITING,
    "chat.update": _CHANGING,
    "dm.create": (TooManyInDirectRoom,),
    "dm.list": _LISTING,
    "groups.list": _LISTING,
    "groups.members": (InvalidSort,),
    "groups.rename": (InvalidRoom,),
    "im.create": (TooManyInDirectRoom,),
    "im.list": _LISTING,
    "login": (ServiceUnexpected, ServiceNotConfigured),
    "rooms.media/{rid}": (*_WRITING, FileTooLarge, FileTypeRefused),
    "rooms.mediaConfirm/{rid}/{fileId}": (*_WRITING, FileTooLarge, FileTypeRefused),
    "rooms.upload/{rid}": _WRITING,
    "users.create": (ChangingActiveNotAllowed,),
    "users.info": (InvalidFields,),
    "users.list": _LISTING,
}
