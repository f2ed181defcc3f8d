"""The only door to identifiers and secrets."""

import hashlib
import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz"


def new_id() -> str:
    """17 characters of an alphabet without look-alikes (contract: common.yaml formats.ids)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(17))


def new_token() -> str:
    """43 characters of A-Z a-z 0-9 - _ (contract: common.yaml auth.token_format); shown once, stored only as
    `fingerprint`."""
    return secrets.token_urlsafe(32)


def new_password() -> str:
    return secrets.token_urlsafe(12)


def fingerprint(secret: str) -> str:
    """The hex SHA-256 under which a token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def direct_room_id(one: str, other: str) -> str:
    """The two user ids sorted as text and joined (contract: common.yaml formats.direct_room_id)."""
    return "".join(sorted((one, other)))
