"""Refusals of slash commands."""

from pimentachat.errors.base import ChatError, Plain


class CommandNameMissing(Plain):
    text = 'The query param "command" must be provided.'


class UnknownCommandName(Plain):
    text = "There is no command in the system by the name of: {name}"


class CommandToRunMissing(Plain):
    text = "You must provide a command to run."


class CommandParamsWrong(Plain):
    text = "The parameters for the command must be a single string."


class CommandRoomMissing(Plain):
    text = "The room's id where to execute this command must be provided and be a string."


class NoSuchCommand(Plain):
    text = "The command provided does not exist (or is disabled)."


class AlreadyInChannel(ChatError):
    code = "error-user-already-in-room"
    text = "You are already in the channel"
