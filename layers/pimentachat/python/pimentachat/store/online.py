"""Who gave a sign of life lately, without a look at all users. Key in the Accounts table:
pk `ONLINE#<five minutes>#<shard>`, sk `<user id>`; half an hour.

A partition takes 1,000 writes a second. Whoever is active writes once in four minutes, so the shards of a window are
enough for almost a million people at once. All windows and shards are read side by side, in one round trip.
"""

from functools import partial
from typing import Final
from zlib import crc32

from pimentachat import clock
from pimentachat.store import table, writes
from pimentachat.store.items import Key

_WINDOW: Final = 5 * 60
_KEPT: Final = 30 * 60
_SHARDS: Final = 4
"""Each costs every reader half a unit for each window, whoever is there or not."""


def _partition(window: int, shard: int) -> str:
    return f"ONLINE#{window}#{shard}"


def add(user_id: str) -> None:
    pk = _partition(clock.epoch_seconds() // _WINDOW, crc32(user_id.encode()) % _SHARDS)
    table.write(writes.put(Key("accounts", pk, user_id), {"expires_at": clock.epoch_seconds(_KEPT)}))


def seen_since(moment: int, *, most: int) -> list[str]:
    """Ids of users who were noted since a moment (epoch seconds, half an hour ago at most) or up to five minutes before
    it, the latest first; of more than `most` at least `most`."""
    windows = range(clock.epoch_seconds() // _WINDOW, moment // _WINDOW - 1, -1)
    partitions = [_partition(window, shard) for window in windows for shard in range(_SHARDS)]
    found = table.side_by_side(*(partial(_seen_in, pk, most) for pk in partitions))
    return list(dict.fromkeys(user_id for some in found for user_id in some))


def _seen_in(pk: str, most: int) -> list[str]:
    return [item["sk"] for item in table.query("accounts", pk, limit=most)]
