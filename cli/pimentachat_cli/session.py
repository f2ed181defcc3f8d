"""What all commands share: which server, how to print, and the options that say so."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, ProgressColumn
from rich.table import Table

from pimentachat_cli import settings
from pimentachat_cli.failures import Misused
from pimentachat_cli.server import Server


@dataclass
class Session:
    """One run of the program."""

    url: str = ""
    token: str = ""
    user_id: str = ""
    stack: str = ""
    local: str = ""
    as_json: bool = False
    debug: bool = False
    transport: httpx.BaseTransport | None = None
    """Instead of the network, for tests."""
    errors: Console = field(default_factory=lambda: Console(stderr=True, highlight=False, soft_wrap=True))

    @cached_property
    def console(self) -> Console:
        return Console(highlight=False)

    @cached_property
    def server(self) -> Server:
        """The server, with a login: options and environment first, then the login that was kept.

        Raises:
            Misused: there is none.
        """
        kept = settings.load() if not (self.token and self.url) else None
        url, token, user_id = self.url, self.token, self.user_id
        # A token that was kept goes to its own server and to no other.
        if kept and not token and (not url or url.rstrip("/") == kept.url):
            url, token, user_id = kept.url, kept.token, kept.user_id
        if not url or not token or not user_id:
            raise Misused(
                "which server, and who are you? Run pimentachat login, or set PIMENTACHAT_URL, PIMENTACHAT_TOKEN and "
                "PIMENTACHAT_USER_ID"
            )
        return Server(url, token, user_id, transport=self.transport)

    def progress(self, *columns: ProgressColumn) -> Progress:
        """What goes on, for who looks at a terminal."""
        return Progress(*columns, console=self.errors, transient=True, disable=not self.errors.is_terminal)

    def say(self, text: str) -> None:
        """A line for people; with --json there is none."""
        if not self.as_json:
            self.console.print(printable(text), markup=False, soft_wrap=True)

    def show(self, document: Any, text: str = "") -> None:
        """One result: JSON, or a line (or `name  value` lines) for people."""
        if self.as_json:
            self._dump(document)
        elif text:
            self.say(text)
        else:
            grid = Table.grid(padding=(0, 2))
            for name, value in document.items():
                grid.add_row(escape(name), escape(printable(_text(value))))
            self.console.print(grid)

    def rows(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """A list: JSON of whole records, or a table of these fields for people."""
        if self.as_json:
            self._dump(list(rows))
            return
        table = Table(*columns, box=None, header_style="bold", pad_edge=False)
        for row in rows:
            table.add_row(*(escape(printable(_text(row.get(name)))) for name in columns))
        self.console.print(table)

    def _dump(self, document: Any) -> None:
        sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def printable(text: str) -> str:
    """A text of somebody else's for a terminal, which must not take anything in it for a command."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def _into(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(context: click.Context, _: click.Parameter, value: Any) -> Any:
        if value:
            setattr(context.ensure_object(Session), name, value)
        return value

    return keep


def _shared() -> list[click.Parameter]:
    """Options that every command takes, before its name or behind it."""
    return [
        click.Option(
            ["--url"],
            envvar="PIMENTACHAT_URL",
            metavar="URL",
            expose_value=False,
            callback=_into("url"),
            help="Address of the server (PIMENTACHAT_URL; default: that of the login).",
        ),
        click.Option(
            ["--stack"],
            envvar="PIMENTACHAT_STACK",
            metavar="NAME",
            expose_value=False,
            callback=_into("stack"),
            help="The deployment whose tables are worked on (PIMENTACHAT_STACK).",
        ),
        click.Option(
            ["--local"],
            envvar="PIMENTACHAT_LOCAL",
            metavar="FOLDER",
            expose_value=False,
            callback=_into("local"),
            help="The checkout whose `make run` is worked on (default: where this is called, if it is one).",
        ),
        click.Option(
            ["--json"], is_flag=True, expose_value=False, callback=_into("as_json"), help="Print JSON, for programs."
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            callback=_into("debug"),
            help="Show the trace of what went wrong.",
        ),
    ]


class Command(click.Command):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.params += _shared()


class Group(click.Group):
    command_class = Command
    group_class = type

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.params += _shared()


def login_of_environment(session: Session) -> None:
    """Takes the token of the environment, which is no option: those are seen by everybody on the machine."""
    session.token = session.token or os.environ.get("PIMENTACHAT_TOKEN", "")
    session.user_id = session.user_id or os.environ.get("PIMENTACHAT_USER_ID", "")


def checkout(session: Session) -> Path:
    """The folder of the project: --local, or the one that this is called in or under.

    Raises:
        Misused: it is none.
    """
    begin = Path(session.local or ".").resolve()
    for folder in (begin, *([] if session.local else begin.parents)):
        if (folder / "template.yaml").is_file() and (folder / "local" / "server.py").is_file():
            return folder
    raise Misused(f"{begin} is no checkout of pimentaCHAT serverless: go into one, or name it with --local")
