"""Rooms. Keys in the Rooms table:

room          pk `ROOM#<id>`      sk `ROOM`                listing: `ROOMS#<t>` / name in lower case
unique name   pk `NAME#<name>`    sk `NAME`                carries id and type; letter case matters
unique title  pk `TITLE#<fname>`  sk `TITLE`               of a room whose display name is not its name; carries its id
role holder   pk `ROOM#<id>`      sk `ROLE#<role>#<uid>`   who is owner, moderator, leader, without walking the members
discussion    pk `ROOM#<parent>`  sk `DISCUSSION#<id>`     carries the message of the parent that tells of it, if any
              listing of other roles: `HOLDERS#<role>` / room id
default room  pk `DEFAULTS`       sk `ROOM#<id>`           rooms that new users join
deleted room  pk `DELETED`        sk `<date>#<id>`         30 days, for `remove` lists
moved room    pk `MOVED`          sk `<date>#<id>`         30 days, for who walks over the lists of rooms meanwhile
words         see store/words.py: the words of a channel's name

Attributes of a room: `doc`, its body; beside it what every message changes (msgs, ordinary, alls, users_count, lm,
last_message, counted_at, updated_at) by plain additions, so that posts at the same time never stop each other.

Three attributes make these numbers exact whatever dies: `counted` holds the marks of messages whose tally is
in the numbers and that the settle worker has not seen to yet; `counted_late` those of them that the worker counted
itself; `settled` is its watermark, the highest stream position up to which it is done with the room's messages.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from pimentachat import clock
from pimentachat.clock import Instant
from pimentachat.errors.base import ChatError
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.kinds import CHANNEL, DIRECT, RoomType
from pimentachat.models.messages import Message, Tally
from pimentachat.models.records import Deleted
from pimentachat.models.rooms import ROLES, Room
from pimentachat.store import messages, table, words, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.relations import Relations
from pimentachat.store.remembered import Remembered
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_DISCUSSION: Final = "DISCUSSION#"
_COPY_MOST: Final = 4 * 1024
_COUNTED_MOST: Final = 200
_KEPT: Final = 30 * clock.DAY
_STALE: Final = timedelta(minutes=10)
"""No request lasts that long: who counts a message has done so by then."""
# Attributes of their own, next to `doc`.
_BESIDE: Final = {
    "msgs",
    "users_count",
    "ordinary",
    "alls",
    "gone",
    "lm",
    "last_id",
    "last_version",
    "counted",
    "counted_late",
    "settled",
    "counted_at",
    "updated_at",
}


def key(room_id: str) -> Key:
    return Key("rooms", f"ROOM#{room_id}", "ROOM")


def name_key(name: str) -> Key:
    return Key("rooms", f"NAME#{name}", "NAME")


def _title_key(title: str) -> Key:
    return Key("rooms", f"TITLE#{title}", "TITLE")


def _role_key(room_id: str, role: str, user_id: str) -> Key:
    return Key("rooms", f"ROOM#{room_id}", f"ROLE#{role}#{user_id}")


def _discussion_key(parent_id: str, room_id: str) -> Key:
    return Key("rooms", f"ROOM#{parent_id}", f"{_DISCUSSION}{room_id}")


def _default_key(room_id: str) -> Key:
    return Key("rooms", "DEFAULTS", f"ROOM#{room_id}")


def _doc(room: Room) -> str:
    beside = _BESIDE | {"id", "version"}
    return dump(room.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True, exclude=beside))


def _item(room: Room) -> dict[str, Value | None]:
    return {
        "doc": _doc(room),
        "version": room.version,
        "msgs": room.msgs,
        "users_count": room.users_count,
        "ordinary": room.ordinary,
        "alls": room.alls,
        "lm": room.lm,
        "updated_at": room.updated_at,
        **_listed(room),
    }


def _listed(room: Room) -> dict[str, Value | None]:
    return {"list_pk": f"ROOMS#{room.t}", "list_sk": _place(room)}


def _place(room: Room) -> str:
    """In the list of its kind."""
    return (room.name or room.id).lower()


def _room(item: Item) -> Room:
    return Room.model_validate(
        {
            **load(item["doc"]),
            "_id": item["pk"].removeprefix("ROOM#"),
            **{name: item[name] for name in _BESIDE if name in item},
            "version": item["version"],
            "last_message": Message.of_copy(load(item["last_message"])) if "last_message" in item else None,
        }
    )


def find(room_id: str) -> Room | None:
    item = table.get(key(room_id))
    return _room(item) if item else None


def reread(room_id: str) -> Room | None:
    """The room as others have left it at this moment."""
    item = table.reread(key(room_id))
    return _room(item) if item else None


def find_many(room_ids: Iterable[str], *, consistent: bool = False) -> list[Room]:
    """Those that exist, in the order asked; by default as of a moment ago, at half the price."""
    return [_room(item) for item in table.get_many(map(key, room_ids), consistent=consistent).values() if item]


def id_by_name(name: str) -> str | None:
    """The id of the channel or group of exactly this name."""
    item = table.get(name_key(name))
    if item is None:
        return None
    remembered.keep(name, item["room_id"])
    return str(item["room_id"])


remembered: Final = Remembered()
"""Ids of rooms by their names, as this instance last met them: a hint what to prefetch, never the truth."""


def by_names(names: Iterable[str]) -> list[tuple[str, str, RoomType]]:
    """Name, id and type of the channels and groups of these names."""
    found = table.get_many(map(name_key, names))
    return [(key.pk.removeprefix("NAME#"), item["room_id"], item["t"]) for key, item in found.items() if item]


def _named(room: Room) -> dict[str, Value | None]:
    return {"room_id": room.id, "t": room.t}


def id_by_title(title: str) -> str | None:
    """The id of the room of exactly this display name, where that is not its name."""
    item = table.reread(_title_key(title))
    return str(item["room_id"]) if item else None


def _title(room: Room) -> str:
    """The display name, where it is kept unique beside the name."""
    return room.fname if room.fname and room.fname != room.name and room.kind is not DIRECT and not room.prid else ""


def _title_additions(room: Room, taken: ChatError) -> list[Write]:
    title = _title(room)
    return [writes.put_new(_title_key(title), {"room_id": room.id}, otherwise=taken)] if title else []


def _title_removals(room: Room) -> list[Write]:
    title = _title(room)
    return [writes.delete(_title_key(title))] if title else []


def additions(
    room: Room, owner_id: str | None, *, name_taken: ChatError, title_taken: ChatError | None = None
) -> list[Write]:
    """What stores a new room, for the transaction that also stores its first memberships."""
    together = [writes.put_new(key(room.id), _item(room), otherwise=name_taken)]
    if room.kind is not DIRECT and room.name:
        together.append(writes.put_new(name_key(room.name), _named(room), otherwise=name_taken))
    if room.kind is CHANNEL and room.name:
        together += words.entries("rooms", room.id, room.name)
    together += _title_additions(room, title_taken or name_taken)
    if owner_id:
        together.append(writes.put(_role_key(room.id, "owner", owner_id), {}))
    if room.default:
        together.append(writes.put(_default_key(room.id), {}))
    return together


def change(
    room_id: str, edit: Callable[[Room], Room], *, also: Callable[[Room, Room], list[Write]] | None = None
) -> Room | None:
    """Applies `edit` to the body of the stored room (`table.change`); counters are not touched. None: it is gone.

    `also` gives more writes (from the room before and after) for the same transaction.
    """

    def edited(before: Room) -> Room:
        after = edit(before)
        if after is before:
            return before
        return after.model_copy(update={"version": before.version + 1, "updated_at": clock.now_text()})

    def save(before: Room, after: Room) -> list[Write]:
        body = writes.update(
            key(room_id),
            {"doc": _doc(after), "version": after.version, "updated_at": after.updated_at, **_listed(after)},
            only_if="version = :was",
            values={"was": before.version},
        )
        return [body, *(also(before, after) if also else [])]

    return table.change(key(room_id), _room, edited, save)


def renaming(before: Room, after: Room, name_taken: ChatError, title_taken: ChatError | None = None) -> list[Write]:
    """What moves a room's names, for `change`."""
    assert before.name
    assert after.name
    together: list[Write] = []
    if _title(after) != _title(before):
        together += [*_title_additions(after, title_taken or name_taken), *_title_removals(before)]
    if after.name == before.name:
        # Only its display name changes, or somebody else gave it this very name at the same moment.
        return together
    together += [
        writes.put_new(name_key(after.name), _named(after), otherwise=name_taken),
        writes.delete(name_key(before.name)),
        _moved(after),
    ]
    if after.kind is CHANNEL:
        kept = {entry.key: entry for entry in words.entries("rooms", after.id, after.name)}
        together += [gone for gone in words.withdrawals("rooms", before.id, before.name) if gone.key not in kept]
        together += kept.values()
    return together


