"""Refusals about files."""

from typing import Self

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

    @classmethod
    def beyond(cls, most: int) -> Self:
        """The refusal for a limit in bytes."""
        for unit, bytes_each in (("MB", 1024 * 1024), ("kB", 1024)):
            if most >= bytes_each:
                return cls(limit=f"{round(most / bytes_each, 1):g} {unit}")
        return cls(limit=f"{most} B")


class FileTypeRefused(ChatError):
    code = "error-invalid-file-type"
    text = "File type is not accepted."


class FileForbidden(Plain):
    status = 403
    text = "Forbidden"


class NoPicture(ChatError):
    """What was sent as a picture is none, or not all of it."""

    code = "error-invalid-file-type"
    text = "The file is no picture that can be read."


class TooManyPixels(ChatError):
    code = "error-file-too-large"
    text = "The picture has more than {limit} million pixels."
