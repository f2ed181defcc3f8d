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


class LatestMissing(Plain):
    text = 'Body parameter "latest" is required.'


class OldestMissing(Plain):
    text = 'Body parameter "oldest" is required.'
