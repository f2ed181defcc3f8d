"""Statistics of the workspace (contract: misc.yaml statistics).

Totals of people and rooms are counted all the time. What only the records tell, such as the messages of all rooms, is
summed up by a walk over them: once a day by a job, a part with each step, and by whoever asks for fresh figures as far
as one request may read.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import NotAllowed, QueryTooBroad
from pimentachat.listing import pages
from pimentachat.listing.pages import LOOKED_THROUGH_MOST, Listed, ListQuery
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.server.info import SPOKEN_VERSION
from pimentachat.store import counters
from pimentachat.store import rooms as room_store
from pimentachat.store import statistics as statistic_store
from pimentachat.store import users as user_store

STATISTICS: Final = "statistics"
"""The job that walks over everything (services/after/jobs.py)."""
_PEOPLE: Final = "people"
_WALKS: Final = (_PEOPLE, "c", "p", "d")
"""Active people, then rooms by their types."""
_AT_ONCE: Final = 500


@dataclass
class Walk:
    """How far a walk came, and what it found."""

    number: int = 0
    """Of the part that it is in."""
    after: list[str] = field(default_factory=list)
    """The key of the last record seen in this part."""
    read: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, progress: str) -> "Walk":
        return cls(**orjson.loads(progress)) if progress else cls()

    def progress(self) -> str:
        return orjson.dumps(asdict(self)).decode()

    @property
    def done(self) -> bool:
        return self.number >= len(_WALKS)

    def go_on(self) -> None:
        """Looks at the next records."""
        part = _WALKS[self.number]
        if part == _PEOPLE:
            keys = user_store.active_after(*self.after, limit=_AT_ONCE)
            self._add_people(user_store.find_many(user_id for user_id, _ in keys))
        else:
            keys = room_store.listed_after(part, *self.after, limit=_AT_ONCE)  # type: ignore[arg-type]
            self._add_rooms(part, room_store.find_many(room_id for room_id, _ in keys))
        self.read += len(keys)
        self.after = list(keys[-1]) if keys else []
        if len(keys) < _AT_ONCE:
            self.number, self.after = self.number + 1, []

    def _add_people(self, people: Iterable[User]) -> None:
        for user in people:
            self._count("active", 1)
            self._count(user.status, 1)
            self._note("lastLogin", user.last_login)

    def _add_rooms(self, part: str, rooms: Iterable[Room]) -> None:
        for room in rooms:
            self._count(f"messages {part}", room.msgs)
            self._count("discussions", int(bool(room.prid)))
            self._note("lastMessageSentAt", room.lm)

    def _count(self, name: str, by: int) -> None:
        self.sums[name] = self.sums.get(name, 0) + by

    def _note(self, name: str, instant: str | None) -> None:
        if instant and instant > self.latest.get(name, ""):
            self.latest[name] = instant


def latest(caller: Caller, *, fresh: bool = False) -> Document | None:
    """The newest statistics, or `fresh` ones, which are kept too. None: there are none yet.

    Raises:
        NotAllowed: view-statistics is missing.
        QueryTooBroad: fresh ones would have to look through more than one request may.
    """
    if not caller.may("view-statistics"):
        raise NotAllowed
    if not fresh:
        return statistic_store.newest()
    walk = Walk()
    while not walk.done:
        walk.go_on()
        if walk.read > LOOKED_THROUGH_MOST:
            raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
    return keep(walk, ids.new_id(), clock.now_text())


def every(asked: ListQuery) -> Listed:
    """All statistics that are kept, oldest first.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad.
    """
    return pages.listed_in_memory(statistic_store.oldest_first(LOOKED_THROUGH_MOST + 1), asked, hidden=())


def keep(walk: Walk, statistics_id: str, at: str) -> Document:
    """Stores what a finished walk found, with the totals of this moment. The same id and instant is the same
    document."""
    space = workspace.current()
    users, channels, groups, directs = (
        counters.total("users"),
        counters.total("channels"),
        counters.total("groups"),
        counters.total("directs"),
    )
    active, online, away = (walk.sums.get(name, 0) for name in ("active", "online", "away"))
    messages = [walk.sums.get(f"messages {kind}", 0) for kind in _WALKS[1:]]
    document: dict[str, Any] = {
        "_id": statistics_id,
        "wizard": {"siteName": space.text("Site_Name")},
        "uniqueId": space.text("uniqueID"),
        "version": SPOKEN_VERSION,
        "tag": SPOKEN_VERSION,
        "totalUsers": users,
        "activeUsers": active,
        "nonActiveUsers": users - active,
        "onlineUsers": online,
        "awayUsers": away,
        "totalConnectedUsers": online + away,
        "offlineUsers": users - online - away,
        "totalRooms": channels + groups + directs,
        "totalChannels": channels,
        "totalPrivateGroups": groups,
        "totalDirect": directs,
        "totalDiscussions": walk.sums.get("discussions", 0),
        "totalMessages": sum(messages),
        "totalChannelMessages": messages[0],
        "totalPrivateGroupMessages": messages[1],
        "totalDirectMessages": messages[2],
        **walk.latest,
        "createdAt": at,
        "_updatedAt": at,
    }
    statistic_store.save(document)
    return document
