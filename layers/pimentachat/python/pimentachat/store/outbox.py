"""The outbox: what should happen after a change that no message tells, written in the transaction of the change itself,
so that neither happens without the other. The stream brings it to the settle worker, which hands it to the queue of
effects. Key in the Messages table: pk `OUTBOX#<id>`, sk `OUTBOX`; a day.
"""

from typing import Any, Final

from pimentachat import clock, ids
from pimentachat.store import writes
from pimentachat.store.items import Item, Key, dump, load
from pimentachat.store.writes import Write

_PREFIX: Final = "OUTBOX#"


def entry(effect: str, **facts: str | int | bool) -> Write:
    """Asks for an effect (services/after/effects.py), for a transaction. At least once, and soon after it."""
    here = Key("messages", f"{_PREFIX}{ids.new_id()}", "OUTBOX")
    return writes.put_new(
        here, {"doc": dump({"effect": effect, **facts}), "expires_at": clock.epoch_seconds(clock.DAY)}
    )


def effect_in(item: Item) -> dict[str, Any] | None:
    """The effect that an item of the stream asks for, if it is one of the outbox."""
    return load(item["doc"]) if str(item["pk"]).startswith(_PREFIX) else None
