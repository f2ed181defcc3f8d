"""Refusals about custom emoji."""

from pimentachat.errors.base import ChatError, Plain


class ManagingEmojiNotAllowed(ChatError):
    code = "not_authorized"


class EmojiNameInvalid(ChatError):
    code = "error-input-is-not-a-valid-field"
    text = "{name} is not a valid name"


class EmojiAliasesInvalid(ChatError):
    code = "error-input-is-not-a-valid-field"
    text = "{aliases} is not a valid alias set"


class EmojiInUse(ChatError):
    code = "Custom_Emoji_Error_Name_Or_Alias_Already_In_Use"
    text = "The custom emoji or one of its aliases is already in use"


class EmojiIdMissing(ChatError):
    code = 'The required "_id" query param is missing.'


class EmojiNotFound(ChatError):
    code = "Emoji not found."


class EmojiIdRequired(Plain):
    text = 'The "emojiId" params is required!'


class NoSuchEmoji(ChatError):
    code = "Custom_Emoji_Error_Invalid_Emoji"
    text = "Invalid emoji"


class TooManyEmoji(ChatError):
    code = "error-too-many-emoji"
    text = "A workspace has at most {limit} custom emoji"
