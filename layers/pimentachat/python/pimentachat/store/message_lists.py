"""Lists of messages: entries that say where a message lies, without its body. Keys in the Messages table:

pinned      pk `PINS#<room id>`                sk `<ts>#<id>`
starred     pk `STARS#<user id>#<room id>`     sk `<ts>#<id>`
mention     pk `MENTIONS#<user id>#<room id>`  sk `<ts>#<id>`
thread      pk `THREADS#<room id>`             sk `<ts>#<id>`   its first message; `tlm` is the time of the last reply
reply       pk `THREAD#<parent id>`            sk `<ts>#<id>`
edit        pk `EDITS#<room id>`               sk `<ts>#<id>`   whose text changed and that search has not packed since
change      pk `CHANGES#<room id>`             sk `<instant>#<id>`   what changed after it was posted, 30 days
tombstone   pk `TRASH#<room id>`               sk `<instant>#<id>`   what was deleted, 30 days

The first four follow from the message (`entries`): whatever changes it, changes them in the same transaction. None of
the prefixes begins with that of a message, so that the stream brings no entry to the settle worker. An entry is some
100 bytes: one round trip reads ten thousand of them, so a list reads its entries whole and knows its total exactly.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final, NamedTuple

from pimentachat import clock
from pimentachat.clock import Instant
from pimentachat.models.messages import EVERYBODY, Message
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_KEPT: Final = 30 * clock.DAY
_LISTED_MOST: Final = 100_000


class Place(NamedTuple):
    """Where a message lies in its room."""

    ts: Instant
    id: str


class Touched(NamedTuple):
    """A message that changed, or is gone, and where that is noted: such notes lie in the order of time."""

    note: str
    place: Place


class Tombstone(NamedTuple):
    deleted_at: Instant
    id: str
    thread_id: str | None
    """The message that it was a reply to."""


def _pins(room_id: str) -> str:
    return f"PINS#{room_id}"


def _stars(user_id: str, room_id: str) -> str:
    return f"STARS#{user_id}#{room_id}"


def _mentions(user_id: str, room_id: str) -> str:
    return f"MENTIONS#{user_id}#{room_id}"


def _threads(room_id: str) -> str:
    return f"THREADS#{room_id}"


def _replies(parent_id: str) -> str:
    return f"THREAD#{parent_id}"


def _changes(room_id: str) -> str:
    return f"CHANGES#{room_id}"


def _edits(room_id: str) -> str:
    return f"EDITS#{room_id}"


def _trash(room_id: str) -> str:
    return f"TRASH#{room_id}"


def _key(pk: str, message: Message) -> Key:
    return Key("messages", pk, f"{message.sent_at}#{message.id}")


# --- what follows from a message


def entries(message: Message) -> set[Key]:
    """The keys under which a message is listed as it is now; none for what nobody sees, or what a room says."""
    if message.hidden or message.system:
        return set()
    partitions = [_mentions(person.id, message.room_id) for person in message.mentions or [] if person.id not in _ALL]
    partitions += [_stars(user_id, message.room_id) for user_id in message.starred]
    if message.pinned:
        partitions.append(_pins(message.room_id))
    if message.replies > 0:
        partitions.append(_threads(message.room_id))
    return {_key(pk, message) for pk in partitions}


_ALL: Final = frozenset(EVERYBODY)


def additions(message: Message) -> list[Write]:
    """Lists a message as it is now."""
    threads = _threads(message.room_id)
    tlm: dict[str, Value | None] = {"tlm": message.last_reply_at}
    return [writes.put(key, tlm if key.pk == threads else {}) for key in sorted(entries(message))]


def moves(before: Message, after: Message | None) -> list[Write]:
    """What a change, or (None) the end, of a message does to its entries, for the transaction that changes it. What
    does not fit into one is taken away at once: the message is on its way out of those lists."""
    then, now = (entries(before), entries(after)) if after else (_all_entries(before), set[Key]())
    gone = sorted(then - now)
    table.write_many([writes.delete(key) for key in gone[_TOGETHER:]])
    return [
        *(writes.delete(key) for key in gone[:_TOGETHER]),
        *(writes.put(key, {}) for key in sorted(now - then)),
    ]


def _all_entries(message: Message) -> set[Key]:
    """With the note for search that its text was edited."""
    return entries(message) | ({_key(_edits(message.room_id), message)} if message.edit else set())


def moves_of_end(message: Message) -> int:
    """How many changes `moves` has for the end of a message."""
    return min(len(_all_entries(message)), _TOGETHER)


# A transaction takes 100 changes, and a message may come to mention 50 people.
_TOGETHER: Final = 40


def star(message: Message, user_id: str) -> Write:
    return writes.put(_key(_stars(user_id, message.room_id), message), {})


def unstar(message: Message, user_id: str) -> Write:
    return writes.delete(_key(_stars(user_id, message.room_id), message))


def changed(message: Message, at: Instant) -> Write:
    """Notes that a message that was posted before has changed."""
    key = Key("messages", _changes(message.room_id), f"{at}#{message.id}")
    return writes.put(key, {"ts": message.sent_at, "expires_at": clock.epoch_seconds(_KEPT)})


def edited(message: Message) -> Write:
    """Notes that the text of a message has changed, for search."""
    return writes.put(_key(_edits(message.room_id), message), {})


def edits(room_id: str, *, most: int) -> list[Place]:
    """Messages whose texts have changed and that search has not packed since."""
    return [_place(item) for item in table.query("messages", _edits(room_id), limit=most)]


def forget_edits(room_id: str, places: Iterable[Place]) -> None:
    pk = _edits(room_id)
    table.write_many([writes.delete(Key("messages", pk, f"{place.ts}#{place.id}")) for place in places])


def buried(message: Message, at: Instant) -> Write:
    """Notes that a message is gone: its id and place, and nothing of what it said."""
    key = Key("messages", _trash(message.room_id), f"{at}#{message.id}")
    fields = {"ts": message.sent_at, "tmid": message.thread_id, "expires_at": clock.epoch_seconds(_KEPT)}
    return writes.put(key, fields)


# --- threads


def new_reply(parent: Message, reply: Message) -> Write:
    """Lists a reply under its parent, unless it is listed or gone."""
    return writes.put_new(_key(_replies(parent.id), reply), {})


def thread(parent: Message, reply: Message) -> Write:
    """Lists the first message of a thread among those of its room, as of its last reply."""
    return writes.put(_key(_threads(parent.room_id), parent), {"tlm": reply.sent_at})


def move_thread(parent: Message, reply: Message) -> bool:
    """Moves a thread that is listed to the time of a later reply. False: it is not listed."""
    older = f"{writes.EXISTS} AND (attribute_not_exists(tlm) OR tlm < :at)"
    key = _key(_threads(parent.room_id), parent)
    try:
        table.write(writes.update(key, {"tlm": reply.sent_at}, only_if=older, values={"at": reply.sent_at}))
    except ConditionFailed as held:
        return held.item is not None
    return True


def has_reply(parent: Message, reply: Message) -> bool:
    """Whether a reply is listed, or gone."""
    return table.reread(_key(_replies(parent.id), reply)) is not None


def end_of_reply(parent: Message, reply: Message) -> Write:
    """Takes a reply off the list of its parent, only while it is there; nobody lists it again."""
    there = f"{writes.EXISTS} AND attribute_not_exists(gone)"
    return writes.update(_key(_replies(parent.id), reply), _barred(), only_if=there)


def bar_reply(parent: Message, reply: Message) -> Write:
    """Sees to it that a reply that is gone, and was not listed yet, never will be."""
    return writes.put(_key(_replies(parent.id), reply), _barred())


def _barred() -> dict[str, Value | None]:
    return {"gone": True, "expires_at": clock.epoch_seconds(clock.DAY)}


def forget_reply(parent_id: str, place: Place) -> None:
    """Takes a reply off the list of a parent that is gone."""
    table.write(writes.delete(Key("messages", _replies(parent_id), f"{place.ts}#{place.id}")))


def end_of_thread(parent: Message) -> Write:
    return writes.delete(_key(_threads(parent.room_id), parent))


# --- reading


def _places(pk: str) -> list[Place]:
    return [_place(item) for item in _listed(pk) if not item.get("gone")]


def _place(item: Item) -> Place:
    ts, _, message_id = item["sk"].partition("#")
    return Place(ts, message_id)


def _listed(pk: str, within: Range | None = None) -> Iterable[Item]:
    return islice(table.query("messages", pk, within, consistent=True), _LISTED_MOST)


def pinned(room_id: str) -> list[Place]:
    """Oldest first, as all of these."""
    return _places(_pins(room_id))


def starred(user_id: str, room_id: str) -> list[Place]:
    return _places(_stars(user_id, room_id))


def mentioning(user_id: str, room_id: str) -> list[Place]:
    return _places(_mentions(user_id, room_id))


def replies(parent_id: str) -> list[Place]:
    return _places(_replies(parent_id))


def threads(room_id: str) -> list[Place]:
    """First messages of threads, in the order of their last replies."""
    found = sorted(_listed(_threads(room_id)), key=lambda item: str(item.get("tlm", "")))
    return [_place(item) for item in found]


def changed_since(room_id: str, moment: Instant) -> list[Place]:
    """What changed after a moment, as far as 30 days back; a message may be there several times."""
    found = _listed(_changes(room_id), Range(low=moment, high="~"))
    return list(dict.fromkeys(Place(item["ts"], item["sk"].partition("#")[2]) for item in found if not _over(item)))


def buried_since(room_id: str, moment: Instant) -> list[Tombstone]:
    """What was deleted after a moment, as far as 30 days back, in the order of deletion."""
    found = _listed(_trash(room_id), Range(low=f"{moment}~", high="~"))
    pairs = ((item, *item["sk"].partition("#")) for item in found if not _over(item))
    return [Tombstone(at, message_id, item.get("tmid")) for item, at, _, message_id in pairs]


def touched(room_id: str, after: str, *, most: int) -> list[Touched]:
    """What changed or was deleted after a moment, or a note (`Touched.note`), the first of it, in that order; fewer
    than `most` are all."""
    within = Range(low=f"{after} ", high="~")
    found = [
        Touched(item["sk"], Place(item["ts"], item["sk"].partition("#")[2]))
        for pk in (_changes(room_id), _trash(room_id))
        for item in table.query("messages", pk, within, limit=most, consistent=True)
    ]
    return sorted(found)[:most]


def _over(item: Item) -> bool:
    return int(item["expires_at"]) <= clock.epoch_seconds()


# --- emptying a room


def keys_beside(message: Message) -> list[Key]:
    """Everything that lists a message, and the list of its replies, for a room that is gone."""
    beside = sorted(entries(message))
    if message.replies > 0 or message.followers:
        beside += [Key("messages", item["pk"], item["sk"]) for item in _listed(_replies(message.id))]
    return beside


def traces(room_id: str) -> list[str]:
    """The partitions of a room's edits, changes and tombstones."""
    return [_edits(room_id), _changes(room_id), _trash(room_id)]


