"""Forgetting: what the search index says of messages that were deleted, edited or given to somebody else is put right,
by a job once a day. Words that a message has lost are taken out; those that it has gained come to its segment, and the
segments of edits hold them no longer: there are never more of these than some days have edits.

Nobody is shown such words before, since every hit is read as it is now; here they go from where they are stored. A
place stays, so that numbers and keys do. Looks once more at what changed a day before the last look: a segment may have
been packed, or a directory made, at that moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from pimentachat import clock
from pimentachat.services.search import packing
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store import search_segments as search_segment_store
from pimentachat.store.message_lists import Place
from pimentachat.store.search_segments import Segment

FORGET: Final = "forget_words"
AT_ONCE: Final = 100
"""Changes that one step looks at: each may be in a segment of its own."""
_ONCE_MORE: Final = timedelta(days=1)


class Step(NamedTuple):
    over: bool
    """Whether there is nothing left to do."""
    looked_at: int = 0
    """How many changes."""


def step(room_id: str) -> Step:
    """Puts a room's index right where it is no longer so, as far as one step goes."""
    state = search_segment_store.state(room_id, anew=True)
    if not state.packed:
        return Step(over=True)
    began = clock.now()
    touched = message_list_store.touched(room_id, state.forgotten, most=AT_ONCE)
    places = sorted({each.place for each in touched})
    now = {message.id: message for message in message_store.find_many(room_id, places)}
    said = {place.id: packing.terms(now[place.id]) if place.id in now else set[str]() for place in places}
    renewed: list[str] = []
    whole: set[str] = set()
    for segment in _segments(room_id, places):
        whole |= _renew(room_id, segment, said)
        renewed.append(segment.first)
    _renew_directories(room_id, renewed)
    for segment in search_segment_store.of_edits(room_id) if places else ():
        _renew_edits(room_id, segment, {**said, **{message_id: set() for message_id in whole}})
    more = len(touched) == AT_ONCE
    search_segment_store.note_forgotten(room_id, touched[-1].note if more else clock.text_of(began - _ONCE_MORE))
    return Step(not more, len(touched))


def _segments(room_id: str, places: Sequence[Place]) -> Iterator[Segment]:
    """The segments that messages at these places, which are in order, were packed into; one is in memory at a time."""
    last: Place | None = None
    for place in places:
        if last and place <= last:
            continue
        segment = search_segment_store.at(room_id, place)
        if segment:
            last = segment.places[-1]
            yield segment


def _renew(room_id: str, segment: Segment, said: Mapping[str, set[str]]) -> set[str]:
    """Stores a segment with the words that messages say by now (`said`, by their ids), as far as it takes them; the ids
    of those of which it has all."""
    changed = {number: said[place.id] for number, place in enumerate(segment.places) if place.id in said}
    less = _less(segment, changed)
    more = {term: {*numbers} for term, numbers in less.items()}
    for number, terms in changed.items():
        for term in terms:
            more.setdefault(term, set()).add(number)
    words = {term: sorted(numbers) for term, numbers in more.items()}
    whole = packing.fits(words) or words == less
    _store(room_id, segment, words if whole else less, edits=False)
    return {segment.places[number].id for number in changed} if whole else set()


def _renew_edits(room_id: str, segment: Segment, said: Mapping[str, set[str]]) -> None:
    """Stores a segment of edits without the words that need not be there; one of none goes."""
    changed = {number: said[place.id] for number, place in enumerate(segment.places) if place.id in said}
    less = _less(segment, changed)
    if less:
        _store(room_id, segment, less, edits=True)
    else:
        search_segment_store.remove_edits(room_id, segment)


def _less(segment: Segment, changed: Mapping[int, set[str]]) -> dict[str, list[int]]:
    """The words of a segment without those that its messages of these numbers do not say any more."""
    return {
        term: left
        for term, numbers in segment.words.items()
        if (left := [number for number in numbers if number not in changed or term in changed[number]])
    }


def _store(room_id: str, segment: Segment, words: Mapping[str, Sequence[int]], *, edits: bool) -> None:
    if words != segment.words:
        search_segment_store.add(room_id, replace(segment, words=words), edits=edits)


def _renew_directories(room_id: str, segments: Sequence[str]) -> None:
    """Stores the directories over these segments (`Segment.first`) as the segments are now."""
    done: set[str] = set()
    for first in segments:
        if f"S#{first}" in done:
            continue
        directory = search_segment_store.directory_of(room_id, first)
        if directory is None:
            continue
        done |= set(directory.segments)
        there = search_segment_store.read(room_id, directory.segments)
        renewed = packing.directories(there)
        if renewed != [directory] and len(there) == len(directory.segments):
            # The last one first: each of the segments is in a directory at any time.
            for each in reversed(renewed):
                search_segment_store.add_directory(room_id, each)
