"""Uploaded files. Keys in the Rooms table:

upload  pk `FILE#<id>`  sk `FILE`   listing: `FILES#<room id>` / upload time
"""

from collections.abc import Iterator

from pimentachat import clock
from pimentachat.errors.base import ChatError
from pimentachat.models.uploads import Upload
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Value, dump, load


def _key(upload_id: str) -> Key:
    return Key("rooms", f"FILE#{upload_id}", "FILE")


def _upload(item: Item) -> Upload:
    return Upload.model_validate(load(item["doc"]))


def find(upload_id: str) -> Upload | None:
    item = table.get(_key(upload_id))
    expired = item is not None and "expires_at" in item and item["expires_at"] <= clock.epoch_seconds()
    return _upload(item) if item and not expired else None


def save(upload: Upload) -> None:
    """Stores an upload; one that waits to be posted is in no list, and goes after a day."""
    table.write(writes.put(_key(upload.id), _item(upload)))


def _item(upload: Upload) -> dict[str, Value | None]:
    doc = dump(upload.document())
    if upload.waiting is not None:
        return {"doc": doc, "expires_at": clock.epoch_seconds(clock.DAY)}
    return {"doc": doc, "list_pk": f"FILES#{upload.rid}", "list_sk": upload.uploaded_at}


def claim(upload: Upload, *, otherwise: ChatError) -> None:
    """Turns a waiting upload into one that stays.

    Raises:
        ChatError: `otherwise`, when it is not waiting any more: somebody else was faster.
    """
    table.write(writes.put(_key(upload.id), _item(upload), only_if="attribute_exists(expires_at)", otherwise=otherwise))


def remove(upload: Upload) -> None:
    table.write(writes.delete(_key(upload.id)))


def of_room(room_id: str, limit: int | None = None) -> Iterator[Upload]:
    """A room's uploads, oldest first."""
    found = table.query("rooms", f"FILES#{room_id}", listing=True, limit=limit)
    for item in table.get_many(_key(each["pk"].removeprefix("FILE#")) for each in found).values():
        if item:
            yield _upload(item)
