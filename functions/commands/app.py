"""Slash commands."""

from typing import cast

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.commands import (
    CommandReply,
    CommandsReply,
    GetCommand,
    ListCommands,
    Notice,
    PreviewCommand,
    RunCommand,
    RunCommandReply,
)
from pimentachat.services.commands import catalogue, commands

api = Api("commands")


@api.get("commands.get")
def get(caller: Caller, params: GetCommand) -> CommandReply:
    """Specification of one slash command"""
    del caller
    return {"command": commands.find(params.command)}


@api.get("commands.list")
def list_commands(caller: Caller, params: ListCommands) -> CommandsReply:
    """All slash commands"""
    del caller
    found = catalogue.every(params.asked)
    return {"commands": found.rows, **found.numbers}


@api.post("commands.run")
def run(caller: Caller, params: RunCommand) -> RunCommandReply:
    """Run a slash command in a room"""
    told = commands.run(caller, params.command, params.room_id, params.params, params.tmid)
    return {"result": {"notices": cast(list[Notice], told)}} if told else {}


@api.get("commands.preview")
@api.post("commands.preview")
def preview(caller: Caller, params: PreviewCommand) -> None:
    """Previews of a slash command: no built-in one has any"""
    del caller
    commands.preview(params.command)


handler = api.handler
