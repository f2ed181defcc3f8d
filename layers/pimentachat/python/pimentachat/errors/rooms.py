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


class NoAccessToRoom(Swapped):
    """Text and type really are swapped (contract: rooms.yaml)."""

    code = "Not Allowed"
    text = "not-allowed"


class RoomArchived(ChatError):
    code = "error-room-archived"
    text = "The {title}, {name}, is archived"


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
    text = "The channel {what} is the same as what it would be {done} to."


class EditingRoomNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing room is not allowed"


class EditingDiscussionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Editing discussion room is not allowed"


class JoinCodeWrong(ChatError):
    code = "error-code-invalid"
    text = "Invalid Room Password"


class UserNotInRoom(ChatError):
    code = "error-user-not-in-room"
    text = "User is not in this room"


class CallerNotInRoom(ChatError):
    code = "error-user-not-in-room"
    text = "You are not in this room"


class NoRoomNamed(Plain):
    text = "Invalid query"


class NoSuchRoom(Plain):
    text = "{kind} does not exists"


class InvalidSubscription(ChatError):
    code = "error-invalid-subscription"
    text = "Invalid subscription"


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


class DirectToSelfNotAllowed(ChatError):
    code = "error-invalid-user"
    text = "Invalid user"


class TooManyInDirectRoom(ChatError):
    code = "error-direct-message-max-user-exceeded"
    text = "A direct room has at most {limit} people"


class TargetCannotReceive(ChatError):
    code = "error-not-allowed"
    text = "Target user not allowed to receive messages"
