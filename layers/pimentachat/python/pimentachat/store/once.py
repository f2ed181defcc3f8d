"""Effects outside of the table that must happen once, though whoever asks for them asks at least once. Key in the
Workspace table: pk `ONCE#<name>`, sk `ONCE`; a day.

An effect is claimed, carried out, and noted as done. Who dies in between leaves a claim that ends after a minute.
"""

from collections.abc import Callable
from typing import Final

from pimentachat import clock
from pimentachat.errors.requests import Unavailable
from pimentachat.store import table, writes
from pimentachat.store.items import Key
from pimentachat.store.table import ConditionFailed

_LEASE_SECONDS: Final = 60
_FREE: Final = "attribute_not_exists(pk) OR (attribute_not_exists(done) AND claimed_until <= :now)"


def _key(name: str) -> Key:
    return Key("workspace", f"ONCE#{name}", "ONCE")


def claim(name: str) -> bool:
    """Whether the effect is the caller's to carry out. False: it has happened.

    Raises:
        Unavailable: somebody else is at it, or has died at it within the last minute.
    """
    fields = {"claimed_until": clock.epoch_seconds(_LEASE_SECONDS), "expires_at": clock.epoch_seconds(clock.DAY)}
    try:
        table.write(writes.put(_key(name), fields, only_if=_FREE, values={"now": clock.epoch_seconds()}))
    except ConditionFailed as held:
        if held.item and held.item.get("done"):
            return False
        raise Unavailable from None
    return True


def perform(name: str, act: Callable[[], None]) -> None:
    """Claims an effect, carries it out and notes that it happened; nothing, when it has. After a failure it is free
    again.

    Raises:
        Unavailable: as `claim`; and whatever `act` raises.
    """
    if not claim(name):
        return
    try:
        act()
        done(name)
    except Exception:
        release(name)
        raise


def done(name: str) -> None:
    table.write(writes.update(_key(name), {"done": True}))


def release(name: str) -> None:
    """Takes a claim back after a failure, so that the next try need not wait for its end."""
    table.write(writes.delete(_key(name)))