def moving(before: Room, after: Room) -> list[Write]:
    """What moves a channel among the groups or a group among the channels, for `change`."""
    if not after.name or before.kind is after.kind:
        return []
    entries = words.entries if after.kind is CHANNEL else words.withdrawals
    return [
        writes.put(name_key(after.name), _named(after)),
        _moved(after),
        *entries("rooms", after.id, after.name),
        *defaulting(before, after),
    ]


def _moved(room: Room) -> Write:
    """Notes that a room is in another place of the lists than before."""
    here = Key("rooms", "MOVED", f"{clock.now_text()}#{room.id}")
    return writes.put(here, {"expires_at": clock.epoch_seconds(_KEPT)})


def moved(place: str, until: Instant) -> Iterator[tuple[str, str]]:
    """Rooms that changed their place in the lists from an instant on, or from one of these on, and no later than
    `until`, in the order of time: what tells one from the other (`place`), and the room's id."""
    for item in table.query("rooms", "MOVED", Range(low=place, high=f"{until}~"), consistent=True):
        yield item["sk"], item["sk"].partition("#")[2]


def defaulting(before: Room, after: Room) -> list[Write]:
    """What makes a room one that new users join, or one that they do not, for `change`."""
    if bool(before.default) == bool(after.default):
        return []
    return [writes.put(_default_key(after.id), {}) if after.default else writes.delete(_default_key(after.id))]


