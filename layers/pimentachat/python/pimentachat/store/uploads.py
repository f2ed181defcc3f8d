"""Uploaded files. Keys in the Rooms table:

upload  pk `FILE#<id>`         sk `FILE`            listing: `FILES#<room id>` / name in lower case, id, user id
                                                    out of sight: `HIDDEN#<room id>`; not posted yet: none
image   pk `IMAGES#<room id>`  sk `<upload time>#<id>`   uploads in sight that are images, in the order of time
total   pk `ROOM#<room id>`    sk `FILES`           `files`, `images`: how many are in sight

Entries and the total change in the transaction of the upload itself, so that lists and totals agree.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from pimentachat import clock
from pimentachat.errors.base import ChatError
from pimentachat.models.uploads import Upload
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_SEPARATOR: Final = "\x1f"
"""Before every character that a name may hold: names that begin alike stay in order."""
_NAME_BYTES_MOST: Final = 900
"""Of a sort key's 1,024."""
_WAITING: Final = "attribute_exists(expires_at)"
_IN_SIGHT: Final = "list_pk = :listed"


class Entry(NamedTuple):
    """What the list of a room tells of an upload before it is read."""

    upload_id: str
    user_id: str


def key(upload_id: str) -> Key:
    return Key("rooms", f"FILE#{upload_id}", "FILE")


def _total_key(room_id: str) -> Key:
    return Key("rooms", f"ROOM#{room_id}", "FILES")


def _image_key(upload: Upload) -> Key:
    return Key("rooms", f"IMAGES#{upload.rid}", f"{upload.uploaded_at}#{upload.id}")


def _listed(room_id: str) -> str:
    return f"FILES#{room_id}"


def _upload(item: Item) -> Upload:
    return Upload.model_validate(load(item["doc"]))


def _item(upload: Upload) -> dict[str, Value | None]:
    doc = dump(upload.document())
    if upload.waiting is not None:
        return {"doc": doc, "expires_at": clock.epoch_seconds(clock.DAY)}
    name = upload.name.lower().encode()[:_NAME_BYTES_MOST].decode(errors="ignore").replace(_SEPARATOR, " ")
    place = _SEPARATOR.join((name, upload.id, upload.user_id))
    return {"doc": doc, "list_pk": _hidden(upload.rid) if upload.hidden else _listed(upload.rid), "list_sk": place}


def _hidden(room_id: str) -> str:
    return f"HIDDEN#{room_id}"


def find(upload_id: str) -> Upload | None:
    item = table.get(key(upload_id))
    return _upload(item) if item and not _expired(item) else None


def _expired(item: Item) -> bool:
    return "expires_at" in item and bool(item["expires_at"] <= clock.epoch_seconds())


def known(upload_ids: Iterable[str]) -> set[str]:
    """Those of these ids that an upload has, one that waits too, as of a moment ago."""
    ids_of = {key(upload_id): upload_id for upload_id in upload_ids}
    found = table.get_many(ids_of, consistent=False)
    return {ids_of[place] for place, item in found.items() if item and not _expired(item)}


def save(upload: Upload) -> None:
    """Stores a new upload that waits to be posted: it is in no list, and goes after a day."""
    table.write(writes.put(key(upload.id), _item(upload)))


def additions(upload: Upload) -> list[Write]:
    """Stores an upload, for the transaction of its message."""
    return [writes.put(key(upload.id), _item(upload)), *_shown(upload)]


def _shown(upload: Upload) -> list[Write]:
    """What comes into sight with an upload."""
    image = [writes.put(_image_key(upload), {})] if upload.is_image else []
    return [_counted(upload, 1), *image]


def _gone(upload: Upload) -> list[Write]:
    """What goes out of sight with an upload."""
    image = [writes.delete(_image_key(upload))] if upload.is_image else []
    return [_counted(upload, -1), *image]


def _counted(upload: Upload, by: int) -> Write:
    return writes.update(_total_key(upload.rid), add={"files": by, **({"images": by} if upload.is_image else {})})


def claim(upload: Upload, message_id: str, *, otherwise: ChatError) -> list[Write]:
    """Turns a waiting upload into one that stays, for the transaction of its message; `otherwise` refuses when it is
    not waiting any more: somebody else was faster."""
    claimed = {**_item(upload), "posted_as": message_id}
    return [writes.put(key(upload.id), claimed, only_if=_WAITING, otherwise=otherwise), *_shown(upload)]


