"""Codes of an authenticator app (RFC 6238: six digits, thirty seconds, SHA-1), and backup codes for who lost theirs."""

import secrets
from typing import Final

from pimentachat import clock, ids

_SECONDS: Final = 30
_DIGITS: Final = 6
_BACKUP_LENGTH: Final = 8
_BACKUP_CODES: Final = 12
_DELTA_MOST: Final = 10


def new_secret() -> str:
    import pyotp

    return pyotp.random_base32()


def address(secret: str, username: str, site: str) -> str:
    """What an authenticator app reads from a picture: an `otpauth:` address."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=site)


def step_of(code: str, secret: str, *, delta: int) -> int | None:
    """The step of thirty seconds that a code belongs to, up to `delta` steps from now; None: the code is wrong."""
    if len(code) != _DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    import pyotp

    now = clock.epoch_seconds() // _SECONDS
    generator = pyotp.TOTP(secret)
    delta = max(0, min(delta, _DELTA_MOST))
    steps = range(now - delta, now + delta + 1)
    return next((step for step in steps if secrets.compare_digest(generator.generate_otp(step), code)), None)


def new_backup_codes() -> list[str]:
    """Codes that are good once each; only their fingerprints are stored."""
    return ["".join(secrets.choice(ids.ALPHABET) for _ in range(_BACKUP_LENGTH)) for _ in range(_BACKUP_CODES)]


def is_backup_code(code: str) -> bool:
    return len(code) == _BACKUP_LENGTH
