"""Reading a room's messages: by time range, and as a pageable list (contract: channels.yaml channels.history,
channels.messages)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pimentachat.clock import Instant
from pimentachat.errors.requests import TooMuchToRead
from pimentachat.listing import pages
from pimentachat.listing.pages import LOOKED_THROUGH_MOST, READ_BYTES_MOST, Listed, ListQuery
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, Room
from pimentachat.services.views import messages as message_views
from pimentachat.store import messages as message_store

_HISTORY_COUNT: Final = 20
PAGE_BYTES_MOST: Final = 4_500_000
"""As Lambda sends it. A page ends there, however many messages were asked for: nobody who writes long ones may keep
the others from reading the room."""
_WALKED_BYTES_MOST: Final = 40_000_000
"""What lies before a page is read with it, but not kept: 100,000 messages of 400 bytes."""
_UNREAD_MOST: Final = 1000
_Weighed = tuple[Message, int]


@dataclass(frozen=True)
class Span:
    """A range of time, and how much of it is wanted. Empty instants are open ends."""

    after: Instant = ""
    before: Instant = ""
    inclusive: bool = False
    offset: int | None = None
    count: int | None = None
    unreads: bool = False
    """Whether to tell how much lies between `after` and the page."""
    thread_messages: bool = True


@dataclass(frozen=True)
class History:
    messages: list[Message]
    not_loaded: int | None = None
    """How many messages lie between `after` and the page, when that was asked for."""
    first_unread: Message | None = None


def of_range(room: Room, span: Span) -> History:
    """A room's messages in a range of time, newest first; nothing is marked as read.

    Raises:
        TooMuchToRead: what lies before the page is too large.
    """
    page = pages.page_of(span.offset, span.count, default=_HISTORY_COUNT, capped=False)
    end = None if page.limit is None else page.offset + page.limit
    walked = message_store.walk(
        room.id, after=span.after, before=span.before, inclusive=span.inclusive, batch=end or None
    )
    some = (one for one in within(_WALKED_BYTES_MOST, weighed(walked)) if span.thread_messages or not one[0].thread_id)
    found = list(fitting_page(islice(some, page.offset, end)))
    return _with_unreads(room, span, found) if span.unreads else History(found)


def weighed(messages: Iterable[Message]) -> Iterator[_Weighed]:
    """Messages, each with its bytes as Lambda sends it, weighed once however many bounds it counts for."""
    return ((message, message_views.weight(message)) for message in messages)


def within(most: int, some: Iterable[_Weighed]) -> Iterator[_Weighed]:
    """The messages, as long as they are not larger than `most` bytes together.

    Raises:
        TooMuchToRead: they are.
    """
    total = 0
    for message, size in some:
        total += size
        if total > most:
            raise TooMuchToRead(limit=most // 1_000_000)
        yield message, size


def fitting(most: int, some: Iterable[_Weighed]) -> Iterator[Message]:
    """The first of the messages that are not larger than `most` bytes together."""
    left = most
    for message, size in some:
        left -= size
        if left < 0:
            return
        yield message


def fitting_page(some: Iterable[_Weighed]) -> Iterator[Message]:
    """The first of the messages that fit into one answer as they are shown."""
    return fitting(PAGE_BYTES_MOST, ((message, size + message_views.drawn_size(message)) for message, size in some))


def _with_unreads(room: Room, span: Span, found: list[Message]) -> History:
    """With the oldest message after `after` that the page does not reach, and how many there are (at most 1000 or
    8 MB are counted)."""
    if not span.after or not found:
        return History(found, 0)
    between = message_store.walk(room.id, after=span.after, before=found[-1].sent_at, forward=True)
    missed = list(fitting(READ_BYTES_MOST, weighed(islice(between, _UNREAD_MOST))))
    return History(found, len(missed), missed[0] if missed else None)


def listed(room: Room, viewer_id: str, asked: ListQuery) -> Listed:
    """A page of a room's messages, newest first unless `sort` says otherwise.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly, TooMuchToRead.
    """

    def in_order(offset: int, limit: int | None, forward: bool) -> list[Document]:
        end = None if limit is None else offset + limit
        walked = weighed(message_store.walk(room.id, forward=forward, batch=end or None))
        asked_for = islice(within(_WALKED_BYTES_MOST, walked), offset, end)
        if end is None or end > LOOKED_THROUGH_MOST:
            # What a query looks through is all there or refused; a page may end early.
            found = [message for message, _ in within(READ_BYTES_MOST, asked_for)]
        else:
            found = list(fitting_page(asked_for))
        return message_views.show(found, viewer_id)

    return pages.listed(
        asked,
        hidden=HIDDEN,
        in_order=in_order,
        total=lambda: room.msgs - room.gone,
        order="ts",
        rising=False,
    )


def count_between(room: Room, after: Instant, until: Instant) -> int:
    """How many visible messages lie between two instants, both included; counted up to 5000 or 40 MB."""
    walked = message_store.walk(room.id, after=after, before=until, inclusive=True)
    return sum(1 for _ in fitting(_WALKED_BYTES_MOST, weighed(islice(walked, LOOKED_THROUGH_MOST))))
