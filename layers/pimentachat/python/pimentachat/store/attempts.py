"""How often something was tried, for what may be tried a few times only. Key in the Accounts table:
pk `ATTEMPTS#<sha256 of the name>`, sk `ATTEMPTS`, gone when its time is over.

A window begins with the first attempt. Nothing is read or written where nothing is counted.
"""

from typing import Final

from pimentachat import clock, ids
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key
from pimentachat.store.table import ConditionFailed

_RUNNING: Final = "attribute_exists(pk) AND expires_at > :now"
_OVER: Final = "attribute_not_exists(pk) OR expires_at <= :now"


def key(name: str) -> Key:
    # Names hold what clients wrote: their length is theirs, that of a key is not.
    return Key("accounts", f"ATTEMPTS#{ids.fingerprint(name)}", "ATTEMPTS")


def wait(name: str, most: int) -> int:
    """Seconds until another attempt may be made; 0: now. Counts nothing."""
    item = table.get(key(name))
    return _left(item) if item and item["made"] >= most else 0


def count(name: str, most: int, *, seconds: int) -> int:
    """Counts an attempt within a window of so many seconds. 0, or the seconds to wait: then it was one too many, and
    was not counted."""
    here = key(name)
    for _ in table.attempts():
        now = clock.epoch_seconds()
        try:
            table.write(
                writes.update(
                    here, add={"made": 1}, only_if=f"{_RUNNING} AND made < :most", values={"now": now, "most": most}
                )
            )
        except ConditionFailed as held:
            if held.item and _left(held.item):
                return _left(held.item)
        else:
            return 0
        begun = {"made": 1, "expires_at": now + seconds}
        try:
            table.write(writes.put(here, begun, only_if=_OVER, values={"now": now}))
        except ConditionFailed:
            # Somebody else began the window at this moment.
            continue
        return 0
    raise AssertionError("unreachable")


def forget(name: str) -> None:
    table.write(writes.delete(key(name)))


def _left(item: Item) -> int:
    return max(0, int(item["expires_at"]) - clock.epoch_seconds())
