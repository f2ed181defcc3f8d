"""The files of a room (contract: channels.yaml channels.files, rooms.yaml rooms.images)."""

from collections.abc import Sequence

from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import Forbidden, QueryTooBroad
from pimentachat.listing import pages
from pimentachat.listing.pages import OFFSET_MOST, Listed, ListQuery
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, Room
from pimentachat.models.uploads import Upload
from pimentachat.services.files import files
from pimentachat.services.rooms import access
from pimentachat.services.views import uploads as upload_views
from pimentachat.store import prefetch, table
from pimentachat.store import uploads as upload_store
from pimentachat.store.uploads import Entry


def listed(room: Room, asked: ListQuery, type_group: str = "") -> Listed:
    """A page of a room's files by name; with `type_group` (image, video, text ...) only those of such a type.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly, TooMuchToRead.
    """
    return pages.listed(
        asked,
        hidden=HIDDEN,
        in_order=lambda offset, limit, forward: pages.read_within(_entries(room, offset, limit, forward), _shown),
        total=lambda: upload_store.total(room.id),
        order="name",
        conditions={"typeGroup": type_group} if type_group else {},
    )


def _entries(room: Room, offset: int, limit: int | None, forward: bool) -> list[Entry]:
    """The entries of a page, with the total beside them."""
    return table.with_beside(
        lambda: upload_store.entries(room.id, offset, limit, forward=forward),
        lambda: upload_store.prefetch_totals(room.id),
    )


def _shown(entries: Sequence[Entry]) -> list[Document]:
    """The files with who sent them, in one round trip."""
    prefetch.uploads(entries)
    return upload_views.show(_found([entry.upload_id for entry in entries]))


def _found(upload_ids: Sequence[str]) -> list[Upload]:
    # The index is behind what happened a moment ago.
    found = (upload_store.find(upload_id) for upload_id in upload_ids)
    return [upload for upload in found if upload and not upload.hidden and upload.waiting is None]


def images(caller: Caller, room_id: str, asked: ListQuery, starting_from: str = "") -> Listed:
    """A page of a room's images, newest first; from the image `starting_from` on, where it is one of them.

    Raises:
        Forbidden: there is no such room, or the caller may not see it.
        QueryTooBroad: there are more images than one request may look through.
    """
    room = access.readable(caller, room_id, otherwise=Forbidden())
    page = pages.page_of(asked.offset, asked.count)
    end = OFFSET_MOST + 1
    if page.limit is not None and not starting_from:
        # What lies behind the page is read only to look for the image that it starts from.
        end = min(end, page.offset + page.limit)
    found = table.with_beside(
        lambda: upload_store.image_ids(room.id, end), lambda: upload_store.prefetch_totals(room.id)
    )
    if len(found) > OFFSET_MOST:
        raise QueryTooBroad(limit=OFFSET_MOST)
    total = upload_store.total_of_images(room.id)
    if starting_from in found:
        found = found[found.index(starting_from) :]
        total = len(found)
    return Listed(pages.read_within(page.cut(found), _shown_images), page.offset, total)


def _shown_images(upload_ids: Sequence[str]) -> list[Document]:
    prefetch.uploads([Entry(upload_id, "") for upload_id in upload_ids])
    found = _found(upload_ids)
    # Clients of this list fetch a picture from its path.
    paths = {upload.id: files.link_to(upload) for upload in found}
    return [{**row, "path": paths[row["_id"]]} for row in upload_views.show(found)]