# --- what an entry belongs to


def listed_reply(parent_id: str, reply: Message) -> Write:
    """Lists a reply under its parent, whose number of replies counts it already."""
    return writes.put(_key(_replies(parent_id), reply), {})


def count_replies(parent_id: str) -> int:
    """How many replies are listed under a message."""
    return sum(not item.get("gone") for item in table.query("messages", _replies(parent_id), consistent=True))


_OF_ROOMS: Final = {"CHANGES": "note of a change", "TRASH": "tombstone"}
_OF_MESSAGES: Final = {"PINS": "pin", "THREADS": "thread", "STARS": "star", "MENTIONS": "mention"}


def relations(item: Item, key_of: Callable[[str, str, str], Key]) -> Relations | None:
    """What an entry has to do with others. `key_of` makes the key of a message (store/messages.py)."""
    prefix, _, rest = str(item["pk"]).partition("#")
    place = _place(item)
    if prefix in _OF_ROOMS:
        return Relations(_OF_ROOMS[prefix], rooms=[rest], entry=True)
    if prefix in _OF_MESSAGES:
        return Relations(_OF_MESSAGES[prefix], follows=key_of(rest.rpartition("#")[2], place.ts, place.id), entry=True)
    if prefix == "EDITS":
        return Relations("note of an edit", messages=[place.id], entry=True)
    if prefix == "THREAD" and not item.get("gone"):
        return Relations("reply", messages=[rest, place.id], entry=True)
    return None
