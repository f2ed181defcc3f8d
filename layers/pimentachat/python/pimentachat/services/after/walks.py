"""A walk over every message of the workspace, in steps: for the rare work that concerns somebody's words wherever they
are, since no index knows who wrote, mentioned or reacted where.

Rooms are walked in the order of their names, messages in the order of time. A room that is renamed meanwhile, or
becomes one of another kind, may be met twice, so what visits it must be able to do its work twice; and it may be passed
by, so those that change their place until the lists are over are met at the end, each once. What is written while the
walk goes on is met or not; whoever began a request after the change that made the walk due writes what is true by then.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, Self

import orjson

from pimentachat import clock
from pimentachat.clock import Instant
from pimentachat.models.kinds import KINDS, RoomType
from pimentachat.models.messages import Message
from pimentachat.models.rooms import Room
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store

_AT_ONCE: Final = 500
"""Messages, with a room as much as a message, that one step looks at."""
_BATCH: Final = 100
_END: Final = "~"
"""Behind every message of a room and its earlier versions."""
_MOVED: Final = "moved"
_IN_FLIGHT: Final = timedelta(minutes=1)
"""No request lasts that long: a room's new place is noted with the instant at which it was asked for."""


@dataclass(frozen=True)
class _Place:
    """How far a walk came: behind a message of a room."""

    kind: RoomType | Literal["moved"]
    name: str = ""
    """Under which the room is listed."""
    room_id: str = ""
    message: str = ""
    until: Instant = ""
    """When the lists were over, for a room that moved."""

    def text(self) -> str:
        return orjson.dumps([self.kind, self.name, self.room_id, self.message, self.until]).decode()

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(*orjson.loads(text)) if text else cls(next(iter(KINDS)))


def step(
    progress: str, since: Instant, *, enter: Callable[[Room], bool], visit: Callable[[Message], None]
) -> str | None:
    """Goes on from `progress` ("": from the beginning); returns how far it came, None when it is over. The walk became
    due at the instant `since`.

    `enter` meets each room and says whether its messages are worth a look; `visit` meets each of them, hidden ones and
    earlier versions too.
    """
    place = _Place.of(progress)
    left = _AT_ONCE
    for here in _rooms_behind(place, since):
        left -= 1
        room = room_store.reread(here.room_id)
        if room and enter(room):
            after = here.message
            while some := message_store.batch(room.id, after=after, most=_BATCH):
                for message in some:
                    visit(message)
                after = message_store.place_of(some[-1])
                left -= len(some)
                if left <= 0:
                    return replace(here, message=after).text()
        if left <= 0:
            return replace(here, message=_END).text()
    return None


def _rooms_behind(place: _Place, since: Instant) -> Iterator[_Place]:
    if place.kind != _MOVED:
        begin = clock.text_of(clock.parse(since) - _IN_FLIGHT)
        # Whoever moves a room to where the walk comes next would have it met again and again.
        later = {room_id for _, room_id in room_store.moved(begin, clock.now_text())}
        yield from (here for here in _listed_behind(place, place.kind) if here.room_id not in later)
        # What moves from now on was met already.
        place = _Place(_MOVED, begin, until=clock.now_text())
    last = {room_id: name for name, room_id in room_store.moved(place.name, place.until)}
    for name, room_id in sorted((name, room_id) for room_id, name in last.items()):
        if name != place.name:
            yield _Place(_MOVED, name, room_id, until=place.until)
        elif place.message != _END:
            yield place


def _listed_behind(place: _Place, first: RoomType) -> Iterator[_Place]:
    kinds = list(KINDS)
    for kind in kinds[kinds.index(first) :]:
        resumed = kind == place.kind and place.name != ""
        listed = room_store.listed(kind, begin=place.name if resumed else "")
        yield from _go_on(place, listed) if resumed else (_Place(kind, name, room_id) for name, room_id in listed)


def _go_on(place: _Place, listed: Iterator[tuple[str, str]]) -> Iterator[_Place]:
    same: list[str] = []
    other: tuple[str, str] | None = None
    for name, room_id in listed:
        if name != place.name:
            other = name, room_id
            break
        same.append(room_id)
    if place.room_id in same:
        if place.message != _END:
            yield place
        same = same[same.index(place.room_id) + 1 :]
    yield from (_Place(place.kind, place.name, room_id) for room_id in same)
    if other:
        yield _Place(place.kind, *other)
    yield from (_Place(place.kind, name, room_id) for name, room_id in listed)
