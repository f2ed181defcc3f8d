"""The login that `pimentachat login` keeps, in a file that only its owner may read."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from pimentachat_cli.failures import Misused

_MODE = 0o600


@dataclass(frozen=True)
class Login:
    url: str
    token: str
    user_id: str


def place() -> Path:
    """The file, in the user's folder for configuration (PIMENTACHAT_CONFIG names another)."""
    given = os.environ.get("PIMENTACHAT_CONFIG")
    return Path(given) if given else Path(click.get_app_dir("pimentachat")) / "login.json"


def load() -> Login | None:
    """
    Raises:
        Misused: others may read the file, or it holds something else.
    """
    file = place()
    try:
        with file.open(encoding="utf-8") as held:
            if os.fstat(held.fileno()).st_mode & 0o077:
                raise Misused(f"{file} holds a token and others may read it: chmod 600 {file}, or log in again")
            return Login(**json.load(held))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as problem:
        raise Misused(f"{file} is no login of this program: remove it and log in again") from problem


def save(login: Login) -> None:
    file = place()
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    # Made with its mode, not given it afterwards: the token is never there for others to read.
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w", encoding="utf-8") as held:
        json.dump(asdict(login), held)
    new.replace(file)


def forget() -> None:
    place().unlink(missing_ok=True)
