"""Addresses that clients write: of links, pictures, sounds. Other clients follow and show them, so there is a list of
what may come in."""

import re
from typing import Final
from urllib.parse import urlsplit

from pimentachat.errors.messages import InvalidLink

_SCHEMES: Final = {"http", "https"}
# What browsers skip when they read an address, and more: everything that shows nothing.
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")


def checked(address: str) -> str:
    """The address as it was written: http, https, a path of ours, or nothing.

    Raises:
        InvalidLink: it is another one.
    """
    plain = _UNSEEN.sub("", address)
    if plain and not _ours(plain) and not _web(plain):
        raise InvalidLink
    return address


def _ours(plain: str) -> bool:
    # "//" and "/\\" begin the address of another host.
    return plain.startswith("/") and plain[1:2] not in {"/", "\\"}


def _web(plain: str) -> bool:
    try:
        parts = urlsplit(plain)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.netloc)
