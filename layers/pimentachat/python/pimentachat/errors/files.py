"""Refusals about files."""

from pimentachat.errors.base import ChatError, Plain


class FileRequired(Plain):
    text = "File required"


class OneFileOnly(Plain):
    text = "Just 1 file is allowed"


class WrongFileField(ChatError):
    code = "invalid-field"


class NoFileUploaded(ChatError):
    code = "No file uploaded"


class NoSuchFile(ChatError):
    code = "invalid-file"


class UploadsDisabled(ChatError):
    code = "error-file-upload-disabled"
    text = "File uploads are disabled."


class DirectUploadsDisabled(ChatError):
    code = "error-direct-message-file-upload-not-allowed"
    text = "File sharing not allowed in direct messages."


class FileTooLarge(ChatError):
    code = "error-file-too-large"
    text = "File exceeds allowed size of {limit}."


class FileTypeRefused(ChatError):
    code = "error-invalid-file-type"
    text = "File type is not accepted."


class FileForbidden(Plain):
    status = 403
    text = "Forbidden"
