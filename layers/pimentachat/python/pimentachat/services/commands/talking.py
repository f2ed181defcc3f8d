"""Commands that say something: they write as chat.sendMessage does, with all its rules."""

from collections.abc import Callable
from typing import Final

from pimentachat.services.commands.running import Run
from pimentachat.services.messages import sending
from pimentachat.services.messages.sending import Outgoing
from pimentachat.services.rooms import direct

_HELP: Final = (
    "Open the search for rooms and people: Command (or Ctrl) + p, or Command (or Ctrl) + k",
    "Edit your last message: Up arrow in an empty box",
    "Move to the beginning of the message: Command (or Alt) + Left arrow",
    "Move to the beginning of the message: Command (or Alt) + Up arrow",
    "Move to the end of the message: Command (or Alt) + Right arrow",
    "Move to the end of the message: Command (or Alt) + Down arrow",
    "New line in the message: Shift + Enter",
    "Mark all messages of all rooms as read: Shift (or Ctrl) + Esc",
)


def _say(run: Run, text: str) -> None:
    sending.send(run.caller, Outgoing(room_id=run.room.id, text=text, tmid=run.tmid))


def art(form: str) -> Callable[[Run], None]:
    """Says what the caller wrote, with a picture made of letters in place of the rest."""

    def draw(run: Run) -> None:
        _say(run, form.replace("{}", run.params).strip())

    return draw


def act(run: Run) -> None:
    """Says what the caller does."""
    if run.params.strip():
        _say(run, f"_{run.params}_")


def whisper(run: Run) -> None:
    """Sends a message to one person."""
    whom, _, text = run.params.strip().partition(" ")
    if not text.strip():
        run.tell("Username and message must not be empty.")
        return
    user = direct.person_named(run.caller.user, whom.removeprefix("@"))
    if user is None:
        run.tell(f"The username `{whom}` doesn't exist.")
        return
    room = direct.with_person(run.caller.user, user)
    sending.send(run.caller, Outgoing(room_id=room.id, text=text))


def show_help(run: Run) -> None:
    for line in _HELP:
        run.tell(line)
