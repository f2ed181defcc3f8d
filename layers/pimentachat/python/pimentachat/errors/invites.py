"""Refusals about links that invite into a room."""

from pimentachat.errors.base import ChatError


class InviteRoomRequired(ChatError):
    code = "error-the-field-is-required"
    text = "The field rid is required"


class InviteNotAuthorized(ChatError):
    code = "not_authorized"


class InvalidInviteRoom(ChatError):
    code = "error-invalid-room"
    text = "The rid param is invalid"


class RoomTypeNotAllowed(ChatError):
    code = "error-room-type-not-allowed"
    text = "Cannot create invite links for this room type"


class InvalidInviteDays(ChatError):
    code = "error-invalid-number-of-days"
    text = "Invalid number of days"


class InvalidInviteUses(ChatError):
    code = "error-invalid-number-of-uses"
    text = "Invalid number of uses"


class InvalidInviteId(ChatError):
    code = "invalid-invitation-id"
    text = "Invalid Invitation _id"


class InvalidInviteToken(ChatError):
    code = "error-invalid-token"
    text = "The invite token is invalid."


class InviteRoomGone(ChatError):
    code = "error-invalid-room"
    text = "The invite token is invalid."


class InviteExpired(ChatError):
    """Or used as often as it may be."""

    code = "error-invite-expired"
    text = "The invite token has expired."
