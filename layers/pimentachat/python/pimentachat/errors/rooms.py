"""Refusals about rooms and their members; `{title}` and `{place}` come from RoomKind."""

from typing import Any

from pimentachat.errors.base import ChatError, Plain, Swapped


class RoomParamMissing(ChatError):
    code = "error-roomid-param-not-provided"
    text = 'The parameter "roomId" or "roomName" is required'


class GroupParamMissing(RoomParamMissing):
    code = "error-room-param-not-provided"


class DirectParamMissing(ChatError):
    code = "error-room-param-not-provided"
    text = 'Body param "roomId" or "username" is required'


class RoomNotFound(ChatError):
    """What the kinds have in common."""

    code = "error-room-not-found"


class ChannelNotFound(RoomNotFound):
    text = 'The required "roomId" or "roomName" param provided does not match any channel'


class GroupNotFound(RoomNotFound):
    text = 'The required "roomId" or "roomName" param provided does not match any group'


class DirectRoomNotFound(RoomNotFound):
    text = 'The required "roomId" or "username" param provided does not match any dirct message'


class RoomIdMissing(ChatError):
    code = "error-roomid-param-not-provided"
    text = 'The parameter "roomId" is required'


class NoSuchDirectRoom(RoomNotFound):
    text = "No direct message room found by the id of: {room_id}"


class NoDirectRoomToRemove(RoomNotFound):
    """im.delete spells it right."""

    text = 'The required "roomId" or "username" param provided does not match any direct message'


class NoAccessToRoom(Swapped):
    """Text and type really are swapped (contract: rooms.yaml)."""

    code = "Not Allowed"
    text = "not-allowed"


class RoomArchived(ChatError):
    code = "error-room-archived"
    text = "The {title}, {name}, is archived"


class NotArchived(Plain):
    text = "The {title}, {name}, is not archived"


class InvalidRoom(ChatError):
    code = "error-invalid-room"
    text = "Invalid room"


class InvalidChannel(ChatError):
    code = "invalid-channel"


class NameParamRequired(Plain):
    text = '{place} "name" is required'


class MembersNotAList(Plain):
    text = '{place} "members" must be an array if provided'


class CustomFieldsNotAnObject(Plain):
    text = '{place} "customFields" must be an object if provided'


class NameBlank(ChatError):
    code = "error-invalid-name"
    text = "Invalid name"


class InvalidRoomName(ChatError):
    code = "error-invalid-room-name"
    text = "{name} is not a valid room name."


class RoomNameTaken(ChatError):
    code = "error-duplicate-channel-name"
    text = "A channel with name '{name}' exists"


class ArchivedRoomNameTaken(ChatError):
    code = "error-archived-duplicate-name"
    text = "There's an archived channel with name {name}"


class SameValue(Plain):
    text = "The {title} {what} is the same as what it would be {done} to."


class SameDefault(Swapped):
    """This code and the next are the wrong way round in the contract."""

    code = "error-channels-setdefault-missing-default-param"
    text = "The channel default setting is the same as what it would be changed to."


class DefaultRequired(Swapped):
    code = "error-channels-setdefault-is-same"
    text = 'The bodyParam "default" is required'


class TooManyDefaultRooms(ChatError):
    code = "error-too-many-default-channels"
    text = "New users join at most {limit} channels"


class CustomFieldsRequired(Plain):
    text = 'The bodyParam "customFields" is required with a type like object.'


class InvalidCustomFieldsType(ChatError):
    code = "invalid-roomCustomFields-type"
    text = "Invalid roomCustomFields type"


class EditingRoomNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing room is not allowed"


class EditingDiscussionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing discussion room is not allowed"


class BroadcastStaysReadOnly(ChatError):
    code = "error-action-not-allowed"
    text = "Editing readOnly/reactWhenReadOnly are not allowed for broadcast rooms"


class AdministrationNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Viewing room administration is not allowed"


class MakingPrivateNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Changing a public channel to a private room is not allowed"


class MakingPublicNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Changing a private group to a public channel is not allowed"


class InvalidRoomType(ChatError):
    code = "error-invalid-room-type"
    text = "error-invalid-room-type"


class InvalidSubscription(ChatError):
    code = "error-invalid-subscription"
    text = "Invalid subscription"


class CreatingDiscussionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "You are not allowed to create a discussion"


class NestedDiscussion(ChatError):
    code = "error-nested-discussion"
    text = "Cannot create nested discussions"


class DiscussionUsersNotAList(Plain):
    text = 'Body parameter "users" must be an array.'


class NotAFavorite(InvalidSubscription):
    text = "You must be part of a room to favorite it"


class InvalidNotificationField(ChatError):
    code = "error-invalid-settings"
    text = "Invalid settings field"


class InvalidNotificationValue(ChatError):
    code = "error-invalid-settings"
    text = "Invalid settings value"


class JoinCodeWrong(ChatError):
    code = "error-code-invalid"
    text = "Invalid Room Password"


class AlreadyOpen(Plain):
    text = "The {title}, {name}, is already open {preposition} the sender"


class AlreadyClosed(Plain):
    text = "The {title}, {name}, is already closed to the sender"


class OpeningOutside(Plain):
    text = 'The user/callee is not in the channel "{name}".'


class ClosingOutside(Plain):
    """The missing quotation mark is the contract's."""

    text = 'The user/callee is not in the channel "{name}.'


class UserNotInRoom(ChatError):
    code = "error-user-not-in-room"
    text = "User is not in this room"


class CallerNotInRoom(ChatError):
    code = "error-user-not-in-room"
    text = "You are not in this room"


class AdministratorsOnly(ChatError):
    """The code is a number in the contract."""

    code = 403
    text = "Access to Method Forbidden"


class UserLimitExceeded(ChatError):
    code = "error-user-limit-exceeded"
    text = "User Limit Exceeded"


class LastOwnerKept(ChatError):
    code = "error-remove-last-owner"
    text = "This is the last owner. Please set a new owner before removing this one."


class NoRoomNamed(Plain):
    text = "Invalid query"


class NoSuchRoom(Plain):
    text = "{kind} does not exists"


class NothingToMarkUnread(Plain):
    text = 'At least one of "roomId" or "firstUnreadMessage._id" params is required'


class LastOwner(ChatError):
    code = "error-you-are-last-owner"
    text = "You are the last owner. Please set new owner before leaving the room."


class AlreadyInRole(ChatError):
    """Raised as `AlreadyInRole(role="owner", article="an")`."""

    text = "User is already {article} {role}"

    def body(self) -> dict[str, Any]:
        code = f"error-user-already-{self.names['role']}"
        return {"success": False, "error": f"{self.message} [{code}]", "errorType": code}


class NotInRole(ChatError):
    """Raised as `NotInRole(role="owner", article="an")`."""

    text = "User is not {article} {role}"

    def body(self) -> dict[str, Any]:
        code = f"error-user-not-{self.names['role']}"
        return {"success": False, "error": f"{self.message} [{code}]", "errorType": code}


class DirectToSelfNotAllowed(ChatError):
    code = "error-invalid-user"
    text = "Invalid user"


class TooManyInDirectRoom(ChatError):
    code = "error-direct-message-max-user-exceeded"
    text = "A direct room has at most {limit} people"


class TargetCannotReceive(ChatError):
    code = "error-not-allowed"
    text = "Target user not allowed to receive messages"


class RoomTypeWrong(ChatError):
    code = "error-invalid-room-type"
    text = "{type} is not a valid room type"


class TooManyMuted(ChatError):
    code = "error-too-many-muted"
    text = "At most {limit} people can be muted in a room"
