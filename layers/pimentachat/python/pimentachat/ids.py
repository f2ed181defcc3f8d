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


def new_password() -> str:
    return secrets.token_urlsafe(12)


def fingerprint(secret: str) -> str:
    """The hex SHA-256 under which a token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def direct_room_id_of_many(user_ids: Iterable[str]) -> str:
    """The id of the direct room of exactly these people, in whatever order: it looks like any other id."""
    return derived_id("\n".join(sorted(user_ids)))


def derived_id(text: str) -> str:
    """An id that is always the same for a text, and looks like any other."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    digits = []
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def direct_room_id(one: str, other: str) -> str:
    """The two user ids sorted as text and joined (contract: common.yaml formats.direct_room_id)."""
    return "".join(sorted((one, other)))
