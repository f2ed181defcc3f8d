"""`import`: people, rooms, messages and files of Slack or Rocket.Chat."""

import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from pimentachat.services.after.importing import Import, NewMessage, Thread
from pimentachat_cli import archives, rocketchat, slack, tables
from pimentachat_cli.failures import Misused
from pimentachat_cli.session import Command, Session
from pimentachat_cli.sources import Source

_AT_ONCE = 400


@click.command("import", cls=Command)
@click.argument("export", type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Only read it, and say what is in it.")
@click.pass_obj
def import_export(session: Session, export: Path, check: bool) -> None:
    """Take over an export of Slack or Rocket.Chat: a folder or a zip file (straight at the tables: --stack or --local).

    The whole export is read before anything is written. An import that was cut off goes on when it is called again;
    one that is called twice makes nothing twice. People are told nothing, and have no password until they ask for one.
    """
    source = read(export)
    threads, found = survey(source)
    if check:
        session.show(found, ", ".join(f"{many:,} {what}" for what, many in found.items()))
        return
    where = tables.connect(session)
    begun = time.monotonic()
    work = Import(source.name)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with session.progress(*columns) as progress:
        people = progress.add_task("people", total=found["people"])
        for person in source.people():
            work.add_person(person)
            progress.advance(people)
        rooms = progress.add_task("rooms", total=found["rooms"])
        for room in source.rooms():
            work.add_room(room)
            progress.advance(rooms)
        messages = progress.add_task("messages", total=found["messages"])
        for some in _batched(source.messages()):
            work.add_messages(some, threads)
            progress.advance(messages, len(some))
        counting = progress.add_task("counting, search", total=found["rooms"])
        for _ in work.finish():
            progress.advance(counting)
    told = {**work.new, "leftOut": work.left_out, "seconds": round(time.monotonic() - begun, 1)}
    made = ", ".join(f"{many:,} {what}" for what, many in work.new.items())
    left = f"; {work.left_out:,} messages were left out (no author, no room, or too large)" if work.left_out else ""
    session.show(told, f"new in {where}: {made}, in {told['seconds']} s{left}")


def read(export: Path) -> Source:
    """
    Raises:
        Misused: it is no export that we know.
    """
    archive = archives.opened(export)
    if rocketchat.is_one(archive):
        return rocketchat.RocketChat(archive)
    if slack.is_one(archive):
        return slack.Slack(archive)
    raise Misused(
        f"{export} is no export of Slack (users.json, channels.json) and none of Rocket.Chat ({rocketchat.USERS}, "
        f"{rocketchat.ROOMS}, {rocketchat.MESSAGES})"
    )


def survey(source: Source) -> tuple[dict[str, Thread], dict[str, int]]:
    """Reads everything once: what replies make of first messages, and how much there is.

    Raises:
        Misused: something in it is broken.
    """
    people = {person.id for person in source.people()}
    rooms = {room.id for room in source.rooms()}
    threads: dict[str, Thread] = {}
    messages = 0
    for message in source.messages(files=False):
        messages += 1
        if message.thread and message.type is None and message.author in people and message.room in rooms:
            thread = threads.setdefault(message.thread, Thread())
            thread.replies += 1
            thread.last = max(thread.last, message.ts)
            thread.authors.add(message.author)
    if threads:
        first = {
            message.id
            for message in source.messages(files=False)
            if message.id in threads and message.author in people and message.room in rooms
        }
        # Replies to what is not in the export are messages like any other.
        threads = {message_id: thread for message_id, thread in threads.items() if message_id in first}
    return threads, {"people": len(people), "rooms": len(rooms), "messages": messages}


def _batched(messages: Iterator[NewMessage]) -> Iterator[list[NewMessage]]:
    some: list[NewMessage] = []
    weight = 0
    for message in messages:
        some.append(message)
        weight += len(message.file.data) if message.file else 0
        if len(some) == _AT_ONCE or weight > 50_000_000:
            yield some
            some, weight = [], 0
    if some:
        yield some
