"""`room`: channels and groups, through the API."""

from typing import Any

import click

from pimentachat.models.kinds import CHANNEL, GROUP, KINDS
from pimentachat_cli.failures import Misused, Refused
from pimentachat_cli.session import Command, Group, Session

_COLUMNS = ("name", "t", "usersCount", "msgs", "archived", "_id")


@click.group(cls=Group)
def room() -> None:
    """Rooms: list, create, show, archive, unarchive, delete."""


@room.command("list", cls=Command)
@click.option("--containing", default="", metavar="TEXT", help="Only those whose names contain this.")
@click.pass_obj
def list_rooms(session: Session, containing: str) -> None:
    """All rooms, for administrators."""
    rows = session.server.pages("rooms.adminRooms", "rooms", filter=containing or None)
    session.rows((_named(row) for row in rows), _COLUMNS)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """A direct room is known by its people."""
    return row if row.get("name") else {**row, "name": ", ".join(row.get("usernames") or [])}


@room.command(cls=Command)
@click.argument("name")
@click.option("--private", is_flag=True, help="A group, which only its members see.")
@click.option("--member", "members", multiple=True, metavar="USERNAME", help="May be given several times.")
@click.option("--topic", default="")
@click.option("--read-only", is_flag=True, help="Only its owners write.")
@click.pass_obj
def create(session: Session, name: str, private: bool, members: tuple[str, ...], topic: str, read_only: bool) -> None:
    """Create a channel or (--private) a group."""
    # The API leaves out whom it does not know, without a word.
    for member in members:
        _check_known(session, member)
    kind = GROUP if private else CHANNEL
    made = session.server.post(
        f"{kind.family}.create", name=name, members=list(members) or None, readOnly=read_only or None
    )[kind.envelope]
    if topic:
        session.server.post(f"{kind.family}.setTopic", roomId=made["_id"], topic=topic)
    session.show(made, f"{made['name']} is there ({made['_id']})")


def _check_known(session: Session, username: str) -> None:
    try:
        session.server.get("users.info", username=username)
    except Refused as refusal:
        raise Refused(f"{username} cannot be a member: {refusal}") from None


def found(session: Session, name: str) -> dict[str, Any]:
    """A room by its name (with # or without) or id; archived ones too."""
    by_name, by_id = {"roomName": name.removeprefix("#")}, {"roomId": name}
    ways = [(kind.family, kind.envelope, by) for by in (by_name, by_id) for kind in (CHANNEL, GROUP)]
    refusal: Refused | None = None
    for family, envelope, by in [("rooms", "room", by_name), ("rooms", "room", by_id), *ways]:
        try:
            return dict(session.server.get(f"{family}.info", **by)[envelope])
        except Refused as refused:
            refusal = refusal or refused
    assert refusal
    raise refusal


@room.command(cls=Command)
@click.argument("name")
@click.pass_obj
def show(session: Session, name: str) -> None:
    """What is known of a room."""
    session.show(found(session, name))


def _act(session: Session, name: str, verb: str, done: str) -> None:
    it = found(session, name)
    kind = KINDS.get(it["t"])
    if kind is None:
        raise Misused(f"{name} is a room of a kind that this program does not know")
    session.server.post(f"{kind.family}.{verb}", roomId=it["_id"])
    session.show({"_id": it["_id"]}, f"{it.get('name') or it['_id']} is {done}")


@room.command(cls=Command)
@click.argument("name")
@click.pass_obj
def archive(session: Session, name: str) -> None:
    """Let nobody write in a room any more."""
    _act(session, name, "archive", "archived")


@room.command(cls=Command)
@click.argument("name")
@click.pass_obj
def unarchive(session: Session, name: str) -> None:
    """Take a room out of the archive."""
    _act(session, name, "unarchive", "open again")


@room.command(cls=Command)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, name: str, yes: bool) -> None:
    """Delete a room with all its messages."""
    if not yes:
        click.confirm(f"Delete {name} with all its messages?", abort=True, err=True)
    _act(session, name, "delete", "deleted")
