"""How often an endpoint was called, as all instances of a function know it. Key in the Accounts table:
pk `RATE#<sha256 of the name>`, sk `RATE`, gone some time after its window.
"""

from pimentachat import ids
from pimentachat.store import table, writes
from pimentachat.store.items import Key


def add(name: str, by: int, *, until: int) -> int:
    """Adds to the number of calls under a name, and returns it. The name says which window is meant; nobody asks for it
    after `until` (epoch seconds)."""
    here = Key("accounts", f"RATE#{ids.fingerprint(name)}", "RATE")
    return int(table.write(writes.update(here, {"expires_at": until}, add={"made": by}))["made"])
