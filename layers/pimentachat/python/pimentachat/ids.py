"""The only door to identifiers and secrets."""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz"
_ID_LENGTH: Final = 17


def new_id() -> str:
    """17 characters of an alphabet without look-alikes (contract: common.yaml formats.ids)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_ID_LENGTH))


def new_token() -> str:
    """43 characters of A-Z a-z 0-9 - _ (contract: common.yaml auth.token_format); shown once, stored only as
    `fingerprint`."""
    return secrets.token_urlsafe(32)


def new_hook_token() -> str:
    """48 characters: the secret part of an incoming webhook's address (contract: integrations.yaml)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(48))


def derived(*parts: str) -> str:
    """An id that the same parts always give: what is made twice for one reason is made once."""
    number = int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest())
    digits = []
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def new_password() -> str:
    return secrets.token_urlsafe(12)


def fingerprint(secret: str) -> str:
    """The hex SHA-256 under which a token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def direct_room_id_of_many(user_ids: Iterable[str]) -> str:
    """The id of the direct room of exactly these people, in whatever order: it looks like any other id."""
    return derived(*sorted(user_ids))


def direct_room_id(one: str, other: str) -> str:
    """The two user ids sorted as text and joined (contract: common.yaml formats.direct_room_id)."""
    return "".join(sorted((one, other)))
