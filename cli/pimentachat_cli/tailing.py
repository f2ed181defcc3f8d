"""`tail`: follows a room."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import click

from pimentachat import clock
from pimentachat.models.kinds import KINDS
from pimentachat_cli.failures import Misused
from pimentachat_cli.rooms import found
from pimentachat_cli.session import Command, Session, printable

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0
_GROWTH = 1.5
_OVERLAP_SECONDS = 10
"""What changed is asked for from a little before the last look: notes of changes may be a moment late."""
_REMEMBERED = 1000


@click.command(cls=Command)
@click.argument("room")
@click.option("-n", "--lines", type=click.IntRange(0, 100), default=10, show_default=True, help="To begin with.")
@click.option("--once", is_flag=True, help="Print those and end.")
@click.pass_obj
def tail(session: Session, room: str, lines: int, once: bool) -> None:
    """Follow a room: print its messages as they come, until Ctrl-C."""
    followed = Followed(session, room)
    try:
        followed.print_last(lines)
        if once:
            return
        pause = _FIRST_PAUSE
        while True:
            time.sleep(pause)
            pause = _FIRST_PAUSE if followed.print_new() else min(_LONGEST_PAUSE, pause * _GROWTH)
    except KeyboardInterrupt:
        return


class Followed:
    """A room, and what of it was printed."""

    def __init__(self, session: Session, room: str) -> None:
        self._session = session
        self._room = found(session, room)
        kind = KINDS.get(self._room["t"])
        if kind is None:
            raise Misused(f"{room} is no room that can be followed")
        self._family = kind.family
        self._seen: dict[str, str] = {}
        """Ids of messages printed lately, with when they had last changed."""
        self._since = clock.now_text()

    def print_last(self, lines: int) -> None:
        if lines:
            answer = self._session.server.get(f"{self._family}.history", roomId=self._room["_id"], count=lines)
            self._print(reversed(answer["messages"]))

    def print_new(self) -> bool:
        """Prints what is new or changed; whether there was anything."""
        now = clock.text_after(-_OVERLAP_SECONDS)
        answer = self._session.server.get("chat.syncMessages", roomId=self._room["_id"], lastUpdate=self._since)
        self._since = max(self._since, now)
        return self._print(sorted(answer["result"]["updated"], key=lambda message: str(message["ts"])))

    def _print(self, messages: Any) -> bool:
        printed = False
        for message in self._unseen(messages):
            if self._session.as_json:
                sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
            else:
                self._session.console.print(_line(message), markup=False, soft_wrap=True)
            printed = True
        sys.stdout.flush()
        return printed

    def _unseen(self, messages: Any) -> Iterator[dict[str, Any]]:
        for message in messages:
            # A reaction or star changes no text: it is not told again.
            version = f"{message.get('msg')}{message.get('editedAt', '')}"
            if self._seen.get(message["_id"]) == version:
                continue
            self._seen[message["_id"]] = version
            if len(self._seen) > _REMEMBERED:
                del self._seen[next(iter(self._seen))]
            yield message


def _line(message: dict[str, Any]) -> str:
    at = clock.parse(str(message["ts"])).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    text = message.get("msg") or " ".join(part.get("title") or "" for part in message.get("attachments") or [])
    if message.get("t"):
        text = f"({message['t']}) {text}"
    edited = " (edited)" if message.get("editedAt") else ""
    return printable(f"{at}  {message['u']['username']}: {text}{edited}")
