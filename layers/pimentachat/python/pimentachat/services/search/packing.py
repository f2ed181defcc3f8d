"""Packing: a room's messages become segments of the search index, some hundred at a time, after the answer (an effect).

Whatever dies, the same step may run again: a segment that is written twice takes its own place, what is in two segments
is found once, and how far the index has come moves on condition. What is not packed yet, search reads directly.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from typing import Final

from pimentachat import clock
from pimentachat.models.messages import Message
from pimentachat.services.text import words
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store import search_segments as search_segment_store
from pimentachat.store.message_lists import Place
from pimentachat.store.search_segments import Directory, Segment, State

PACK: Final = "pack_search"
EVERY: Final = 64
"""How many messages of a room come between two looks at whether there is enough to pack."""
_MESSAGES_EACH: Final = 256
_SEGMENTS_EACH: Final = 32
_AT_ONCE: Final = 4
"""Segments made by one effect."""
_SEGMENT_BYTES_MOST: Final = 100_000
_DIRECTORY_BYTES_MOST: Final = 350_000
"""Of words, before they are compressed, which helps little where somebody writes at random. A record takes 400 KB, and
the segments of a directory are in memory together."""
_MASK_BYTES: Final = 6
"""What a word costs a directory beside itself: at random, 32 bits take no less."""
_EDITS_EACH: Final = 128
# Clients choose the time of a message within ten seconds: nothing comes before what is this old.
_AT_REST: Final = timedelta(seconds=60)


def terms(message: Message) -> set[str]:
    """What a message is found by: its words, and (behind a sign that no word has) the ids of its author and of those it
    names, which stay when people take other names, and that it has links."""
    found = words.terms(message.text)
    found.add(f"@{message.author.id}")
    found |= {f">{person.id}" for person in message.mentions or []}
    if message.urls:
        found.add("/")
    return found


def size(terms: Iterable[str]) -> int:
    """In bytes."""
    return sum(len(term.encode()) for term in terms)


def fits(words: Mapping[str, Sequence[int]]) -> bool:
    """Whether a segment takes these words, each with the numbers of the messages that say it."""
    return sum(len(term.encode()) * len(numbers) for term, numbers in words.items()) <= _SEGMENT_BYTES_MOST


def directory_fits(words: Set[str]) -> bool:
    """Whether a directory takes these words."""
    return size(words) + _MASK_BYTES * len(words) <= _DIRECTORY_BYTES_MOST


def step(room_id: str) -> bool:
    """Packs what there is to pack, a few segments at most. False: there is more."""
    _pack_edits(room_id)
    before = search_segment_store.state(room_id, anew=True)
    made = 0
    for segment in _segments(_at_rest(room_id, before), _AT_ONCE):
        search_segment_store.add(room_id, segment)
        after = State(_last(segment), before.covered)
        if not search_segment_store.move(room_id, before, after):
            return True
        before, made = after, made + 1
    _cover(room_id, before)
    return made < _AT_ONCE


def _last(segment: Segment) -> str:
    return f"{segment.places[-1].ts}#{segment.places[-1].id}"


def _at_rest(room_id: str, state: State) -> Iterator[Message]:
    """Messages that are not packed and that nothing will come before, oldest first."""
    until = clock.text_of(clock.now() - _AT_REST)
    for message in message_store.walk(
        room_id, after=state.packed_until, before=until, inclusive=True, forward=True, batch=_MESSAGES_EACH
    ):
        if f"{message.sent_at}#{message.id}" > state.packed:
            yield message


def _segments(messages: Iterator[Message], most: int) -> Iterator[Segment]:
    """Full segments; what is left for a later one is not among them."""
    for _ in range(most):
        some = _enough(messages)
        if not some:
            return
        yield _segment(some)


def _enough(messages: Iterator[Message]) -> list[tuple[Message, set[str]]]:
    """The messages of one segment; none when they are too few."""
    some: list[tuple[Message, set[str]]] = []
    held = 0
    for message in messages:
        some.append((message, terms(message)))
        held += size(some[-1][1])
        if len(some) == _MESSAGES_EACH or held > _SEGMENT_BYTES_MOST:
            return some
    return []


def _segment(some: Iterable[tuple[Message, set[str]]]) -> Segment:
    places: list[Place] = []
    found: dict[str, list[int]] = {}
    for number, (message, those) in enumerate(some):
        places.append(Place(message.sent_at, message.id))
        for term in those:
            found.setdefault(term, []).append(number)
    return Segment(places, found)


def _pack_edits(room_id: str) -> None:
    """Messages that were edited make a segment of their own, so that they are found by their new words."""
    places = message_list_store.edits(room_id, most=_EDITS_EACH)
    if len(places) < _EDITS_EACH:
        return
    some = message_store.find_many(room_id, places)
    held = 0
    kept: list[tuple[Message, set[str]]] = []
    for message in some:
        kept.append((message, terms(message)))
        held += size(kept[-1][1])
        if held > _SEGMENT_BYTES_MOST:
            break
    if kept:
        search_segment_store.add(room_id, _segment(kept), edits=True)
    packed = {message.id for message, _ in kept}
    there = {message.id for message in some}
    message_list_store.forget_edits(room_id, [place for place in places if place.id in packed or place.id not in there])


def _cover(room_id: str, state: State) -> None:
    """Puts a directory over segments that have none, as soon as there are enough."""
    some: list[Segment] = []
    terms: set[str] = set()
    full = False
    for _, segment in search_segment_store.uncovered(room_id, state.covered, most=_SEGMENTS_EACH):
        terms.update(segment.words)
        if some and not directory_fits(terms):
            full = True
            break
        some.append(segment)
    if not full and len(some) < _SEGMENTS_EACH:
        return
    made = directory(some)
    search_segment_store.add_directory(room_id, made)
    search_segment_store.move(room_id, state, State(state.packed, made.segments[-1]))


def directory(segments: Sequence[Segment]) -> Directory:
    """The directory over some segments, in order."""
    masks: dict[str, int] = {}
    for number, segment in enumerate(segments):
        for term in segment.words:
            masks[term] = masks.get(term, 0) | 1 << number
    return Directory([f"S#{segment.first}" for segment in segments], masks)


def directories(segments: Sequence[Segment]) -> list[Directory]:
    """As many directories as these segments need, in order."""
    made = directory(segments)
    if len(segments) == 1 or directory_fits(made.words.keys()):
        return [made]
    half = len(segments) // 2
    return [*directories(segments[:half]), *directories(segments[half:])]


def due(posted: int, *, at: int) -> bool:
    """Whether so many messages, of a room that holds `at` with them, are a reason to look whether there is enough."""
    return at % EVERY < posted
