"""The shapes that refusals have (contract: common.yaml envelopes)."""

from typing import Any, ClassVar


class ChatError(Exception):
    """A typed refusal. `code` is its errorType; an empty text answers as "[<code>]".

    Constants hold classes of refusals, never instances: an exception that is raised twice keeps the frames of both
    requests alive.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str | int] = ""
    text: ClassVar[str] = ""
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, **names: object) -> None:
        self.names = names
        super().__init__(self.message)

    @property
    def message(self) -> str:
        # One pass: what a client wrote is never read as a template.
        return self.text.format(**self.names) if self.names else self.text

    def body(self) -> dict[str, Any]:
        return {"success": False, "error": f"{self.message} [{self.code}]".lstrip(), "errorType": self.code}


class Plain(ChatError):
    def body(self) -> dict[str, Any]:
        return {"success": False, "error": self.message}


class Bare(ChatError):
    def body(self) -> dict[str, Any]:
        return {"success": False}


class Swapped(ChatError):
    """A few answers carry an errorType without repeating it at the end of the text."""

    def body(self) -> dict[str, Any]:
        return {"success": False, "error": self.message, "errorType": self.code}


class StatusError(ChatError):
    status = 401

    def body(self) -> dict[str, Any]:
        return {"status": "error", "message": self.message}
