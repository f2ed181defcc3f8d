"""How often somebody did something lately, in fixed windows. Key in the Workspace table: pk `RATE#<name>#<window>`, sk
`RATE`; gone soon after its window."""

from typing import Final

from pimentachat import clock
from pimentachat.store import table, writes
from pimentachat.store.items import Key

_KEPT_SECONDS: Final = 60


def count(name: str, window_seconds: int) -> tuple[int, int]:
    """Counts once more; how often that is in the present window, and in how many seconds the window ends."""
    now = clock.epoch_seconds()
    start = now - now % window_seconds
    here = Key("workspace", f"RATE#{name}#{start}", "RATE")
    ends = start + window_seconds
    item = table.write(writes.update(here, {"expires_at": ends + _KEPT_SECONDS}, add={"number": 1}))
    return int(item["number"]), max(1, ends - now)
