"""Refusals about messages."""

from pimentachat.errors.base import ChatError, Plain


class MessageParamMissing(ChatError):
    code = "error-invalid-params"
    text = 'The "message" parameter must be provided.'


class MessageRoomMissing(Plain):
    text = "The 'rid' property on the message object is missing."


class ThreadsDisabled(ChatError):
    code = "error-not-allowed"
    text = "not-allowed"


class ThreadParentNotFound(ChatError):
    code = "error-invalid-message"
    text = "Invalid message"


class TimestampOutOfSync(ChatError):
    code = "error-message-ts-out-of-sync"
    text = "Message timestamp is out of sync"


class MessageTooLong(ChatError):
    code = "error-message-size-exceeded"
    text = "Message size exceeds Message_MaxAllowedSize"


class PostTooLong(Plain):
    text = "error-message-size-exceeded"


class SendingNotAllowed(Plain):
    text = "error-not-allowed"


class RoomBlocked(Plain):
    text = "room_is_blocked"


class RoomIsArchived(Plain):
    text = "room_is_archived"


class Muted(Plain):
    text = "You_have_been_muted"


class RoomReadOnly(Plain):
    text = "You can't send messages because the room is readonly."


class SystemTypeNotAllowed(Plain):
    text = "Cannot send system messages using 'chat.sendMessage'"


class InvalidLink(Plain):
    text = "Invalid href value provided"


class NothingSent(Plain):
    text = "unknown-error"


class GroupMentionNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Notify {whom} in this room not allowed"


class GroupMentionTooWide(ChatError):
    code = "error-action-not-allowed"
    text = "Group mentions `@all` and `@here` have been disabled for rooms with more than {limit} members."


class NoSuchMessageId(Plain):
    text = 'No message found with the id of "{message_id}".'


class MessageOfAnotherRoom(Plain):
    text = "The room id provided does not match where the message is from."


class EditingMessageNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Message editing not allowed"


class EditingMessageBlocked(ChatError):
    code = "error-message-editing-blocked"
    text = "Message editing is blocked"


class DeletingMessageNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Not allowed"


class DeletingMessageBlocked(ChatError):
    code = "error-message-deleting-blocked"
    text = "Message deleting is blocked"


class ForceDeleteNeeded(Plain):
    text = 'Unauthorized. You must have the permission "force-delete-message" to delete other\'s message as them.'


class MessageIdMissing(ChatError):
    code = "error-messageid-param-not-provided"
    text = 'The required "messageId" param is missing.'


class InvalidMessage(ChatError):
    code = "error-invalid-message"
    text = "Invalid message"


class MessageNotFound(ChatError):
    code = "error-message-not-found"
    text = 'The provided "messageId" does not match any existing message.'


class EmojiMissing(ChatError):
    code = "error-emoji-param-not-provided"
    text = 'The required "emoji" param is missing.'


class TooManyReactions(ChatError):
    """Not in the contract: 1.0 had no bound."""

    code = "error-too-many-reactions"
    text = "A message takes at most {most} different reactions"


class InvalidEmoji(ChatError):
    code = "error-not-allowed"
    text = "Invalid emoji provided."


class MessageIdRequired(MessageIdMissing):
    text = 'The required "messageId" param is required.'


class ReportedIdMissing(Plain):
    text = 'The required "messageId" param is missing.'


class DescriptionMissing(Plain):
    text = 'The required "description" param is missing.'


class InvalidDescription(ChatError):
    code = "error-invalid-description"
    text = "Invalid description"


class InvalidReportedMessage(ChatError):
    code = "error-invalid-message_id"
    text = "Invalid message id"


class PinningNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Message pinning not allowed"


class PinningNotAuthorized(ChatError):
    code = "not-authorized"
    text = "Not Authorized"


class StarringNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Message starring not allowed"


class TooManyStars(ChatError):
    """Not in the contract: 1.0 had no bound."""

    code = "error-too-many-stars"
    text = "A message takes at most {most} stars, and a thread as many followers"


class TooManyIgnored(ChatError):
    """Not in the contract: 1.0 had no bound."""

    code = "error-too-many-ignored"
    text = "At most {most} people can be ignored in a room"


class ThreadsDisabledHere(ChatError):
    code = "error-not-allowed"
    text = "Threads Disabled"


class ThreadsNotAllowed(ChatError):
    code = "error-not-allowed"
    text = "Not Allowed"


class InvalidThread(ChatError):
    code = "error-invalid-message"
    text = "Invalid Message"


class ThreadIdMissing(ChatError):
    code = "error-invalid-params"
    text = 'The required "tmid" query param is missing.'


class FollowedIdMissing(ChatError):
    code = 'The required "mid" body param is missing.'


class ListRoomIdMissing(ChatError):
    code = 'The required "roomId" query param is missing.'


class ThreadsRoomIdMissing(ChatError):
    code = 'The required "rid" query param is missing.'


class SyncRoomIdMissing(ChatError):
    code = "error-room-id-param-not-provided"
    text = 'The required "rid" query param is missing.'


class UpdatedSinceMissing(ChatError):
    code = "error-updatedSince-param-invalid"
    text = 'The required param "updatedSince" is missing.'


class SinceMissing(ChatError):
    code = 'The required "since" query param is missing.'


class SinceInvalid(ChatError):
    code = 'The "since" query parameter must be a valid date.'


class SearchTextMissing(ChatError):
    code = "error-searchText-param-not-provided"
    text = 'The required "searchText" query param is missing.'


class LastUpdateMissing(ChatError):
    code = "error-lastUpdate-param-not-provided"
    text = 'The required "lastUpdate" query param is missing.'


class IgnoredRoomMissing(ChatError):
    code = "error-room-id-param-not-provided"
    text = 'The required "rid" param is missing.'


class IgnoredUserMissing(ChatError):
    code = "error-user-id-param-not-provided"
    text = 'The required "userId" param is missing.'


class ReceiptsIdMissing(Plain):
    text = "The required 'messageId' param is missing."


class ReceiptsMessageInvalid(Plain):
    """No errorType (contract: chat.yaml chat.getMessageReadReceipts)."""

    text = "Invalid message [error-invalid-message]"


class ReceiptsRoomInvalid(Plain):
    text = "Invalid room [error-invalid-room]"
