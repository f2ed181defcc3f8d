"""Links that were mailed to somebody: each confirms that who opens it reads the mails of an address. Key in the
Accounts table: pk `LINK#<sha256 of its secret>`, sk `LINK`; three days, thirty when it ends mails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from pimentachat import clock
from pimentachat.clock import Instant
from pimentachat.errors.base import ChatError
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key
from pimentachat.store.relations import Relations
from pimentachat.store.writes import Write

AccountPurpose = Literal["verify", "reset"]
Purpose = Literal[AccountPurpose, "unsubscribe"]
_LASTS: Final[Mapping[Purpose, int]] = MappingProxyType(
    {"verify": 3 * clock.DAY, "reset": 3 * clock.DAY, "unsubscribe": 30 * clock.DAY}
)
"""Seconds."""


@dataclass(frozen=True)
class Link:
    purpose: Purpose
    user_id: str
    address: str
    made_at: Instant


def key(fingerprint: str) -> Key:
    return Key("accounts", f"LINK#{fingerprint}", "LINK")


def add(fingerprint: str, link: Link) -> None:
    table.write(
        writes.put(
            key(fingerprint),
            {
                "purpose": link.purpose,
                "user_id": link.user_id,
                "address": link.address,
                "made_at": link.made_at,
                "expires_at": clock.epoch_seconds(_LASTS[link.purpose]),
            },
        )
    )


def find(fingerprint: str, purpose: Purpose) -> Link | None:
    """The link, while it is good."""
    item = table.get(key(fingerprint))
    if item is None or item["purpose"] != purpose or int(item["expires_at"]) <= clock.epoch_seconds():
        return None
    return Link(purpose, item["user_id"], item["address"], item["made_at"])


def used(fingerprint: str, *, otherwise: ChatError) -> Write:
    """Uses a link up, for the transaction that does what it is for; of two at the same moment one succeeds."""
    return writes.delete(key(fingerprint), only_if=writes.EXISTS, otherwise=otherwise)


def relations(item: Item) -> Relations | None:
    """What a link in a mail has to do with others."""
    return Relations("link in a mail", users=[item["user_id"]], entry=True) if item["sk"] == "LINK" else None
