"""Whether the records of a workspace agree with each other, and mending what follows from others.

All tables are walked page by page. What a record needs beside it and what it belongs to is told by the stores
(store/relations.py); numbers are counted anew. Everything that seems wrong is read once more, as it is now, before it
is named: people chat meanwhile. What a request or the settle worker has not finished yet may be named all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, NamedTuple

from pimentachat import clock
from pimentachat.cloud import files
from pimentachat.models.kinds import DIRECT, KINDS
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.rooms import Room
from pimentachat.models.uploads import Upload
from pimentachat.store import (
    calls,
    counters,
    devices,
    invites,
    jobs,
    links,
    memberships,
    search_segments,
    table,
    writes,
)
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import tokens as token_store
from pimentachat.store import uploads as upload_store
from pimentachat.store import users as user_store
from pimentachat.store.items import Item, Key, Table
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_TABLES: Final[tuple[Table, ...]] = ("accounts", "rooms", "messages")
"""Those whose records refer to others; the totals of the fourth are counted."""
_POINTS: Final = ("user_id", "room_id", "ts")
"""What an entry says of the record that it leads to."""
_UPLOADS: Final = "uploads/"
_YOUNG: Final = 2 * clock.DAY
"""A file may wait for its record, or for being posted, that long."""
_STUCK: Final = 3600


@dataclass(frozen=True)
class Finding:
    """Something that does not agree."""

    kind: str
    """What it is about: user, membership, room, message, upload, total, job ..."""
    where: str
    problem: str
    mend: Callable[[], bool] | None = None
    """Mends it; false: it has changed meanwhile. None: nothing says what would be right."""


def verify(*, read_units: float = 0, seen: Callable[[str, int], None] = lambda what, many: None) -> Iterator[Finding]:
    """Walks everything. `read_units`: at most so many of a table a second; `seen` is told how much was looked at."""
    for name in _TABLES:
        for page in table.scan(name, read_units=read_units):
            now = [item for item in page if not _expired(item)]
            records = [record for item in now if (record := _record(name, item))]
            found = table.get_many((key for record in records for key in record.asked()), consistent=False)
            for record in records:
                if any(_problems(record, found)):
                    yield from _look_again(record)
            for item in now:
                yield from _numbers(name, item, found)
            seen(name, len(page))
    yield from _totals()
    yield from _stuck_jobs()
    after = ""
    while some := files.listed(after=after, prefix=_UPLOADS):
        yield from _files_without_records(some)
        seen("files", len(some))
        after = some[-1].key


def _expired(item: Item) -> bool:
    return int(item.get("expires_at", clock.epoch_seconds() + 1)) <= clock.epoch_seconds()


# --- what records have to do with each other


def _relations(name: Table, item: Item) -> Relations | None:
    for each in _STORES[name]:
        found = each(item)
        if found:
            return found
    return None


_STORES: Final[Mapping[Table, Sequence[Callable[[Item], Relations | None]]]] = {
    "accounts": (user_store.relations, token_store.relations, devices.relations, links.relations),
    "rooms": (
        room_store.relations,
        memberships.relations,
        upload_store.relations,
        invites.relations,
        calls.relations,
    ),
    "messages": (
        message_store.relations,
        partial(message_list_store.relations, key_of=message_store.key),
        search_segments.relations,
    ),
}


class _Record(NamedTuple):
    key: Key
    relations: Relations

    @property
    def where(self) -> str:
        return f"{self.key.table} {self.key.pk} {self.key.sk}"

    def owners(self) -> Iterator[tuple[str, str, Key]]:
        """What it cannot do without: kind, id and key."""
        yield from (("user", each, user_store.key(each)) for each in self.relations.users)
        yield from (("room", each, room_store.key(each)) for each in self.relations.rooms)
        yield from (("message", each, message_store.id_key(each)) for each in self.relations.messages)
        yield from (("file", each, upload_store.key(each)) for each in self.relations.files)

    def asked(self) -> Iterator[Key]:
        yield from (each.key for each in self.relations.needs)
        yield from (key for *_, key in self.owners())
        if self.relations.follows:
            yield self.relations.follows


def _record(name: Table, item: Item) -> _Record | None:
    relations = _relations(name, item)
    return _Record(Key(name, item["pk"], item["sk"]), relations) if relations else None


def _look_again(record: _Record) -> Iterator[Finding]:
    item = table.reread(record.key)
    now = _record(record.key.table, item) if item and not _expired(item) else None
    if now:
        yield from _problems(now, table.get_many(now.asked()))


def _problems(record: _Record, found: Mapping[Key, Item | None]) -> Iterator[Finding]:
    relations = record.relations
    for need in relations.needs:
        there = found[need.key]
        if there is None:
            problem = f"has no entry {need.key.pk} {need.key.sk}"
            yield Finding(relations.kind, record.where, problem, partial(_add, record.key, need))
        elif any(need.attributes.get(name, there.get(name)) != there.get(name) for name in _POINTS):
            yield Finding(relations.kind, record.where, f"its entry {need.key.pk} {need.key.sk} leads elsewhere")
    if relations.follows and not _is_followed(record, found[relations.follows]):
        yield Finding(relations.kind, record.where, "belongs to nothing that is there", partial(_drop_entry, record))
    for kind, name, key in record.owners():
        if found[key] is None:
            yield Finding(relations.kind, record.where, f"its {kind} {name} is gone", _mend_orphan(record, kind))
            if relations.entry:
                # It goes, whatever else is missing.
                return


def _is_followed(record: _Record, owner: Item | None) -> bool:
    assert record.relations.follows
    if owner is None or _expired(owner):
        return False
    its = _relations(record.relations.follows.table, owner)
    return its is not None and any(need.key == record.key for need in its.needs)


def _add(of: Key, need: Write) -> bool:
    there = writes.check(of, writes.EXISTS)
    return _happens(there, writes.put(need.key, need.attributes, only_if=writes.NEW))


def _drop_entry(record: _Record) -> bool:
    """Takes an entry away, unless what it follows from has come into being meanwhile."""
    assert record.relations.follows
    owner = table.reread(record.relations.follows)
    if _is_followed(record, owner):
        return False
    gone = writes.delete(record.key, only_if=writes.EXISTS)
    if owner is None:
        return _happens(writes.check(record.relations.follows, writes.NEW), gone)
    return _happens(gone)


def _happens(*changes: Write) -> bool:
    try:
        table.transact(*changes)
    except ConditionFailed:
        return False
    return True


def _mend_orphan(record: _Record, missing: str) -> Callable[[], bool] | None:
    kind = record.relations.kind
    if record.relations.entry:
        return partial(_happens, writes.delete(record.key, only_if=writes.EXISTS))
    if missing == "room" and kind in {"message", "silent tally", "upload"}:
        return partial(_empty, record.relations.rooms[0])
    if kind == "message" and missing == "message":
        return partial(_free, record.key)
    if kind == "room" and missing == "message":
        return partial(_find_last, record.key)
    return None


def _empty(room_id: str) -> bool:
    """Asks for the job that takes away what was in a room that is gone."""
    if room_store.reread(room_id):
        return False
    jobs.ask("empty_room", room_id=room_id)
    return True


def _free(key: Key) -> bool:
    """Makes a reply whose parent is gone a message like any other."""
    item = table.reread(key)
    message = message_store.message_of(item) if item else None
    if message is None or message.thread_id is None or message_store.find(message.thread_id):
        return False
    return message_store.change(message, lambda now: replace(now, thread_id=None)) is not None


def _find_last(key: Key) -> bool:
    item = table.reread(key)
    if item is None:
        return False
    room = room_store.room_of(item)
    room_store.drop_last_message(room.id, room.last_id, message_store.newest_ordinary(room.id))
    return True


# --- numbers


def _numbers(name: Table, item: Item, found: Mapping[Key, Item | None]) -> Iterator[Finding]:
    if name == "rooms" and item["sk"] == room_store.key("").sk:
        yield from _numbers_of_room(room_store.room_of(item))
    elif name == "rooms" and (upload := upload_store.upload_in(item)):
        yield from _file_of(upload)
    elif name == "rooms" and (membership := memberships.membership_in(item)):
        yield from _read_marks(membership, found.get(room_store.key(membership.room_id)))
    elif name == "messages" and message_store.is_message(item):
        message = message_store.message_of(item)
        if message.replies > 0:
            yield from _replies(message)


class _Sums(NamedTuple):
    """What the messages of a room add up to."""

    visible: int
    ordinary: range
    """Of messages without a tally, and of those that are gone, nobody knows what they counted for."""
    alls: range


def _sums(room: Room) -> _Sums:
    visible = ordinary = alls = unknown = 0
    for message in message_store.walk(room.id, forward=True, batch=500, hidden=True):
        visible += not message.hidden
        if message.tally:
            ordinary += message.tally.ordinary
            alls += message.tally.alls
        elif not message.system and "parent" not in message.more:
            unknown += 1
    gone = max(0, room.gone)
    most = ordinary + unknown + gone
    return _Sums(visible, range(ordinary, most + 1), range(alls, alls + unknown + gone + 1))


def _numbers_of_room(room: Room) -> Iterator[Finding]:
    if any(True for _ in _wrong_numbers(room)):
        # Somebody may have posted between the two readings.
        again = room_store.reread(room.id)
        if again:
            yield from _wrong_numbers(again)
    totals, counted = upload_store.totals(room.id), upload_store.counted(room.id)
    if totals != counted and upload_store.totals(room.id) == totals:
        problem = f"lists {counted.files} files and {counted.images} images, counts {totals.files} and {totals.images}"
        yield Finding("room", room.id, problem, partial(upload_store.recount, room.id, totals, counted))


def _wrong_numbers(room: Room) -> Iterator[Finding]:
    sums, members = _sums(room), memberships.count_members(room.id)
    if room.kind is DIRECT and len(room.uids or []) > len(set(room.uids or [])):
        # To oneself, one is the other side too.
        members += 1
    # `msgs` never falls: what is not there any more is gone. Fewer than there are, and it is `msgs` that is wrong.
    msgs = room.msgs if room.msgs >= sums.visible else sums.visible + room.gone
    right = room_store.Counted(
        msgs=msgs,
        ordinary=_within(sums.ordinary, room.ordinary),
        alls=_within(sums.alls, room.alls),
        gone=msgs - sums.visible,
        users_count=members,
    )
    wrong = [
        f"{name} is {was} and should be {should}"
        for name, should in right._asdict().items()
        if (was := getattr(room, name)) != should
    ]
    if wrong:
        yield Finding("room", room.id, ", ".join(wrong), partial(room_store.recount, room, right))


def _within(possible: range, number: int) -> int:
    return min(max(number, possible.start), possible.stop - 1)


def _replies(message: Message) -> Iterator[Finding]:
    listed = message_list_store.count_replies(message.id)
    now = message_store.reread(message) if listed != message.replies else None
    if now and now.replies == message.replies:
        problem = f"says it has {now.replies} replies, has {listed}"
        mend = partial(message_store.recount_replies, now, listed)
        yield Finding("message", f"{message.room_id} {message.id}", problem, mend)


def _read_marks(membership: Membership, item: Item | None) -> Iterator[Finding]:
    """Nobody has read more than there is."""
    room = room_store.room_of(item) if item else None
    if room is None or membership.seen <= membership.of_others(room).messages:
        return
    now = memberships.reread(membership.user_id, membership.room_id)
    room = room_store.reread(membership.room_id)
    if now and room and now.seen > now.of_others(room).messages:
        most = max(0, now.of_others(room).messages)
        problem = f"has read {now.seen} messages of others where there are {most}"
        yield Finding(
            "membership",
            f"{now.user_id} {now.room_id}",
            problem,
            partial(memberships.update, now, seen=most, own=min(now.own, room.ordinary)),
        )


def _totals() -> Iterator[Finding]:
    counted: dict[counters.Name, Callable[[], int]] = {
        "users": user_store.count,
        **{kind.total: partial(room_store.count_of_kind, kind.t) for kind in KINDS.values()},
    }
    for name, count in counted.items():
        before, now = counters.total(name), count()
        if before != now and counters.total(name) == before:
            yield Finding(
                "total", name, f"is {before} and should be {now}", partial(counters.repair, name, before, now)
            )


def _stuck_jobs() -> Iterator[Finding]:
    for job_id in jobs.untouched_for(_STUCK):
        job = jobs.find(job_id)
        if job:
            yield Finding("job", job_id, f"{job.kind} has not come further for an hour", partial(_resume, job_id))


def _resume(job_id: str) -> bool:
    # Late, because queues take a network that who only looks has no need of.
    from pimentachat.cloud import queues

    queues.send_effects([{"effect": "job", "job_id": job_id}])
    return True


# --- files


def _file_of(upload: Upload) -> Iterator[Finding]:
    if upload.complete and upload.object_key and files.look_at(upload.object_key) is None:
        yield Finding("upload", upload.id, f"its file {upload.object_key} is not in the bucket")


def _files_without_records(some: Sequence[files.Listed]) -> Iterator[Finding]:
    young = clock.epoch_seconds() - _YOUNG
    old = {each.key: each.key.removeprefix(_UPLOADS).split("/") for each in some if each.stored_at < young}
    ids = {key: parts[2] for key, parts in old.items() if len(parts) > 2}
    found = table.get_many(map(upload_store.key, ids.values()))
    for key, upload_id in ids.items():
        if found[upload_store.key(upload_id)] is None:
            yield Finding("file", key, "no record names it", partial(_remove_file, key, upload_id))


def _remove_file(key: str, upload_id: str) -> bool:
    if upload_store.find(upload_id):
        return False
    files.remove(key)
    return True


def mend(findings: Iterable[Finding]) -> Iterator[tuple[Finding, bool]]:
    """Mends what can be mended; each finding with whether it was."""
    for finding in findings:
        mended = False
        if finding.mend:
            with suppress(ConditionFailed):
                mended = finding.mend()
        yield finding, mended
