"""`export`: everything of a workspace, in the shape that `import` reads."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import click
from rich.progress import SpinnerColumn, TextColumn

from pimentachat import clock
from pimentachat.cloud import files
from pimentachat.services.after import exporting
from pimentachat_cli import rocketchat, tables
from pimentachat_cli.failures import Misused
from pimentachat_cli.session import Command, Session

_DATES = {"ts", "_updatedAt", "createdAt", "editedAt", "tlm", "lm", "pinnedAt", "uploadedAt"}
MANIFEST = "manifest.json"


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--no-files", is_flag=True, help="Leave uploaded files out.")
@click.pass_obj
def export(session: Session, folder: Path, no_files: bool) -> None:
    """Write people, rooms, messages and files into a new folder (straight at the tables: --stack or --local).

    JSON lines as mongoexport writes them, which `import` reads. Without passwords, tokens and settings.
    """
    where = tables.connect(session)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Misused(f"{folder} is there already: name a new folder")
    # What people said to each other is for its owner's eyes.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    counted = {"people": 0, "rooms": 0, "members": 0, "messages": 0, "files": 0}
    missing = 0
    with session.progress(SpinnerColumn(), TextColumn("{task.description}")) as progress:
        task = progress.add_task(f"reading {where}", total=None)
        with (folder / rocketchat.USERS).open("wb") as into:
            for person in exporting.people():
                _write(into, person)
                counted["people"] += 1
        with (
            (folder / rocketchat.ROOMS).open("wb") as into_rooms,
            (folder / rocketchat.SUBSCRIPTIONS).open("wb") as into_members,
            (folder / rocketchat.MESSAGES).open("wb") as into_messages,
            (folder / rocketchat.UPLOADS).open("wb") as into_files,
        ):
            for room in exporting.rooms():
                _write(into_rooms, exporting.shown(room))
                counted["rooms"] += 1
                counted["members"] += _write_all(into_members, exporting.members(room))
                counted["messages"] += _write_all(into_messages, exporting.messages(room))
                for upload in () if no_files else exporting.files(room):
                    found = files.read(upload.object_key)
                    missing += found is None
                    if found and upload.id.isalnum():
                        (folder / "uploads").mkdir(exist_ok=True)
                        (folder / "uploads" / upload.id).write_bytes(found[0])
                        _write(into_files, upload.document(without={"object_key", "token", "waiting"}))
                        counted["files"] += 1
                progress.update(task, description=f"{counted['rooms']:,} rooms, {counted['messages']:,} messages")
    told = {"format": "pimentachat", "version": 1, "at": clock.now_text(), **counted}
    (folder / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    lost = f"; {missing} files are not in the bucket" if missing else ""
    session.show(told, f"{folder}: {', '.join(f'{many:,} {what}' for what, many in counted.items())}{lost}")


def _write_all(into: IO[bytes], records: Iterator[Mapping[str, Any]]) -> int:
    many = 0
    for record in records:
        _write(into, record)
        many += 1
    return many


def _write(into: IO[bytes], record: Mapping[str, Any]) -> None:
    dated = {name: {"$date": value} if name in _DATES and value else value for name, value in record.items()}
    into.write(json.dumps(dated, ensure_ascii=False).encode() + b"\n")
