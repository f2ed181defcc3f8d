"""Passwords: bcrypt over the hex SHA-256 of the password, because clients may send that digest instead of the
password."""

import hashlib
import re
from functools import cache
from typing import Final

import bcrypt

from pimentachat.config import config

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def hashed(password_digest: str) -> str:
    return bcrypt.hashpw(password_digest.encode(), bcrypt.gensalt(config().password_rounds)).decode()


@cache
def _nobody(rounds: int) -> bytes:
    return bcrypt.hashpw(b"nobody", bcrypt.gensalt(rounds))


def matches(password_digest: str, stored: str | None) -> bool:
    """Whether the digest is that of the stored password. The work is the same when there is none, so that the time
    tells nothing."""
    against = stored.encode() if stored else _nobody(config().password_rounds)
    given = password_digest.lower()
    well_formed = _DIGEST.fullmatch(given) is not None
    # bcrypt takes 72 bytes and refuses more: what is no digest is compared as nothing.
    same = bcrypt.checkpw(given.encode() if well_formed else b"", against)
    return same and well_formed and stored is not None


def weaker_than_set(stored: str) -> bool:
    """Whether the hash was made with a lower cost than the one set now, and so should be made anew."""
    return int(stored.split("$")[2]) < config().password_rounds
