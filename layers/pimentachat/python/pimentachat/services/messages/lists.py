"""Lists of a room's messages: pinned, starred, mentioning the caller, threads and their replies, what changed and what
was deleted (contract: chat.yaml). A list reads its entries whole, and of the messages only the page
(store/message_lists.py)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.base import ChatError
from pimentachat.errors.messages import InvalidThread, ThreadsDisabledHere, ThreadsNotAllowed
from pimentachat.errors.requests import NotAllowed, QueryTooBroad
from pimentachat.listing import pages
from pimentachat.listing.pages import LOOKED_THROUGH_MOST, READ_BYTES_MOST, Listed, ListQuery
from pimentachat.models.messages import Message
from pimentachat.models.records import Deleted, Document
from pimentachat.models.rooms import HIDDEN, Room
from pimentachat.services.messages import access as message_access
from pimentachat.services.messages import history
from pimentachat.services.rooms import access
from pimentachat.services.views import messages as message_views
from pimentachat.store import memberships, table
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store.message_lists import Place, Tombstone

ThreadKind = Literal["", "following", "unread"]

_ON_THEIR_WAY: Final = timedelta(seconds=10)
"""Two writes of one change happen this far apart at most."""


def pinned(caller: Caller, room_id: str, asked: ListQuery) -> Listed:
    """The pinned messages of a room, newest first.

    Raises:
        NotAllowed, InvalidSort, QueryTooBroad, QueryTooCostly.
    """
    room = access.readable(caller, room_id, otherwise=NotAllowed())
    return _page(room, caller, message_list_store.pinned(room.id), asked)


def starred(caller: Caller, room_id: str, asked: ListQuery) -> Listed:
    """The messages of a room that the caller starred, newest first.

    Raises:
        NotAllowed, InvalidSort, QueryTooBroad, QueryTooCostly.
    """
    room = access.readable(caller, room_id, otherwise=NotAllowed())
    return _page(room, caller, message_list_store.starred(caller.id, room.id), asked)


def mentioning(caller: Caller, room_id: str, asked: ListQuery, *, otherwise: ChatError, rising: bool = False) -> Listed:
    """The messages of a room that name the caller, newest first, or with `rising` oldest first.

    Raises:
        InvalidSort, QueryTooBroad, QueryTooCostly.
        ChatError: `otherwise` to who may not see the room.
    """
    room = access.readable(caller, room_id, otherwise=otherwise)
    return _page(room, caller, message_list_store.mentioning(caller.id, room.id), asked, rising=rising)


def threads(caller: Caller, room_id: str, asked: ListQuery, *, kind: ThreadKind = "", text: str = "") -> Listed:
    """The first messages of a room's threads, that with the last reply first; `kind` and `text` leave those that the
    caller follows or has not read, and whose text contains it.

    Raises:
        ThreadsDisabledHere, ThreadsNotAllowed, InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly.
    """
    _check_threads()
    room = access.readable(caller, room_id, otherwise=ThreadsNotAllowed())
    places = message_list_store.threads(room.id)
    if kind == "unread":
        held = memberships.find(caller.id, room.id)
        unread = held.unread_threads if held else set()
        places = [place for place in places if place.id in unread]
    if kind == "following" or text:
        some = _read(room.id, places)
        wanted = text.casefold()
        fits = {
            message.id
            for message in some
            if (kind != "following" or caller.id in message.followers) and wanted in message.text.casefold()
        }
        places = [place for place in places if place.id in fits]
    return _page(room, caller, places, asked, order="tlm")


def _check_threads() -> None:
    if not workspace.current().flag("Threads_enabled"):
        raise ThreadsDisabledHere


def replies(caller: Caller, thread_id: str, asked: ListQuery) -> Listed:
    """The replies of a thread, oldest first.

    Raises:
        InvalidThread, InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly.
    """
    found: list[Room] = []
    places: list[Place] = []
    table.side_by_side(
        lambda: found.append(message_access.readable(caller, thread_id, otherwise=InvalidThread())[1]),
        lambda: places.extend(message_list_store.replies(thread_id)),
    )
    return _page(found[0], caller, places, asked, rising=True)


def _page(
    room: Room, caller: Caller, places: Sequence[Place], asked: ListQuery, *, order: str = "ts", rising: bool = False
) -> Listed:
    """A page of the messages at these places, which are in rising order; it ends early where Lambda could not send
    it."""

    def in_order(offset: int, limit: int | None, forward: bool) -> list[Document]:
        wanted = places if forward else places[::-1]
        if limit is None or limit > LOOKED_THROUGH_MOST:
            if len(wanted) > LOOKED_THROUGH_MOST:
                raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
            found = _read(room.id, wanted[offset:])
        else:
            some = message_store.find_many(room.id, wanted[offset : offset + limit])
            found = list(history.fitting_page(history.weighed(some)))
        return message_views.show(found, caller.id)

    return pages.listed(asked, hidden=HIDDEN, in_order=in_order, total=lambda: len(places), order=order, rising=rising)


def _read(room_id: str, places: Sequence[Place]) -> list[Message]:
    """All messages at these places.

    Raises:
        QueryTooBroad, TooMuchToRead: too many, or too large.
    """
    if len(places) > LOOKED_THROUGH_MOST:
        raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
    some = message_store.find_many(room_id, places)
    return [message for message, _ in history.within(READ_BYTES_MOST, history.weighed(some))]


# --- what changed


def changes(caller: Caller, room_id: str, since: Instant) -> tuple[list[Document], list[Deleted]]:
    """A room's messages that were posted or changed after a moment, newest first, and what was deleted since. Changes
    and deletions are known for 30 days.

    Raises:
        NotAllowed, QueryTooBroad.
    """
    return _shown(caller, *_changes(access.readable(caller, room_id, otherwise=NotAllowed()), since))


def changes_of_threads(caller: Caller, room_id: str, since: Instant) -> tuple[list[Document], list[Deleted]]:
    """The first messages of a room's threads that changed after a moment, a reply being a change, and what was deleted
    since that was no reply.

    Raises:
        ThreadsDisabledHere, ThreadsNotAllowed, QueryTooBroad.
    """
    _check_threads()
    changed, gone = _changes(access.readable(caller, room_id, otherwise=ThreadsNotAllowed()), since)
    begun = [message for message in changed if message.replies > 0]
    return _shown(caller, begun, [each for each in gone if not each.thread_id])


def changes_of_replies(caller: Caller, thread_id: str, since: Instant) -> tuple[list[Document], list[Deleted]]:
    """The replies of a thread that were posted, changed or deleted after a moment.

    Raises:
        ThreadsDisabledHere, InvalidThread, QueryTooBroad.
    """
    _check_threads()
    parent, room = message_access.readable(caller, thread_id, otherwise=InvalidThread())
    changed, gone = _changes(room, since)
    answers = [message for message in changed if message.thread_id == parent.id]
    return _shown(caller, answers, [each for each in gone if each.thread_id == parent.id])


def _shown(caller: Caller, some: Sequence[Message], gone: Sequence[Tombstone]) -> tuple[list[Document], list[Deleted]]:
    return (
        message_views.show(some, caller.id),
        [{"_id": each.id, "_deletedAt": each.deleted_at} for each in gone],
    )


def _changes(room: Room, since: Instant) -> tuple[list[Message], list[Tombstone]]:
    """
    Raises:
        QueryTooBroad
    """
    # A change may be noted a moment before it happens, and clients choose the time of a post within some seconds.
    early = clock.text_of(clock.parse(since) - _ON_THEIR_WAY)
    posted: list[Message] = []
    changed: list[Place] = []
    gone: list[Tombstone] = []
    table.side_by_side(
        lambda: posted.extend(_posted(room, early)),
        lambda: changed.extend(message_list_store.changed_since(room.id, early)),
        lambda: gone.extend(message_list_store.buried_since(room.id, since)),
    )
    known = {message.id for message in posted} | {place.id for place in changed}
    # A reply changes the first message of its thread, too.
    parents = {message.thread_id for message in posted} | {each.thread_id for each in gone}
    begun = message_store.places_of(parent for parent in sorted(filter(None, parents)) if parent not in known)
    places = [place for place in (*changed, *begun) if place.id not in {message.id for message in posted}]
    everything = [message for message in (*posted, *_read(room.id, places)) if message.updated_at > since]
    everything.sort(key=lambda message: (message.sent_at, message.id), reverse=True)
    return everything, gone


def _posted(room: Room, since: Instant) -> list[Message]:
    some: list[Message] = []
    walked = history.weighed(message_store.walk(room.id, after=since))
    for message, _ in history.within(READ_BYTES_MOST, walked):
        some.append(message)
        if len(some) > LOOKED_THROUGH_MOST:
            raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
    return some


def deleted(caller: Caller, room_id: str, since: Instant, asked: ListQuery) -> Listed:
    """`{_id}` of the messages of a room that were deleted after a moment, in the order of their deletion, as far as 30
    days back.

    Raises:
        NotAllowed.
    """
    room = access.readable(caller, room_id, otherwise=NotAllowed())
    gone = [{"_id": each.id} for each in message_list_store.buried_since(room.id, since)]
    page = pages.page_of(asked.offset, asked.count)
    return Listed(page.cut(gone), page.offset, len(gone))
