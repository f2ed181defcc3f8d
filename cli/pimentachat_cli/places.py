"""`run` and `deploy-local`: servers on this machine, as the Makefile of a checkout starts them."""

import os
import shutil

import click

from pimentachat_cli.failures import Misused
from pimentachat_cli.session import Command, Session, checkout


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of 3000; 0 takes a free one.")
@click.pass_obj
def run(session: Session, port: int | None) -> None:
    """Serve a workspace on this machine until Ctrl-C (`make run`)."""
    _make(session, "run", {"PORT": port})


@click.command("deploy-local", cls=Command)
@click.option("--port", type=click.IntRange(1, 65535), help="Of MiniStack, instead of 4566.")
@click.pass_obj
def deploy_local(session: Session, port: int | None) -> None:
    """Build, deploy into a MiniStack and stay until Ctrl-C (`make deploy-local`)."""
    _make(session, "deploy-local", {"DEPLOY_PORT": port})


def _make(session: Session, target: str, variables: dict[str, int | None]) -> None:
    """Becomes make, so that signals and the exit code are its own."""
    folder = checkout(session)
    make = shutil.which("make")
    if make is None:
        raise Misused("this needs make, which is not installed")
    environment = os.environ | {name: str(value) for name, value in variables.items() if value is not None}
    os.execve(make, ["make", "-C", str(folder), "--no-print-directory", target], environment)  # noqa: S606