def mark_of(message: Message) -> str:
    """What `counted` holds of a message: its time, in seconds as 8 hexadecimal digits, and its id. Short, because every
    post writes the room's record."""
    return _second(message.sent_at) + message.id


def _second(instant: Instant) -> str:
    return f"{clock.milliseconds(instant) // 1000:08x}"


def count(room_id: str, message: Message, counts: Tally, *, tracked: bool, position: str = "") -> Room:
    """Adds what a message counts for to its room, once, however often it is called for the same message; the room
    after it.

    `tracked` is false for a room whose list of counted messages is full because the settle worker is far behind: its
    messages are counted without the safety net. A message that was stored with its tally is always tracked, since the
    worker will ask for it. `position` is the worker's: the place of the message in the stream, which must lie after
    everything that is settled.

    Raises:
        InvalidRoom: the room is gone.
    """
    add: dict[str, int | set[str]] = {**_additions(counts)}
    condition, values = writes.EXISTS, dict[str, Value]()
    mark = mark_of(message)
    if tracked or message.tally:
        add["counted"] = {mark}
        condition += " AND NOT contains(counted, :mark)"
        values["mark"] = mark
    if position:
        add["counted_late"] = {mark}
        condition += f" AND {_UNSETTLED}"
        values["position"] = position
    newest, now, forward = counts.latest, clock.now_text(), True
    while True:
        changed: dict[str, Value | None] = {"updated_at": now}
        if counts.ordinary or counts.alls or counts.latest:
            changed["counted_at"] = now
        order, place = condition, dict(values)
        if forward:
            # Two posts may be counted in another order than they took the time: what was told once to somebody who
            # syncs should not go back. Asked once: where very many post at once, nobody waits for it.
            order, place = f"{order} AND updated_at < :now", {**place, "now": now}
        if newest:
            # Of two messages of one millisecond, the last is the one that history lists as the newer.
            later = "lm < :ts OR (lm = :ts AND (attribute_not_exists(last_id) OR last_id < :id))"
            order += f" AND (attribute_not_exists(lm) OR {later})"
            place |= {"ts": message.sent_at, "id": message.id}
            changed |= {"lm": message.sent_at, **(_as_last(message) if counts.shown else {})}
        try:
            return _room(table.write(writes.update(key(room_id), changed, add=add, only_if=order, values=place)))
        except ConditionFailed as held:
            if held.item is None:
                raise InvalidRoom from None
            if mark in held.item.get("counted", set()) or (position and held.item.get("settled", "") >= position):
                return _room(held.item)
            # A newer message was counted first: this one only adds to the numbers.
            newest = newest and forward and _is_newer(message, held.item)
            forward = False
            now = max(clock.now_text(), clock.next_text(held.item["updated_at"]))


