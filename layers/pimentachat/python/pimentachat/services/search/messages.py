"""Search in the messages of a room (contract: chat.yaml chat.search).

What is not packed yet is read directly; in the index (services/search/packing.py) a search passes over the segments
that hold nothing for it. Each hit is looked at as it is now, newest first, and no further than the page needs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.requests import QueryTooBroad, QueryTooCostly
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.listing.budgets import Budget
from pimentachat.listing.queries import compile_query, parse_query
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services.messages import history
from pimentachat.services.rooms import access
from pimentachat.services.search import wishes
from pimentachat.services.search.wishes import Wish
from pimentachat.services.views import messages as message_views
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import search_segments as search_segment_store
from pimentachat.store import table
from pimentachat.store.items import dump
from pimentachat.store.message_lists import Place
from pimentachat.store.search_segments import Index, Segment, State

_COUNT_OF_ZERO: Final = 20
_PAGED_MOST: Final = 1000
"""Up to where the hits of a search can be paged."""
_LOOKED_AT_MOST: Final = 10_000
"""Messages that a search without an index looks at: a pattern, or nothing but a range of time."""
_LOOKED_AT_BYTES_MOST: Final = 8_000_000
_HITS_AT_ONCE: Final = 100
_SEGMENTS_AT_ONCE: Final = 32
_EDITS_MOST: Final = 1000


@dataclass(frozen=True)
class Found:
    messages: list[Document]
    stopped_at: Instant | None = None
    """When the last message was sent that was looked at, where not all were."""


class _Stop(Exception):
    """Enough was looked at."""


def search(caller: Caller, room_id: str, text: str, *, offset: int = 0, count: int | None = None) -> Found:
    """The messages of a room that a text looks for, newest first; none in a room that the caller may not read.

    Raises:
        InvalidRoom: there is no such room.
        InvalidQuery, QueryTooCostly: the pattern is none, or too large.
        QueryTooBroad: paged too far.
    """
    room = room_store.find(room_id)
    if room is None:
        raise InvalidRoom
    try:
        access.readable(caller, room_id, otherwise=InvalidRoom())
    except InvalidRoom:
        # A known room is not refused, it has nothing for them (contract).
        return Found([])
    space = workspace.current()
    wish = wishes.read(caller, text, always_pattern=space.flag("Message_AlwaysSearchRegExp"))
    wanted = _COUNT_OF_ZERO if count == 0 else count if count and count > 0 else space.number("API_Default_Count") or 50
    wanted = min(wanted, space.number("API_Upper_Count_Limit") or 100)
    end = max(0, offset) + wanted
    if end > _PAGED_MOST:
        raise QueryTooBroad(limit=_PAGED_MOST)
    looking = _Looking(caller, room, wish)
    hits = list(islice(looking.hits(), max(0, offset), end))
    shown = message_views.show(list(history.fitting_page(history.weighed(hits))), caller.id)
    if wish.words or wish.phrases:
        shown = [{**each, "score": wish.score(each["msg"])} for each in shown]
    return Found(shown, looking.stopped_at)


class _Looking:
    """One search."""

    def __init__(self, caller: Caller, room: Room, wish: Wish) -> None:
        self._viewer_id = caller.id
        self._room = room
        self._wish = wish
        self._matches = _pattern(wish)
        self.stopped_at: Instant | None = None

    def hits(self) -> Iterator[Message]:
        """What fits, in order, each once."""
        listed = self._listed()
        if listed is not None:
            yield from self._fitting(self._at(listed))
        elif self._wish.pattern or not self._wish.groups:
            yield from self._fitting(self._walked())
        else:
            yield from self._indexed()

    def _fitting(self, some: Iterable[Message]) -> Iterator[Message]:
        try:
            for message in some:
                if self._wish.fits(message, self._viewer_id) and self._matches_pattern(message):
                    yield message
        except _Stop:
            return

    def _matches_pattern(self, message: Message) -> bool:
        try:
            return self._matches({"msg": message.text})
        except QueryTooCostly:
            self.stopped_at = message.sent_at
            raise _Stop from None

    def _listed(self) -> list[Place] | None:
        """Stars and pins have lists of their own; None: they are not asked for."""
        if self._wish.starred:
            return message_list_store.starred(self._viewer_id, self._room.id)
        return message_list_store.pinned(self._room.id) if self._wish.pinned else None

    def _at(self, places: Sequence[Place]) -> Iterator[Message]:
        """The messages at these places, which are in rising order, as the wish wants them ordered."""
        ordered = places if self._wish.rising else places[::-1]
        for start in range(0, len(ordered), _HITS_AT_ONCE):
            yield from message_store.find_many(self._room.id, ordered[start : start + _HITS_AT_ONCE])

    def _walked(self) -> Iterator[Message]:
        """Messages one after the other, as many as a search may look at; says where it stopped."""
        walked = message_store.walk(
            self._room.id,
            after=self._wish.after,
            before=self._wish.before,
            inclusive=True,
            forward=self._wish.rising,
            batch=_HITS_AT_ONCE if not self._wish.pattern else None,
        )
        left = _LOOKED_AT_BYTES_MOST
        for number, (message, size) in enumerate(history.weighed(walked)):
            left -= size
            if number == _LOOKED_AT_MOST or left < 0:
                self.stopped_at = message.sent_at
                return
            yield message

    # --- with the index

    def _indexed(self) -> Iterator[Message]:
        known = search_segment_store.state(self._room.id)
        tail: list[Message] = []
        edited: list[Place] = []
        held: list[Index] = []
        table.side_by_side(
            lambda: tail.extend(self._tail(known)),
            lambda: edited.extend(message_list_store.edits(self._room.id, most=_EDITS_MOST)),
            lambda: held.append(search_segment_store.index(self._room.id, known)),
        )
        # Those that were edited lie anywhere: they are few, and looked at first, so that they come in their order.
        early = self._candidates(held[0].edits) | set(edited)
        others = [message for message in message_store.find_many(self._room.id, sorted(early)) if self._fits(message)]
        newest = [message for message in tail if self._fits(message)]
        packed = self._packed(held[0])
        in_order = chain(packed, newest[::-1]) if self._wish.rising else chain(newest, packed)
        yield from _merged(in_order, others, rising=self._wish.rising)

    def _fits(self, message: Message) -> bool:
        return self._wish.fits(message, self._viewer_id)

    def _tail(self, known: State) -> Iterator[Message]:
        """What is not packed yet, newest first."""
        left = _LOOKED_AT_BYTES_MOST
        walked = message_store.walk(self._room.id, after=known.packed_until, inclusive=True)
        for number, (message, size) in enumerate(history.weighed(walked)):
            if f"{message.sent_at}#{message.id}" <= known.packed:
                return
            left -= size
            if number == _LOOKED_AT_MOST or left < 0:
                self.stopped_at = message.sent_at
                return
            yield message

    def _packed(self, index: Index) -> Iterator[Message]:
        """What fits of what is packed, in order."""
        for segments in self._in_groups(index):
            places = sorted(self._candidates(segments))
            yield from (message for message in self._at(places) if self._fits(message))

    def _in_groups(self, index: Index) -> Iterator[list[Segment]]:
        """The segments that may hold something, in order; those that are in a directory are read as they are asked
        for."""
        covered = [key for directory in index.directories for key in self._worth_reading(directory)]
        if self._wish.rising:
            yield from self._read(covered)
            yield index.segments
        else:
            yield index.segments
            yield from self._read(covered[::-1])

    def _read(self, keys: Sequence[str]) -> Iterator[list[Segment]]:
        for start in range(0, len(keys), _SEGMENTS_AT_ONCE):
            yield search_segment_store.read(self._room.id, keys[start : start + _SEGMENTS_AT_ONCE])

    def _worth_reading(self, directory: search_segment_store.Directory) -> list[str]:
        """The segments of a directory that have a term of each group."""
        mask = -1
        for group in self._wish.groups:
            of_group = 0
            for term in group:
                of_group |= directory.words.get(term, 0)
            mask &= of_group
        return [key for number, key in enumerate(directory.segments) if mask >> number & 1]

    def _candidates(self, segments: Iterable[Segment]) -> set[Place]:
        """The places that have a term of each group and lie in the range of time."""
        found: set[Place] = set()
        for segment in segments:
            numbers: set[int] | None = None
            for group in self._wish.groups:
                of_group = {number for term in group for number in segment.words.get(term, ())}
                numbers = of_group if numbers is None else numbers & of_group
            found |= {segment.places[number] for number in numbers or ()}
        span = (self._wish.after, self._wish.before or "~")
        return {place for place in found if span[0] <= place.ts <= span[1]}


def _merged(some: Iterator[Message], others: Sequence[Message], *, rising: bool) -> Iterator[Message]:
    """Messages in order with others, which are in rising order, put where they belong; each once."""
    waiting = list(others if rising else others[::-1])
    seen: set[str] = set()
    for message in some:
        while waiting and _before(waiting[0], message, rising):
            first = waiting.pop(0)
            if first.id not in seen:
                seen.add(first.id)
                yield first
        if message.id not in seen:
            seen.add(message.id)
            yield message
    yield from (message for message in waiting if message.id not in seen)


def _before(one: Message, other: Message, rising: bool) -> bool:
    mine, theirs = (one.sent_at, one.id), (other.sent_at, other.id)
    return mine < theirs if rising else mine > theirs


def _pattern(wish: Wish) -> Callable[[Document], bool]:
    """The test of a pattern, on a linear engine and within a budget of work (listing/queries.py).

    Raises:
        InvalidQuery, QueryTooCostly.
    """
    if not wish.pattern:
        return lambda _: True
    query = parse_query(dump({"msg": {"$regex": wish.pattern, "$options": wish.flags}}), ())
    return compile_query(query, (), Budget())
