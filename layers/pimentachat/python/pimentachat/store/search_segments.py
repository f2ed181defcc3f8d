"""The search index of a room's messages. Keys in the Messages table:

state      pk `SEARCH#<room id>`  sk `STATE`         how far it has come
segment    pk `SEARCH#<room id>`  sk `S#<ts>#<id>`   which of some hundred messages from this one on has which word
edits      pk `SEARCH#<room id>`  sk `E#<ts>#<id>`   the same, of messages that were edited after they were packed
directory  pk `SEARCH#<room id>`  sk `D#<ts>#<id>`   which of some segments from this one on has which word

A segment is one compressed attribute `data`. What it says of a message that changed is found out when the message is
read; once a day that is put right (services/search/forgetting.py). A directory lets a search pass over all
segments that hold nothing for it.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from pimentachat.clock import Instant
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range
from pimentachat.store.message_lists import Place
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed

_LEVEL: Final = 9


@dataclass(frozen=True)
class State:
    """Sort keys up to which a room's messages are packed, and its segments are in directories."""

    packed: str = ""
    covered: str = ""
    forgotten: str = field(default="", compare=False)
    """Where the last change is noted whose words were taken out (`message_lists.Touched`), or a moment."""

    @property
    def packed_until(self) -> Instant:
        return self.packed.partition("#")[0]


@dataclass(frozen=True)
class Segment:
    places: Sequence[Place]
    words: Mapping[str, Sequence[int]]
    """Numbers of the places whose messages have a word."""

    @property
    def first(self) -> str:
        return _sort(self.places[0])


@dataclass(frozen=True)
class Directory:
    segments: Sequence[str]
    """Their sort keys, in order."""
    words: Mapping[str, int]
    """A bit for each of the segments that have a word, the lowest for the first of them."""


@dataclass(frozen=True)
class Index:
    """What a search begins with."""

    directories: list[Directory] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    """Those that are in no directory."""
    edits: list[Segment] = field(default_factory=list)


def _pk(room_id: str) -> str:
    return f"SEARCH#{room_id}"


def _key(room_id: str, sk: str) -> Key:
    return Key("messages", _pk(room_id), sk)


def state_key(room_id: str) -> Key:
    return _key(room_id, "STATE")


def partition(room_id: str) -> str:
    """Where all of a room's index lies, to be emptied with the room."""
    return _pk(room_id)


def _sort(place: Place) -> str:
    return f"{place.ts}#{place.id}"


def _packed(document: object) -> bytes:
    return zlib.compress(orjson.dumps(document), _LEVEL)


def state(room_id: str, *, anew: bool = False) -> State:
    item = (table.reread if anew else table.get)(state_key(room_id))
    return State(*(item.get(name, "") for name in ("packed", "covered", "forgotten"))) if item else State()


def move(room_id: str, before: State, after: State) -> bool:
    """Notes how far the index has come. False: somebody else did so meanwhile."""
    if before == State():
        condition, values = writes.NEW, {}
    else:
        condition, values = (
            "packed = :packed AND covered = :covered",
            {"packed": before.packed, "covered": before.covered},
        )
    fields = {"packed": after.packed, "covered": after.covered}
    try:
        table.write(writes.update(state_key(room_id), fields, only_if=condition, values=values))
    except ConditionFailed:
        return False
    return True


def note_forgotten(room_id: str, until: str) -> None:
    """Notes up to where the words of messages that changed are taken out (`State.forgotten`)."""
    table.write(writes.update(state_key(room_id), {"forgotten": until}))


def add(room_id: str, segment: Segment, *, edits: bool = False) -> None:
    """Stores a segment; packed again from the same message on, it takes the place of the former."""
    data = _packed(
        {
            "at": [place.ts for place in segment.places],
            "id": [place.id for place in segment.places],
            "in": segment.words,
        }
    )
    kind = "E" if edits else "S"
    table.write(writes.put(_key(room_id, f"{kind}#{segment.first}"), {"data": data}))


def add_directory(room_id: str, directory: Directory) -> None:
    data = _packed({"of": directory.segments, "in": directory.words})
    table.write(writes.put(_key(room_id, f"D#{directory.segments[0][2:]}"), {"data": data}))


def forget(room_id: str) -> None:
    """Takes the index of a room away: older messages have come. Search reads what is not packed meanwhile."""
    table.write(writes.delete(state_key(room_id)))
    items = table.query("messages", _pk(room_id), consistent=True)
    table.write_many([writes.delete(_key(room_id, item["sk"])) for item in items])


def _segment(item: Item) -> Segment:
    held = orjson.loads(zlib.decompress(item["data"]))
    return Segment([Place(*pair) for pair in zip(held["at"], held["id"], strict=True)], held["in"])


def _directory(item: Item) -> Directory:
    held = orjson.loads(zlib.decompress(item["data"]))
    return Directory(held["of"], held["in"])


def uncovered(room_id: str, covered: str, *, most: int | None = None) -> list[tuple[str, Segment]]:
    """Segments after the one of the sort key `covered`, with their sort keys, oldest first."""
    within = Range(low=f"{covered}~" if covered else "S#", high="S#~")
    found = table.query("messages", _pk(room_id), within, limit=most)
    return [(item["sk"], _segment(item)) for item in found]


def index(room_id: str, known: State) -> Index:
    """Everything but the segments that are in directories, in one round trip where it is not more than a megabyte."""
    found = Index()
    pk = _pk(room_id)

    def directories() -> None:
        found.directories.extend(map(_directory, table.query("messages", pk, Range(begins="D#"))))

    def edits() -> None:
        found.edits.extend(of_edits(room_id))

    def segments() -> None:
        found.segments.extend(segment for _, segment in uncovered(room_id, known.covered))

    if known.packed:
        table.side_by_side(directories, edits, segments)
    return found


def at(room_id: str, place: Place) -> Segment | None:
    """The segment that a message was packed into, if it was."""
    item = _last_before(room_id, f"S#{_sort(place)}")
    segment = _segment(item) if item else None
    return segment if segment and place in segment.places else None


def of_edits(room_id: str) -> Iterator[Segment]:
    """All segments of messages that were edited."""
    return map(_segment, table.query("messages", _pk(room_id), Range(begins="E#")))


def remove_edits(room_id: str, segment: Segment) -> None:
    table.write(writes.delete(_key(room_id, f"E#{segment.first}")))


def directory_of(room_id: str, first: str) -> Directory | None:
    """The directory that a segment (`Segment.first`) is in."""
    item = _last_before(room_id, f"D#{first}")
    directory = _directory(item) if item else None
    return directory if directory and f"S#{first}" in directory.segments else None


def _last_before(room_id: str, sk: str) -> Item | None:
    within = Range(low=sk[:2], high=sk, forward=False)
    return next(table.query("messages", _pk(room_id), within, limit=1, consistent=True), None)


def read(room_id: str, sort_keys: Iterable[str]) -> list[Segment]:
    """Segments by their sort keys."""
    items = table.get_many((_key(room_id, sk) for sk in sort_keys), consistent=False)
    return [_segment(item) for item in items.values() if item]


def relations(item: Item) -> Relations | None:
    """What a part of the index has to do with others."""
    pk = str(item["pk"])
    return Relations("search index", rooms=[pk.removeprefix(_pk(""))], entry=True) if pk.startswith(_pk("")) else None