def _is_newer(message: Message, item: Item) -> bool:
    return (message.sent_at, message.id) > (item.get("lm", ""), item.get("last_id", ""))


def count_together(room_id: str, some: Sequence[Message]) -> Room:
    """Counts several system messages in one write, each once; the room after it.

    Raises:
        InvalidRoom: the room is gone.
    """
    tallies = [message.tally for message in some if message.tally]
    add: dict[str, int | set[str]] = {
        "msgs": sum(not counts.silent for counts in tallies),
        "users_count": sum(counts.members for counts in tallies),
    }
    add = {name: by for name, by in add.items() if by}
    add["counted"] = {mark_of(message) for message in some}
    marks: dict[str, Value] = {f"mark{number}": mark_of(message) for number, message in enumerate(some)}
    condition = " AND ".join([writes.EXISTS, *(f"NOT contains(counted, :{name})" for name in marks)])
    now: dict[str, Value | None] = {"updated_at": clock.now_text()}
    try:
        return _room(table.write(writes.update(key(room_id), now, add=add, only_if=condition, values=marks)))
    except ConditionFailed as held:
        if held.item is None:
            raise InvalidRoom from None
    # Some of them were counted already: the SDK sent the write again, or the worker was faster.
    return [count(room_id, message, message.tally, tracked=True) for message in some if message.tally][-1]


def counting(message: Message, *, gone: ChatError) -> Write:
    """Counts a system message, for the transaction that stores it.

    Raises:
        ChatError: `gone`, when the room is no longer there.
    """
    assert message.tally
    add: dict[str, int | set[str]] = {**_additions(message.tally), "counted": {mark_of(message)}}
    now = {"updated_at": clock.now_text()}
    return writes.update(key(message.room_id), now, add=add, only_if=writes.EXISTS, otherwise=gone)


_UNSETTLED: Final = "(attribute_not_exists(settled) OR settled < :position)"


def _additions(counts: Tally) -> dict[str, int]:
    by = {
        "msgs": int(not counts.silent),
        "ordinary": counts.ordinary,
        "alls": counts.alls,
        "users_count": counts.members,
    }
    return {name: int(number) for name, number in by.items() if number}


def count_by_hand(room_id: str, message: Message, counts: Tally) -> bool:
    """Counts a message that the worker gave up and somebody sends again, once: its tally goes in the same transaction.
    False: there was nothing left to count.

    Raises:
        InvalidRoom: the room is gone.
    """
    now = clock.now_text()
    room = writes.update(
        key(room_id),
        {"updated_at": now, "counted_at": now},
        add=_additions(counts),
        only_if=writes.EXISTS,
        otherwise=InvalidRoom(),
    )
    try:
        table.transact(room, messages.without_tally(message))
    except ConditionFailed:
        return False
    return True


