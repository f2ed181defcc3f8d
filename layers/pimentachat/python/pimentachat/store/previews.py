"""Previews of web pages, so that a link that many post is fetched once. Key in the Messages table:

preview  pk `PREVIEW#<SHA-256 of the address>`  sk `PREVIEW`   as many days as API_EmbedCacheExpirationDays says
"""

from pimentachat import clock, ids
from pimentachat.models.records import Document
from pimentachat.store import table, writes
from pimentachat.store.items import Key, dump, load


def _key(address: str) -> Key:
    return Key("messages", f"PREVIEW#{ids.fingerprint(address)}", "PREVIEW")


def find(address: str) -> Document | None:
    """What is kept of an address; empty: there is nothing to show. None: nobody has asked lately."""
    item = table.get(_key(address))
    return load(item["doc"]) if item and item["expires_at"] > clock.epoch_seconds() else None


def keep(address: str, told: Document, *, days: int) -> None:
    if days > 0:
        table.write(writes.put(_key(address), {"doc": dump(told), "expires_at": clock.epoch_seconds(days * clock.DAY)}))
