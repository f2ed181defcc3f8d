"""Forgetting: what the search index says of messages that were deleted, edited or given to somebody else is taken out
of it, by a job once a day.

Nobody is shown such words before, since every hit is read as it is now; here they go from where they are stored. A
place stays, so that numbers and keys do; words that a message has gained are those of `EDITS#`. Looks once more at what
changed a day before the last look: a segment may have been packed, or a directory made, at that moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from pimentachat import clock
from pimentachat.services.search import packing
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store import search_segments as search_segment_store
from pimentachat.store.message_lists import Place
from pimentachat.store.search_segments import Segment

FORGET: Final = "forget_words"
AT_ONCE: Final = 500
"""Changes that one step looks at."""
_ONCE_MORE: Final = timedelta(days=1)


def step(room_id: str) -> bool:
    """Takes out of a room's index what is no longer so, as far as one step goes. False: there is more."""
    state = search_segment_store.state(room_id, anew=True)
    if not state.packed:
        return True
    began = clock.now()
    touched = message_list_store.touched(room_id, state.forgotten, most=AT_ONCE)
    places = sorted({each.place for each in touched})
    now = {message.id: message for message in message_store.find_many(room_id, places)}
    said = {place.id: packing.terms(now[place.id]) if place.id in now else set[str]() for place in places}
    segments = _segments(room_id, places)
    for segment in segments:
        _renew(room_id, segment, said, edits=False)
    _renew_directories(room_id, segments)
    for segment in search_segment_store.of_edits(room_id) if places else ():
        _renew(room_id, segment, said, edits=True)
    more = len(touched) == AT_ONCE
    search_segment_store.note_forgotten(room_id, touched[-1].note if more else clock.text_of(began - _ONCE_MORE))
    return not more


def _segments(room_id: str, places: Sequence[Place]) -> list[Segment]:
    """The segments that messages at these places, which are in order, were packed into."""
    found: list[Segment] = []
    for place in places:
        if found and place <= found[-1].places[-1]:
            continue
        segment = search_segment_store.at(room_id, place)
        if segment:
            found.append(segment)
    return found


def _renew(room_id: str, segment: Segment, said: Mapping[str, set[str]], *, edits: bool) -> None:
    """Stores a segment without the words that messages do not say any more (`said`: what they say, by their ids)."""
    changed = {number: said[place.id] for number, place in enumerate(segment.places) if place.id in said}
    words = {
        term: left
        for term, numbers in segment.words.items()
        if (left := [number for number in numbers if number not in changed or term in changed[number]])
    }
    if words != segment.words:
        search_segment_store.add(room_id, replace(segment, words=words), edits=edits)


def _renew_directories(room_id: str, segments: Sequence[Segment]) -> None:
    """Stores the directories over these segments as the segments are now."""
    done: set[str] = set()
    for segment in segments:
        if f"S#{segment.first}" in done:
            continue
        directory = search_segment_store.directory_of(room_id, segment)
        if directory is None:
            continue
        done |= set(directory.segments)
        there = search_segment_store.read(room_id, directory.segments)
        renewed = packing.directory(there)
        if renewed != directory and len(there) == len(directory.segments):
            search_segment_store.add_directory(room_id, renewed)
