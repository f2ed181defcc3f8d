"""Who gave a sign of life lately, without a look at all users. Key in the Accounts table:
pk `ONLINE#<five minutes>`, sk `<user id>`; half an hour.
"""

from collections.abc import Iterator
from typing import Final

from pimentachat import clock
from pimentachat.store import table, writes
from pimentachat.store.items import Key

_WINDOW: Final = 5 * 60
_KEPT: Final = 30 * 60


def add(user_id: str) -> None:
    here = Key("accounts", f"ONLINE#{clock.epoch_seconds() // _WINDOW}", user_id)
    table.write(writes.put(here, {"expires_at": clock.epoch_seconds(_KEPT)}))


def seen_since(moment: int) -> Iterator[str]:
    """Ids of users who were noted since a moment (epoch seconds, half an hour ago at most) or up to five minutes before
    it, some of them more than once."""
    for window in range(clock.epoch_seconds() // _WINDOW, moment // _WINDOW - 1, -1):
        for item in table.query("accounts", f"ONLINE#{window}"):
            yield item["sk"]