def unclaim(upload: Upload, message_id: str) -> bool:
    """Takes `claim` back: the upload waits again. False: it was not claimed for this message."""
    values = {**_place_of(upload), "message": message_id}
    only_if = f"{_IN_SIGHT} AND posted_as = :message"
    return _out_of_sight(upload, writes.put(key(upload.id), _item(upload), only_if=only_if, values=values))


def hide(upload: Upload) -> None:
    """Takes an upload out of sight; nothing happens when it is so already."""
    hidden = upload.model_copy(update={"hidden": True})
    _out_of_sight(upload, writes.put(key(upload.id), _item(hidden), only_if=_IN_SIGHT, values=_place_of(upload)))


def remove(upload: Upload) -> None:
    if not _out_of_sight(upload, writes.delete(key(upload.id), only_if=_IN_SIGHT, values=_place_of(upload))):
        table.write(writes.delete(key(upload.id)))


def _place_of(upload: Upload) -> dict[str, Value]:
    return {"listed": _listed(upload.rid)}


def _out_of_sight(upload: Upload, change: Write) -> bool:
    """Carries out a change that takes an upload out of its list. False: it was in none."""
    try:
        table.transact(change, *_gone(upload))
    except ConditionFailed:
        return False
    return True


def prefetch_totals(room_id: str) -> None:
    table.prefetch([_total_key(room_id)])


def total(room_id: str) -> int:
    """How many uploads of a room are in sight."""
    return _total(room_id, "files")


def total_of_images(room_id: str) -> int:
    return _total(room_id, "images")


def _total(room_id: str, what: str) -> int:
    item = table.get(_total_key(room_id))
    return int(item.get(what, 0)) if item else 0


def entries(room_id: str, offset: int, limit: int | None, *, forward: bool = True) -> list[Entry]:
    """A room's uploads in sight, in the order of their names. The entries before `offset` are read too."""
    read = None if limit is None else offset + limit
    items = table.query("rooms", _listed(room_id), Range(forward=forward), listing=True, limit=read)
    return [_entry(item) for item in islice(items, offset, None)]


def _entry(item: Item) -> Entry:
    _, upload_id, user_id = item["list_sk"].split(_SEPARATOR)
    return Entry(upload_id, user_id)


def image_ids(room_id: str, most: int) -> list[str]:
    """Ids of a room's images in sight, newest first; up to `most`."""
    items = table.query("rooms", f"IMAGES#{room_id}", Range(forward=False), limit=most)
    return [item["sk"].partition("#")[2] for item in items]


def of_room(room_id: str, limit: int) -> Iterator[Upload]:
    """A room's uploads, those out of sight too, up to `limit` of each."""
    for place in (_listed(room_id), _hidden(room_id)):
        found = list(table.query("rooms", place, listing=True, limit=limit))
        for item in table.get_many(key(_entry(each).upload_id) for each in found).values():
            if item:
                yield _upload(item)


def upload_in(item: Item) -> Upload | None:
    """The upload that an item is, if it is one."""
    return _upload(item) if item["sk"] == "FILE" else None


def relations(item: Item) -> Relations | None:
    """What an upload, or its entry among the images, has to do with others."""
    upload = upload_in(item)
    if upload:
        in_sight = upload.waiting is None and not upload.hidden and upload.is_image
        image = [writes.put(_image_key(upload), {})] if in_sight else []
        return Relations("upload", needs=image, rooms=[upload.rid])
    if item["pk"].startswith("IMAGES#"):
        return Relations("image", follows=key(item["sk"].partition("#")[2]), entry=True)
    if item["sk"] == "FILES":
        return Relations("total of files", rooms=[item["pk"].removeprefix("ROOM#")], entry=True)
    return None


class Totals(NamedTuple):
    files: int
    images: int


def totals(room_id: str) -> Totals:
    """How many files and images a room says it has."""
    item = table.reread(_total_key(room_id))
    return Totals(int(item.get("files", 0)), int(item.get("images", 0))) if item else Totals(0, 0)


def counted(room_id: str) -> Totals:
    """How many files and images are listed in a room; reads all entries."""
    images = sum(1 for _ in table.query("rooms", f"IMAGES#{room_id}", consistent=True))
    return Totals(table.count("rooms", _listed(room_id)), images)


def recount(room_id: str, was: Totals, now: Totals) -> bool:
    """Sets totals that were counted anew. False: they have changed meanwhile."""
    same = "(files = :files OR attribute_not_exists(files)) AND (images = :images OR attribute_not_exists(images))"
    try:
        table.write(writes.update(_total_key(room_id), {**now._asdict()}, only_if=same, values={**was._asdict()}))
    except ConditionFailed:
        return False
    return True
