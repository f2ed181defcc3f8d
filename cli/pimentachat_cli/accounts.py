"""`login`, `logout` and `admin create`."""

import os
import sys

import click

from pimentachat.errors.users import InvalidEmail, UsernameInUse
from pimentachat.services.accounts import enrolment
from pimentachat.services.server import seeding
from pimentachat.services.text import names
from pimentachat_cli import settings, tables
from pimentachat_cli.failures import Misused, Refused
from pimentachat_cli.server import Server
from pimentachat_cli.session import Command, Group, Session


@click.command(cls=Command)
@click.argument("address", metavar="[URL]", required=False)
@click.option("-u", "--user", help="Username or e-mail address.")
@click.option("--code", default="", help="Of the authenticator app, where the account has a second factor.")
@click.pass_obj
def login(session: Session, address: str | None, user: str | None, code: str) -> None:
    """Log in and keep the login, for the commands that follow.

    The password is asked for, or taken from PIMENTACHAT_PASSWORD.
    """
    kept = None if address or session.url else settings.load()
    url = address or session.url or (kept.url if kept else "http://127.0.0.1:3000")
    name = user or click.prompt("Username", err=True)
    password = os.environ.get("PIMENTACHAT_PASSWORD") or _asked_for()
    server = Server(url, transport=session.transport)
    try:
        answer = server.post("login", user=name, password=password, code=code or None)
    except Refused as refusal:
        if "TOTP Required" in str(refusal):
            raise Refused("this account has a second factor: add --code with the number that the app shows") from None
        if "Unauthorized" in str(refusal):
            raise Refused(f"the username or the password is wrong, or {name} may not log in") from None
        raise
    data = answer["data"]
    settings.save(settings.Login(server.url, data["authToken"], data["userId"]))
    who = data["me"]["username"]
    session.show({"url": server.url, "userId": data["userId"], "username": who}, f"logged in as {who} at {server.url}")


def _asked_for() -> str:
    """The password, from whoever sits there.

    Raises:
        Misused: nobody does.
    """
    if not sys.stdin.isatty():
        raise Misused("nobody is there to ask for the password: set PIMENTACHAT_PASSWORD")
    return str(click.prompt("Password", hide_input=True, err=True))


@click.command(cls=Command)
@click.pass_obj
def logout(session: Session) -> None:
    """End the login that was kept."""
    kept = settings.load()
    if kept is None:
        raise Misused("nobody is logged in")
    # Gone from here first: a server that is away must not keep a token on this machine.
    settings.forget()
    Server(kept.url, kept.token, kept.user_id, transport=session.transport).post("logout")
    session.show({"url": kept.url}, f"logged out at {kept.url}")


@click.group(cls=Group)
def admin() -> None:
    """The administrator of a workspace (straight at the tables: --stack or --local)."""


@admin.command(cls=Command)
@click.argument("username")
@click.option("--email", default="")
@click.option("--name", default="", help="As others see it; default: Administrator.")
@click.pass_obj
def create(session: Session, username: str, email: str, name: str) -> None:
    """Make an administrator. The password is that of PIMENTACHAT_NEW_PASSWORD, else it is made up and shown once."""
    tables.connect(session)
    if not names.valid(username):
        raise Misused(f"{username!r} is no username: letters, digits, dots, dashes and underscores")
    if email:
        _check_address(email)
    given = os.environ.get("PIMENTACHAT_NEW_PASSWORD", "")
    try:
        password = seeding.add_admin(username, password=given, email=email, name=name)
    except UsernameInUse:
        raise Refused(f"somebody has the name {username} or the address already: choose others") from None
    shown = "the password it was given" if given else f"password {password} (shown this once)"
    told = {"username": username} if given else {"username": username, "password": password}
    session.show(told, f"{username} is an administrator, {shown}")


def _check_address(email: str) -> None:
    try:
        enrolment.check_email(email)
    except InvalidEmail:
        raise Misused(f"{email!r} is no e-mail address") from None
