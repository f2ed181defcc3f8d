"""Slash commands."""

from typing import Annotated, Any, NotRequired

from typing_extensions import TypedDict

from pimentachat.errors.commands import (
    CommandNameMissing,
    CommandParamsWrong,
    CommandRoomMissing,
    CommandToRunMissing,
)
from pimentachat.models.records import Date
from pimentachat.requests.bounds import MESSAGE, NAME, REFERENCE, SMALL_OBJECT
from pimentachat.requests.params import NotBlank, Otherwise, PageParams, Params, Refers
from pimentachat.requests.replies import CommandDocument, PageReply


class GetCommand(Params):
    command: Annotated[str, NAME, NotBlank, Otherwise(CommandNameMissing)]


class ListCommands(PageParams):
    pass


class RunCommand(Params):
    command: Annotated[str, NAME, NotBlank, Otherwise(CommandToRunMissing)]
    params: Annotated[str, MESSAGE, Otherwise(CommandParamsWrong), Refers("mentions")] = ""
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(CommandRoomMissing), Refers("room")]
    tmid: Annotated[str | None, REFERENCE, Refers("message")] = None


class PreviewCommand(Params):
    command: Annotated[str, NAME, NotBlank, Otherwise(CommandToRunMissing)]
    params: Annotated[str, MESSAGE, Otherwise(CommandParamsWrong)] = ""
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(CommandRoomMissing), Refers("room")]
    preview_item: Annotated[dict[str, Any] | None, SMALL_OBJECT] = None


class CommandReply(TypedDict):
    command: CommandDocument


class CommandsReply(PageReply):
    commands: list[CommandDocument]


class Notice(TypedDict):
    """A message that the caller alone sees and nobody stores."""

    _id: str
    rid: str
    ts: Date
    msg: str


class CommandResult(TypedDict):
    notices: list[Notice]


class RunCommandReply(TypedDict):
    result: NotRequired[CommandResult]
    """Only where the command has something to tell the caller alone."""
