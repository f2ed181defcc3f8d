"""Cleaning a room's history: the messages of a range of time go for good, or only their files (contract: rooms.yaml
rooms.cleanHistory, channels.yaml channels.cleanHistory).

Messages go some at a time, each time in one transaction with the room's number of messages that are gone and, in a job,
with the note how far it came: whatever dies in between, nothing is counted twice and nothing is left out. Their files
go first. What is too much for a request is a job after the answer (services/after/jobs.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import Any, Final

from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import BodyParameterRequired, NotAllowed
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.jobs import Job
from pimentachat.models.messages import Message
from pimentachat.models.rooms import Room
from pimentachat.services.messages import deleting, history
from pimentachat.services.rooms import changes
from pimentachat.store import jobs, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store.items import dump, load
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

CLEAN: Final = "clean_history"
PERMISSION: Final = "clean-channel-history"
_IN_A_REQUEST: Final = 200
"""Messages that go before the answer; more of them are a job."""
_IN_A_STEP: Final = 500
_LOOKED_AT_MOST: Final = 10_000
_LOOKED_AT_BYTES_MOST: Final = 40_000_000
"""Messages that a request, or a step of a job, looks at."""
_TOGETHER: Final = 90
"""Writes in one transaction, which takes 100."""
_PRUNED: Final = [{"color": "#FD745E", "text": "_File removed by prune_"}]


@dataclass(frozen=True)
class Cleaning:
    """What goes: a range of time (both ends exclusive, or with `inclusive` included), and what it must be besides."""

    room_id: str
    after: Instant
    before: Instant
    inclusive: bool = False
    limit: int = 0
    """At most so many, the oldest first; 0: all."""
    exclude_pinned: bool = False
    files_only: bool = False
    users: tuple[str, ...] = ()
    """Usernames of those whose messages go; empty: everybody's."""
    ignore_discussion: bool = True
    ignore_threads: bool = False

    def takes(self, message: Message) -> bool:
        if self.files_only and not message.file:
            return False
        if self.exclude_pinned and message.pinned:
            return False
        if self.ignore_discussion and message.discussion_id:
            return False
        if self.ignore_threads and (message.thread_id or message.replies > 0):
            return False
        return not self.users or message.author.username in self.users


class StepTaken(ChatError):
    """Another run of the same step of a job was faster."""


def ends(oldest: Instant | None, latest: Instant | None) -> tuple[Instant, Instant]:
    """
    Raises:
        BodyParameterRequired: one of them is missing.
    """
    if latest is None:
        raise BodyParameterRequired(name="latest")
    if oldest is None:
        raise BodyParameterRequired(name="oldest")
    return oldest, latest


@dataclass
class _Search:
    """The messages of a range that are to go, oldest first, those out of sight too, and behind them their earlier
    versions: as far as a request or a step looks at once. What is told of it is true for the messages before the one
    that was last given out."""

    wanted: Cleaning
    seen: str | None = None
    """The last one that was looked at."""
    taken: int = 0
    """How many were found that somebody sees."""
    until: Instant | None = None
    """The last message that goes, once the limit is reached: no earlier version of a newer one does."""
    over: bool = False
    """Whether there is nothing more to find."""

    def __iter__(self) -> Iterator[Message]:
        looked, left = 0, _LOOKED_AT_BYTES_MOST
        for message, size in history.weighed(chain(self._messages(), self._earlier_versions())):
            looked, left = looked + 1, left - size
            if looked > _LOOKED_AT_MOST or left < 0:
                return
            if self.wanted.takes(message):
                yield message
                self.taken += not message.hidden
            self.seen = message_store.place_of(message)
        self.over = True

    def _messages(self) -> Iterator[Message]:
        for message in message_store.walk(**self._range(), forward=True, hidden=True):
            if self.wanted.limit and self.taken >= self.wanted.limit:
                self.until = self.seen and self.seen.partition("#")[0]
                return
            yield message

    def _earlier_versions(self) -> Iterator[Message]:
        # Asked for when there are no more messages.
        yield from message_store.walk_earlier(**self._range(), until=self.until or "")

    def _range(self) -> dict[str, Any]:
        wanted = self.wanted
        ends = {"after": wanted.after, "before": wanted.before, "inclusive": wanted.inclusive}
        return {"room_id": wanted.room_id, **ends, "behind": self.seen}


def clean(caller: Caller, room: Room, wanted: Cleaning) -> int:
    """Cleans the history of a room, before the answer or, when much is to be done, by a job after it. Returns how many
    messages (or files) go; of very many, those among the first 10,000 of the range.

    Raises:
        NotAllowed: clean-channel-history is missing.
        InvalidRoom: the room was removed at this moment.
    """
    if not caller.may(PERMISSION, room.id):
        raise NotAllowed
    search = _Search(wanted)
    found = iter(search)
    some = list(islice(found, _IN_A_REQUEST + 1))
    for _ in found:
        """Counts the rest."""
    if len(some) > _IN_A_REQUEST or not search.over:
        ask(wanted)
        return search.taken
    for chunk in _chunks(wanted, some):
        _take(wanted, chunk)
    _mend_last_message(room.id)
    return search.taken


