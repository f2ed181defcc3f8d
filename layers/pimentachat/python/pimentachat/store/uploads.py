"""Uploaded files. Keys in the Rooms table:

upload  pk `FILE#<id>`  sk `FILE`   listing: `FILES#<room id>` / upload time
"""

from collections.abc import Iterator

from pimentachat.models.uploads import Upload
from pimentachat.store import table
from pimentachat.store.table import Item, Key


def _key(upload_id: str) -> Key:
    return Key("rooms", f"FILE#{upload_id}", "FILE")


def _upload(item: Item) -> Upload:
    return Upload.model_validate(table.load(item["doc"]))


def find(upload_id: str) -> Upload | None:
    item = table.get(_key(upload_id))
    return _upload(item) if item else None


def save(upload: Upload) -> None:
    listed = {"list_pk": f"FILES#{upload.rid}", "list_sk": upload.uploaded_at}
    table.write(table.put(_key(upload.id), {"doc": table.dump(upload.document()), **listed}))


def remove(upload: Upload) -> None:
    table.write(table.delete(_key(upload.id)))


def of_room(room_id: str, limit: int | None = None) -> Iterator[Upload]:
    """A room's uploads, oldest first."""
    found = table.query("rooms", f"FILES#{room_id}", listing=True, limit=limit)
    for item in table.get_many(_key(each["pk"].removeprefix("FILE#")) for each in found).values():
        if item:
            yield _upload(item)
