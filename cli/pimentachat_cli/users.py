"""`user`: people, through the API."""

import os

import click

from pimentachat_cli.session import Command, Group, Session

_COLUMNS = ("username", "name", "type", "active", "roles", "_id")


@click.group(cls=Group)
def user() -> None:
    """People: list, create, show, activate, deactivate, delete."""


@user.command("list", cls=Command)
@click.pass_obj
def list_users(session: Session) -> None:
    """All people."""
    session.rows(session.server.pages("users.list", "users"), _COLUMNS)


@user.command(cls=Command)
@click.argument("username")
@click.option("--email", required=True)
@click.option("--name", default="", help="As others see it; default: the username.")
@click.option("--role", "roles", multiple=True, help="May be given several times; default: user.")
@click.option("--verified", is_flag=True, help="The address needs no confirmation.")
@click.option("--welcome", is_flag=True, help="Send a mail with the password.")
@click.pass_obj
def create(
    session: Session, username: str, email: str, name: str, roles: tuple[str, ...], verified: bool, welcome: bool
) -> None:
    """Create a person. The password is that of PIMENTACHAT_NEW_PASSWORD, else one that nobody knows: they ask for a
    new one by mail."""
    password = os.environ.get("PIMENTACHAT_NEW_PASSWORD", "")
    made = session.server.post(
        "users.create",
        username=username,
        email=email,
        name=name or username,
        password=password,
        setRandomPassword=not password,
        roles=list(roles) or None,
        verified=verified,
        sendWelcomeEmail=welcome,
    )["user"]
    how = (
        ""
        if password
        else ", with a password that nobody knows: they ask for another by mail (PIMENTACHAT_NEW_PASSWORD sets one)"
    )
    session.show(made, f"{made['username']} is there ({made['_id']}){how}")


@user.command(cls=Command)
@click.argument("username")
@click.pass_obj
def show(session: Session, username: str) -> None:
    """What is known of a person."""
    session.show(session.server.get("users.info", username=username)["user"])


@user.command(cls=Command)
@click.argument("username")
@click.pass_obj
def activate(session: Session, username: str) -> None:
    """Let a person log in again."""
    _set_active(session, username, True)


@user.command(cls=Command)
@click.argument("username")
@click.pass_obj
def deactivate(session: Session, username: str) -> None:
    """Let a person log in no more; their messages stay."""
    _set_active(session, username, False)


def _set_active(session: Session, username: str, active: bool) -> None:
    whom = session.server.get("users.info", username=username)["user"]
    answer = session.server.post("users.setActiveStatus", userId=whom["_id"], activeStatus=active)["user"]
    session.show(answer, f"{whom['username']} is {'active' if active else 'not active any more'}")


@user.command(cls=Command)
@click.argument("username")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, username: str, yes: bool) -> None:
    """Delete a person for good."""
    whom = session.server.get("users.info", username=username)["user"]
    if not yes:
        click.confirm(f"Delete {whom['username']} for good?", abort=True, err=True)
    session.server.post("users.delete", userId=whom["_id"])
    session.show({"_id": whom["_id"]}, f"{whom['username']} is deleted")