def ask(wanted: Cleaning) -> None:
    """Asks for a cleaning by a job."""
    jobs.ask(CLEAN, wanted=dump(asdict(wanted)))


def step(job: Job) -> Job | None:
    """Takes what one step takes; the job with its progress, or None when it is finished."""
    facts = load(job.facts["wanted"])
    wanted = Cleaning(**{**facts, "users": tuple(facts["users"])})
    if room_store.reread(wanted.room_id) is None:
        return None
    search = _Search(wanted, *_progress_of(job))
    taken = search.taken
    some: list[Message] = []
    for message in search:
        if len(some) == _IN_A_STEP:
            # The next step begins with it.
            break
        some.append(message)
    try:
        for chunk in _chunks(wanted, some):
            taken += _visible(chunk)
            job = replace(job, progress=_progress(message_store.place_of(chunk[-1]), taken, search.until))
            _take(wanted, chunk, jobs.progressed(job, otherwise=StepTaken()))
            job = replace(job, version=job.version + 1)
    except StepTaken:
        return job
    except InvalidRoom:
        return None
    _mend_last_message(wanted.room_id)
    return None if search.over else replace(job, progress=_progress(search.seen, search.taken, search.until))


def _progress(seen: str | None, taken: int, until: Instant | None) -> str:
    return dump({"seen": seen, "taken": taken, "until": until})


def _progress_of(job: Job) -> tuple[str | None, int, Instant | None]:
    if not job.progress:
        return None, 0, None
    noted = load(job.progress)
    return noted["seen"], noted["taken"], noted.get("until")


def _visible(some: Sequence[Message]) -> int:
    return sum(not message.hidden for message in some)


def _chunks(wanted: Cleaning, some: Sequence[Message]) -> Iterator[list[Message]]:
    """What goes together."""
    chunk: list[Message] = []
    size = 0
    for message in some:
        needed = 1 if wanted.files_only else message_store.writes_of_cleaning(message) + len(deleting.freeing(message))
        if chunk and size + needed > _TOGETHER:
            yield chunk
            chunk, size = [], 0
        chunk.append(message)
        size += needed
    if chunk:
        yield chunk


def _take(wanted: Cleaning, chunk: list[Message], *note: Write) -> None:
    """Takes messages or their files away; `note` happens in the same transaction, or after the files.

    Raises:
        InvalidRoom: the room is gone.
        StepTaken: another run of the step was faster.
    """
    if wanted.files_only:
        table.side_by_side(*(partial(_prune, message) for message in chunk))
        for write in note:
            table.write(write)
        return
    for _ in table.attempts():
        table.side_by_side(*(partial(_withdraw_with, message) for message in chunk))
        gone = _visible(chunk)
        counted = [room_store.gone_together(wanted.room_id, gone, gone=InvalidRoom())] if gone else []
        together = [
            write for message in chunk for write in (*message_store.cleanings(message), *deleting.freeing(message))
        ]
        try:
            if together or note:
                table.transact(*together, *counted, *note)
        except ConditionFailed:
            # One of them was changed or went meanwhile, or lost its replies just now.
            now = map(message_store.reread, chunk)
            chunk = [message for message in now if message and wanted.takes(message)]
            continue
        break


def _withdraw_with(message: Message) -> None:
    """What goes before a message: its file, its place in a thread, its discussion."""
    deleting.withdraw_file(message)
    if message.earlier:
        return
    deleting.leave_thread(message)
    discussion = room_store.find(message.discussion_id) if message.discussion_id else None
    if discussion:
        with suppress(InvalidRoom):
            changes.take_away(discussion, gone=InvalidRoom())


def _prune(message: Message) -> None:
    if not deleting.withdraw_file(message):
        return

    def pruned(now: Message) -> Message:
        return replace(now, file=None, attachments=[dict(each) for each in _PRUNED]) if now.file else now

    message_store.change(message, pruned)


def _mend_last_message(room_id: str) -> None:
    """Brings the room's copy of its last message in step with what is left. Asked after every step, whatever it took:
    the one before may have died just there."""
    room = room_store.reread(room_id)
    if room is None or room.last_message is None:
        return
    now = message_store.reread(room.last_message)
    if now is None or now.hidden:
        deleting.leave_last_message(room.last_message)
    elif now.version > room.last_version:
        room_store.replace_last_message(room_id, now)
