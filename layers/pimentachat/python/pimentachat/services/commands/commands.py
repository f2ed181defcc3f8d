"""Running slash commands (contract: commands.yaml commands.run)."""

from pimentachat.auth.callers import Caller
from pimentachat.errors.commands import UnknownCommandName
from pimentachat.errors.requests import NotAllowed
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.records import Document
from pimentachat.services.commands import catalogue
from pimentachat.services.commands.running import Run
from pimentachat.services.rooms import access


def run(caller: Caller, name: str, room_id: str, params: str = "", tmid: str | None = None) -> list[Document]:
    """Runs a command in a room; what the caller alone is told (`{_id, rid, ts, msg}`).

    Raises:
        NoSuchCommand, InvalidRoom, NotAllowed: no such command or room, or no access to it.
        ChatError: the command's own refusal.
    """
    name = name.lower()
    catalogue.check_known(name)
    room = access.readable(caller, room_id, otherwise=NotAllowed(), missing=InvalidRoom())
    started = Run(caller, room, params, tmid)
    catalogue.COMMANDS[name].run(started)
    return started.notices


def preview(name: str) -> None:
    """No command of ours has previews: there is nothing to show.

    Raises:
        NoSuchCommand
    """
    catalogue.check_known(name.lower())


def find(name: str) -> Document:
    """A command as clients see it.

    Raises:
        UnknownCommandName
    """
    found = catalogue.shown(name.lower())
    if found is None:
        raise UnknownCommandName(name=name)
    return found
