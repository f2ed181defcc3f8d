"""Refusals beyond those that the contract, the fields and the services tell of (raised.py): by the name of the
endpoint, with its method where only one of several refuses so. The check of the test run says what is missing here."""

from typing import Final

from pimentachat.errors.authentication import (
    IdentityNotFetched,
    RegistrationByServicesDisabled,
    ServiceDomainNotAllowed,
    ServiceNotConfigured,
    ServiceUnexpected,
    TotpInvalid,
    TotpRequired,
)
from pimentachat.errors.base import ChatError
from pimentachat.errors.commands import AlreadyInChannel
from pimentachat.errors.files import FileTooLarge, FileTypeRefused
from pimentachat.errors.integrations import (
    EventInvalid,
    EventNotAllowed,
    HookDisabled,
    HookRefused,
    HookSentNothing,
    HookUnknown,
    IntegrationChannelMissing,
    IntegrationChannelRefused,
    IntegrationChannelSign,
    IntegrationNotAllowed,
    IntegrationNotFound,
    IntegrationNotOwned,
    IntegrationTypeInvalid,
    IntegrationUsernameMissing,
    IntegrationUserUnknown,
    OutgoingIntegrationNotAllowed,
    OutgoingUserUnknown,
    ScriptsNotSupported,
    TargetRoomMissing,
    TooManyIntegrations,
    UrlsInvalid,
)
from pimentachat.errors.messages import (
    GroupMentionNotAllowed,
    GroupMentionTooWide,
    InvalidLink,
    MessageTooLong,
    Muted,
    PostTooLong,
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
    NotAllowed,
    NotAuthorized,
    QueryTooBroad,
    QueryTooCostly,
    TooManyCalls,
    TooManyRequests,
    TooMuchToRead,
    Unavailable,
)
from pimentachat.errors.rooms import (
    ArchivedRoomNameTaken,
    CustomFieldsNotAnObject,
    DirectToSelfNotAllowed,
    EditingDiscussionNotAllowed,
    InvalidRoom,
    InvalidRoomName,
    JoinCodeWrong,
    LastOwner,
    NameBlank,
    NameParamRequired,
    RoomTypeWrong,
    TargetCannotReceive,
    TooManyInDirectRoom,
    UserNotInRoom,
)
from pimentachat.errors.users import EditingUserNotAllowed, UserNotFound

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

_INTEGRATION: Final[Several] = (
    IntegrationTypeInvalid,
    IntegrationNotAllowed,
    OutgoingIntegrationNotAllowed,
    IntegrationChannelMissing,
    IntegrationChannelRefused,
    IntegrationChannelSign,
    IntegrationUsernameMissing,
    IntegrationUserUnknown,
    OutgoingUserUnknown,
    EventInvalid,
    EventNotAllowed,
    UrlsInvalid,
    TargetRoomMissing,
    InvalidRoom,
    ScriptsNotSupported,
    TooManyIntegrations,
)
"""What keeps somebody from making an integration as they describe it."""
_HOOK: Final[Several] = (HookUnknown, HookDisabled, Unavailable, TooManyCalls)

BEYOND: Final[dict[str, Several]] = {
    "/hooks/add/{integrationId}/{token}": (*_HOOK, HookRefused),
    "/hooks/info/{integrationId}/{token}": (HookUnknown, TooManyCalls),
    "/hooks/remove/{integrationId}/{token}": (*_HOOK, HookRefused),
    "/hooks/sample/{integrationId}/{token}": (HookUnknown, TooManyCalls),
    "/hooks/{integrationId}/{token}": (*_HOOK, HookRefused, HookSentNothing, PostTooLong),
    "/hooks/{integrationId}/{userId}/{token}": (*_HOOK, HookRefused, HookSentNothing, PostTooLong),
    "channels.anonymousread": (Forbidden,),
    "channels.create": (CustomFieldsNotAnObject,),
    "channels.files": (Forbidden,),
    "channels.getIntegrations": _LISTING,
    "channels.list": _LISTING,
    "channels.list.joined": _LISTING,
    "channels.members": (InvalidSort,),
    "channels.rename": (InvalidRoom,),
    "chat.delete": _CHANGING,
    "chat.getMentionedMessages": (NotAllowed,),
    "chat.postMessage": _WRITING,
    "chat.pinMessage": _CHANGING,
    "chat.react": _CHANGING,
    "chat.sendMessage": _WRITING,
    "chat.unPinMessage": _CHANGING,
    "chat.update": (*_CHANGING, GroupMentionNotAllowed, GroupMentionTooWide),
    # Every command's own.
    "commands.run": (
        *_WRITING,
        AlreadyInChannel,
        NotAllowed,
        NotAuthorized,
        UserNotInRoom,
        LastOwner,
        RoomTypeWrong,
        JoinCodeWrong,
        NameParamRequired,
        NameBlank,
        InvalidRoomName,
        ArchivedRoomNameTaken,
        EditingDiscussionNotAllowed,
        TargetCannotReceive,
        DirectToSelfNotAllowed,
    ),
    "directory": (InvalidQuery, InvalidSort, QueryTooBroad, QueryTooCostly),
    "dm.create": (TooManyInDirectRoom,),
    "dm.list": _LISTING,
    "groups.getIntegrations": _LISTING,
    "groups.list": _LISTING,
    "groups.members": (InvalidSort,),
    "groups.rename": (InvalidRoom,),
    "im.create": (TooManyInDirectRoom,),
    "im.list": _LISTING,
    "integrations.create": _INTEGRATION,
    "integrations.get": (IntegrationNotFound, IntegrationNotAllowed, IntegrationNotOwned),
    "integrations.history": _LISTING,
    "integrations.list": _LISTING,
    "integrations.update": (*_INTEGRATION, IntegrationNotFound, IntegrationNotOwned),
    "login": (
        ServiceUnexpected,
        ServiceNotConfigured,
        TooManyRequests,
        TotpRequired,
        TotpInvalid,
        IdentityNotFetched,
        RegistrationByServicesDisabled,
        ServiceDomainNotAllowed,
    ),
    "rooms.media/{rid}": (*_WRITING, FileTooLarge, FileTypeRefused),
    "rooms.mediaConfirm/{rid}/{fileId}": (*_WRITING, FileTooLarge, FileTypeRefused),
    "rooms.createDiscussion": _WRITING,
    "rooms.upload/{rid}": _WRITING,
    "settings": _LISTING,
    "statistics.list": _LISTING,
    "users.create": (EditingUserNotAllowed,),
    "users.getStatus": (UserNotFound,),
    "users.info": (InvalidFields,),
    "users.list": _LISTING,
}
