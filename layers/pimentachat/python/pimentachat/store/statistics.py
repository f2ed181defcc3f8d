"""Statistics of the workspace, as they were at one moment each. Key in the Workspace table: pk `STATISTICS`, sk
`<instant>#<id>`; 400 days.
"""

from typing import Final

from pimentachat import clock
from pimentachat.models.records import Document
from pimentachat.store import table, writes
from pimentachat.store.items import Key, Range, dump, load

_PK: Final = "STATISTICS"
_KEPT: Final = 400 * clock.DAY


def save(document: Document) -> None:
    """Stores a document; one of the same moment and id is the same one."""
    here = Key("workspace", _PK, f"{document['createdAt']}#{document['_id']}")
    table.write(writes.put(here, {"doc": dump(document), "expires_at": clock.epoch_seconds(_KEPT)}))


def newest() -> Document | None:
    return next(iter(_some(forward=False, limit=1)), None)


def oldest_first(limit: int) -> list[Document]:
    return _some(forward=True, limit=limit)


def _some(*, forward: bool, limit: int) -> list[Document]:
    now = clock.epoch_seconds()
    found = table.query("workspace", _PK, Range(forward=forward), limit=limit, consistent=True)
    return [load(item["doc"]) for item in found if item["expires_at"] > now]