def settle(room: Room, position: str, seen: Iterable[Message], *, newest: Instant) -> None:
    """Moves the watermark on and forgets the marks of messages that were seen to: nothing will ask for them again.

    A message that the worker counted itself stays marked for a while (`newest` is the time of the youngest one seen),
    because the request that stored it may still be on its way to count it. So does what a request counted after it was
    given up.
    """
    done = {mark_of(message) for message in seen} & room.counted - room.counted_late
    before = _second(clock.text_of(clock.parse(newest) - _STALE))
    done |= {mark for mark in room.counted if mark < before}
    try:
        table.write(
            writes.update(
                key(room.id),
                {"settled": position},
                drop={name: gone for name in ("counted", "counted_late") if (gone := done & getattr(room, name))},
                only_if=f"{writes.EXISTS} AND {_UNSETTLED}",
                values={"position": position},
            )
        )
    except ConditionFailed:
        return


def _as_last(message: Message) -> dict[str, Value | None]:
    return {"last_message": _copy_of(message), "last_id": message.id, "last_version": message.version}


def trackable(room: Room) -> bool:
    return len(room.counted) < _COUNTED_MOST


def _copy_of(message: Message) -> str:
    """A room's copy of its last message, which lists of rooms carry for each room and every message writes: a large
    one is reduced to its text, and that to its beginning."""
    copy = dump(message.copy())
    if len(copy.encode()) <= _COPY_MOST:
        return copy
    text = message.text.encode()[: _COPY_MOST // 2].decode(errors="ignore")
    reduced = Message(message.id, message.room_id, message.sent_at, message.author, message.updated_at, text)
    return dump(replace(reduced, type=message.type, thread_id=message.thread_id, edit=message.edit).wire())


def replace_last_message(room_id: str, message: Message) -> None:
    """Keeps a room's copy of its last message in step with the message; nothing happens when another one is the
    last."""
    changed: dict[str, Value | None] = {
        "last_message": _copy_of(message),
        "last_version": message.version,
        "updated_at": clock.now_text(),
    }
    condition = "last_id = :id AND last_version < :version"
    try:
        table.write(
            writes.update(
                key(room_id), changed, only_if=condition, values={"id": message.id, "version": message.version}
            )
        )
    except ConditionFailed:
        return


def count_gone(room_id: str) -> None:
    """One message less to be seen."""
    try:
        table.write(writes.update(key(room_id), add={"gone": 1}, only_if=writes.EXISTS))
    except ConditionFailed:
        return


def gone_together(room_id: str, count: int, *, gone: ChatError) -> Write:
    """Some messages less to be seen, for the transaction that takes them away.

    Raises:
        ChatError: `gone`, when the room is no longer there.
    """
    return writes.update(key(room_id), add={"gone": count}, only_if=writes.EXISTS, otherwise=gone)


def drop_last_message(room_id: str, message_id: str, newest: Message | None) -> None:
    """Puts `newest` (or nothing) in the place of the last message that is gone."""
    changed: dict[str, Value | None] = {"last_message": None, "last_id": None, "last_version": None}
    if newest:
        changed = _as_last(newest)
    changed["updated_at"] = clock.now_text()
    try:
        table.write(writes.update(key(room_id), changed, only_if="last_id = :id", values={"id": message_id}))
    except ConditionFailed:
        return


def role_writes(room_id: str, user_id: str, roles: Iterable[str], *, held: bool) -> list[Write]:
    """Puts or deletions of role holders, for the transaction that changes the membership."""
    return [
        writes.put(_role_key(room_id, role, user_id), _listed_holder(role, room_id))
        if held
        else writes.delete(_role_key(room_id, role, user_id))
        for role in roles
    ]


def _listed_holder(role: str, room_id: str) -> dict[str, Value | None]:
    """Of a role that somebody made it is known whether it is held anywhere."""
    return {} if role in ROLES else {"list_pk": f"HOLDERS#{role}", "list_sk": room_id}


def role_in_use(role: str) -> bool:
    """Whether a role that somebody made is held in any room, as of a moment ago."""
    return any(True for _ in table.query("rooms", f"HOLDERS#{role}", listing=True, limit=1))


def holders(room_id: str, role: str | None = None, *, most: int) -> list[str]:
    """Ids of the members who hold a role, or any role (once for each); up to `most`."""
    within = Range(begins=f"ROLE#{role}#" if role else "ROLE#")
    found = table.query("rooms", f"ROOM#{room_id}", within, limit=most, consistent=True)
    return [item["sk"].split("#", 2)[2] for item in found]


def still_held(room_id: str, role: str, user_id: str) -> Write:
    return writes.check(_role_key(room_id, role, user_id), writes.EXISTS)


def remove(room: Room, *, also: list[Write], gone: ChatError) -> None:
    """Takes the room, its name and its entries away at once; what is in it is emptied by a job (`also` asks for it).

    Raises:
        ChatError: `gone`, when it is no longer there.
    """
    removed = table.change(key(room.id), _room, Room.model_copy, lambda before, _: [*_removals(before), *also])
    if removed is None:
        raise gone


def _removals(room: Room) -> list[Write]:
    together = [writes.delete(key(room.id), only_if="version = :was", values={"was": room.version})]
    if room.name and room.kind is not DIRECT:
        together.append(writes.delete(name_key(room.name)))
    together += _title_removals(room)
    if room.kind is CHANNEL and room.name:
        together += words.withdrawals("rooms", room.id, room.name)
    if room.default:
        together.append(writes.delete(_default_key(room.id)))
    if room.prid:
        together.append(writes.delete(_discussion_key(room.prid, room.id)))
    trace = Key("rooms", "DELETED", f"{clock.now_text()}#{room.id}")
    together.append(writes.put(trace, {"expires_at": clock.epoch_seconds(_KEPT)}))
    return together


def remove_holders(room_id: str) -> None:
    """Takes away the role holders, listeners and entries of a room that is gone."""
    items = table.query("rooms", f"ROOM#{room_id}", consistent=True)
    table.write_many([writes.delete(Key("rooms", item["pk"], item["sk"])) for item in items if item["sk"] != "ROOM"])


class Discussion(NamedTuple):
    """A discussion of a room, and where the message lies that tells of it; empty texts where there is none."""

    room_id: str
    message_id: str
    ts: Instant


def discussion_entry(parent_id: str, room_id: str, message: Message | None) -> Write:
    """Lists a discussion under its room, for the transaction that makes it."""
    told = {"message_id": message.id, "ts": message.sent_at} if message else {}
    return writes.put(_discussion_key(parent_id, room_id), {**told})


def discussions(parent_id: str, *, most: int, after: str = "") -> list[Discussion]:
    """Discussions of a room by their ids, those behind the id `after`, up to `most`."""
    within = Range(begins=_DISCUSSION, start=f"{_DISCUSSION}{after}" if after else "")
    items = table.query("rooms", f"ROOM#{parent_id}", within, limit=most, consistent=True)
    return [
        Discussion(item["sk"].removeprefix(_DISCUSSION), item.get("message_id", ""), item.get("ts", ""))
        for item in items
    ]


def forget_discussion(parent_id: str, room_id: str) -> None:
    table.write(writes.delete(_discussion_key(parent_id, room_id)))


def deleted_since(moment: str) -> list[Deleted]:
    """`{_id, _deletedAt}` of the rooms deleted after a moment (30 days at most)."""
    trail = table.query("rooms", "DELETED", Range(low=moment))
    now = clock.epoch_seconds()
    pairs = (item["sk"].partition("#") for item in trail if item["expires_at"] > now)
    return [{"_id": room_id, "_deletedAt": at} for at, _, room_id in pairs if at > moment]


def default_ids() -> list[str]:
    return [item["sk"].removeprefix("ROOM#") for item in table.query("rooms", "DEFAULTS", consistent=True)]


class Listed(NamedTuple):
    """An entry of the list of rooms of a type, in its order."""

    name: str
    """In lower case; of a direct room, its id."""
    room_id: str


def default_rooms() -> list[Listed]:
    """The entries of the rooms that new users join."""
    return sorted(Listed(_place(room), room.id) for room in find_many(default_ids()))


def listed_ids(kind: RoomType, offset: int, limit: int | None, *, forward: bool = True) -> list[str]:
    """Ids of rooms of a type in the order of their names. The index entries before `offset` are read too, at some 40
    to a read unit."""
    read = None if limit is None else offset + limit
    items = table.query("rooms", f"ROOMS#{kind}", Range(forward=forward), listing=True, limit=read)
    return [item["pk"].removeprefix("ROOM#") for item in islice(items, offset, None)]


def listed(kind: RoomType, *, begin: str = "") -> Iterator[Listed]:
    """All rooms of a type in the order of their names, from `begin` on."""
    within = Range(low=begin) if begin else None
    for item in table.query("rooms", f"ROOMS#{kind}", within, listing=True, batch=500):
        yield Listed(item["list_sk"], item["pk"].removeprefix("ROOM#"))


def first_listed(kind: RoomType, most: int) -> list[Listed]:
    """The first rooms of a type in the order of their names."""
    items = table.query("rooms", f"ROOMS#{kind}", listing=True, limit=most)
    return [Listed(item["list_sk"], item["pk"].removeprefix("ROOM#")) for item in items]


def listed_after(kind: RoomType, room_id: str = "", name: str = "", *, limit: int) -> list[tuple[str, str]]:
    """Ids of rooms of a type with their names, in the order of both, after one of them, up to `limit`."""
    items = table.query("rooms", f"ROOMS#{kind}", Range(low=name), listing=True)
    places = ((item["pk"].removeprefix("ROOM#"), item["list_sk"]) for item in items)
    # Equal names are few, and in an order of the index's own.
    seen = not room_id
    found: list[tuple[str, str]] = []
    for place in places:
        if seen or place[1] != name:
            found.append(place)
        elif place[0] == room_id:
            seen = True
        if len(found) >= limit:
            break
    return found


def searches(text: str, limit: int) -> list[Callable[[], list[str]]]:
    """Ways to find ids of channels with a word that starts with the longest word of `text` (the first ones, without a
    text), up to `limit` by each way. To be run side by side."""
    prefix = words.longest(text)
    if text and not prefix:
        return []
    listed = partial(_listed_channels, prefix, limit)
    return [listed, partial(words.find, "rooms", prefix, limit)] if prefix else [listed]


def _listed_channels(prefix: str, limit: int) -> list[str]:
    items = table.query("rooms", f"ROOMS#{CHANNEL.t}", Range(begins=prefix), listing=True, limit=limit)
    return [item["pk"].removeprefix("ROOM#") for item in items]


def count_of_kind(t: RoomType) -> int:
    """How many rooms of a kind there are; reads all entries of their list."""
    return table.count("rooms", f"ROOMS#{t}")


def ids_after(t: RoomType, place: str, limit: int) -> list[tuple[str, str]]:
    """The next rooms of a kind behind a place in their list: their places, and their ids."""
    entries = table.query("rooms", f"ROOMS#{t}", Range(low=f"{place}\x00"), listing=True, limit=limit)
    return [(item["list_sk"], item["pk"].removeprefix("ROOM#")) for item in entries]


class Holder(NamedTuple):
    """An entry of a role."""

    room_id: str
    role: str
    user_id: str


def holder_in(item: Item) -> Holder | None:
    """The holder of a role that an item lists, if it is such an entry."""
    if not item["sk"].startswith("ROLE#"):
        return None
    _, role, user_id = item["sk"].split("#", 2)
    return Holder(item["pk"].removeprefix("ROOM#"), role, user_id)


def relations(item: Item) -> Relations | None:
    """What a room, or an entry of its name, has to do with others."""
    pk, sk = item["pk"], item["sk"]
    if sk == "ROOM":
        room = _room(item)
        _, *entries = additions(room, None, name_taken=InvalidRoom())
        if room.prid:
            entries.append(discussion_entry(room.prid, room.id, None))
        last = [room.last_id] if room.last_id else []
        return Relations("room", needs=entries, rooms=[room.prid] if room.prid else [], messages=last)
    if sk in {"NAME", "TITLE"}:
        return Relations(f"room {sk.lower()}", follows=key(item["room_id"]), entry=True)
    if pk == "DEFAULTS":
        return Relations("default room", follows=key(sk.removeprefix("ROOM#")), entry=True)
    if sk.startswith(_DISCUSSION):
        return Relations("discussion", follows=key(sk.removeprefix(_DISCUSSION)), entry=True)
    found = words.owner(item)
    if found and found[0] == "rooms":
        return Relations("word of a room", follows=key(found[1]), entry=True)
    return None


def room_of(item: Item) -> Room:
    """The room that an item holds."""
    return _room(item)


class Imported(NamedTuple):
    """What the messages that came from another server add up to in a room."""

    msgs: int = 0
    ordinary: int = 0
    alls: int = 0


def imported(room_id: str) -> tuple[Imported, bool]:
    """What of imported messages is in a room's numbers already, and whether its members have them behind them."""
    item = table.reread(key(room_id)) or {}
    counted = Imported(*(int(item.get(f"imported_{name}", 0)) for name in Imported._fields))
    return counted, bool(item.get("imported_read", counted == Imported()))


def count_imported(room_id: str, before: Imported, now: Imported, *, members: int, newest: Message | None) -> bool:
    """Adds imported messages to a room's numbers, once: what was counted `before` is in them. `members` are all that
    there are. False: another import was faster, or the room is gone."""
    was, more = before._asdict(), {name: now._asdict()[name] - each for name, each in before._asdict().items()}
    at = clock.now_text()
    fields: dict[str, Value | None] = {f"imported_{name}": each for name, each in now._asdict().items()}
    fields |= {"users_count": members, "updated_at": at, "counted_at": at, "imported_read": False}
    room = find(room_id)
    if newest and room and (newest.sent_at, newest.id) > (room.lm or "", room.last_id):
        fields |= {"lm": newest.sent_at, **_as_last(newest)}
    nothing = " AND ".join(f"attribute_not_exists(imported_{name})" for name in was)
    same = " AND ".join(f"imported_{name} = :{name}" for name in was)
    same = same if any(before) else f"(({nothing}) OR ({same}))"
    add: dict[str, int | set[str]] = {name: by for name, by in more.items() if by}
    try:
        table.write(writes.update(key(room_id), fields, add=add, only_if=f"{writes.EXISTS} AND {same}", values={**was}))
    except ConditionFailed:
        return False
    return True


def note_imported_read(room_id: str) -> None:
    """Notes that nobody has imported messages before them."""
    try:
        table.write(writes.update(key(room_id), {"imported_read": True}, only_if=writes.EXISTS))
    except ConditionFailed:
        return


class Counted(NamedTuple):
    """What a room's own numbers should be."""

    msgs: int
    ordinary: int
    alls: int
    gone: int
    users_count: int


def recount(room: Room, counted: Counted) -> bool:
    """Puts numbers that were counted anew in the place of those that `room` was read with. False: somebody changed them
    meanwhile."""
    was: dict[str, Value] = {name: getattr(room, name) for name in Counted._fields}
    same = " AND ".join(f"{name} = :{name}" for name in was if name != "gone")
    same += " AND (gone = :gone OR attribute_not_exists(gone))"
    try:
        table.write(writes.update(key(room.id), {**counted._asdict()}, only_if=same, values=was))
    except ConditionFailed:
        return False
    return True
