"""Messages. Keys in the Messages table, whose stream feeds the settle worker:

message        pk `ROOM#<room id>`      sk `<ts>#<id>`   a room's messages in the order of time
earlier        pk `HISTORY#<room id>`   sk `<ts>#<id>`   what messages were before a change (Message_KeepHistory)
by id          pk `MSG#<id>`            sk `MSG`         where the message of this id lies
report         pk `REPORTS`             sk `<ts>#<id>`   what somebody reported to the administrators, with a copy
entries        see store/message_lists.py: pins, stars, mentions, threads, changes, tombstones

A join or leave in a room that takes no system messages is a hidden message of one day (a silent tally): it lies among
the others, because the worker relies on the order of a room's records in the stream.

Attributes of a message: `doc`, its body; beside it what several people change at once, each by an atomic update of
its own: `reaction :smile:` (usernames in order), `starred`, `replies`, `followers`, `last_reply`; `version` rises with
every change, and `changed` is when one of these changed last. `tally` says what the message adds to its room.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from pimentachat import clock, ids
from pimentachat.clock import Instant
from pimentachat.errors.base import ChatError
from pimentachat.models.messages import Edit, Message, Tally
from pimentachat.store import message_lists as lists
from pimentachat.store import search_segments, table, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_ROOM: Final = "ROOM#"
_HISTORY: Final = "HISTORY#"
_BEHIND: Final = "~"
"""Begins the places of earlier versions, which come behind those of all messages."""
_REACTION: Final = "reaction "
STARS_MOST: Final = 1000
"""How many people can star one message, or follow one thread."""


def key(room_id: str, ts: str, message_id: str) -> Key:
    return Key("messages", f"{_ROOM}{room_id}", f"{ts}#{message_id}")


def key_of(message: Message) -> Key:
    place = key(message.room_id, message.sent_at, message.id)
    return place._replace(pk=f"{_HISTORY}{message.room_id}") if message.earlier else place


def place_of(message: Message) -> str:
    """Where a message lies among those of its room, as text that a job can keep: for `walk`, `walk_earlier` and
    `batch`."""
    return f"{_BEHIND if message.earlier else ''}{key_of(message).sk}"


def id_key(message_id: str) -> Key:
    return Key("messages", f"MSG#{message_id}", "MSG")


def _item(message: Message) -> dict[str, Value | None]:
    item: dict[str, Value | None] = {"doc": dump(message.body()), "version": message.version}
    if message.tally:
        item["tally"] = message.tally.text()
        if message.tally.silent:
            item["expires_at"] = clock.epoch_seconds(clock.DAY)
    return item


def message_of(item: Item) -> Message:
    """The message that an item of the table or of its stream holds."""
    message = Message.of(
        load(item["doc"]),
        version=item["version"],
        reactions={name.removeprefix(_REACTION): names for name, names in item.items() if name.startswith(_REACTION)},
        starred=item.get("starred", set()),
        replies=item.get("replies", 0),
        last_reply_at=item.get("last_reply"),
        followers=item.get("followers", set()),
        tally=Tally.parse(item["tally"]) if "tally" in item else None,
    )
    return replace(message, updated_at=max(message.updated_at, item.get("changed", "")))


def is_message(item: Item) -> bool:
    """Whether an item of the stream is a message."""
    return str(item["pk"]).startswith(_ROOM)


def additions(message: Message) -> list[Write]:
    """Stores a message and its entries, that by its id first, for a transaction or a batch."""
    if message.tally and message.tally.silent:
        return [writes.put(key_of(message), _item(message))]
    return [_by_id(message), writes.put(key_of(message), _item(message)), *lists.additions(message)]


def add_imported(some: Iterable[Message]) -> None:
    """Stores messages of another server with everything that several people did to them, marked so that the settle
    worker tells nobody of them. They are counted by `imported_in` and `rooms.count_imported`."""
    together: list[Write] = []
    by_id: list[Write] = []
    for message in some:
        found, own, *entries = additions(replace(message, tally=None))
        by_id.append(found)
        together += [writes.put(own.key, {**own.attributes, **_shared(message), _IMPORTED: True}), *entries]
        if message.thread_id:
            together.append(lists.listed_reply(message.thread_id, message))
    table.write_many(together)
    # Last: a message of which this is there is there as a whole, and is not stored again.
    table.write_many(by_id)


_IMPORTED: Final = "imported"


def _shared(message: Message) -> dict[str, Value | None]:
    """What several people change at once, as it stands."""
    return {
        **{f"{_REACTION}{emoji}": names for emoji, names in message.reactions.items() if names},
        "starred": message.starred,
        "replies": message.replies or None,
        "last_reply": message.last_reply_at,
        "followers": message.followers,
    }


def is_imported(item: Item) -> bool:
    """Whether an item of the stream is a message that came from another server: nothing follows from it."""
    return _IMPORTED in item


def imported_in(room_id: str) -> Iterator[Message]:
    """The messages of a room that came from another server, oldest first."""
    for item in table.query("messages", f"{_ROOM}{room_id}", batch=500, consistent=True):
        if is_imported(item):
            yield message_of(item)


def taken(message_ids: Iterable[str]) -> set[str]:
    """Those of the ids that some message has."""
    found = table.get_many(map(id_key, message_ids))
    return {key.pk.removeprefix("MSG#") for key, where in found.items() if where}


def _by_id(message: Message) -> Write:
    return writes.put(id_key(message.id), {"room_id": message.room_id, "ts": message.sent_at})


def add(message: Message) -> None:
    """Stores a message under an id that we made."""
    table.write_many(additions(message))


def add_once(message: Message, *, otherwise: ChatError, also: Sequence[Write] = ()) -> None:
    """Stores a message under an id that was chosen before, unless there is one of this id; `also` are more writes for
    the same transaction.

    Raises:
        ChatError: `otherwise`, when the id is taken; nothing was stored and nobody's message was touched.
    """
    by_id, *others = additions(message)
    table.transact(writes.put_new(by_id.key, by_id.attributes, otherwise=otherwise), *others, *also)


def stored(message: Message) -> bool:
    """Whether a message is in its room at this moment."""
    return table.reread(key_of(message)) is not None


def complete(message: Message) -> None:
    """Adds the entries of a message whose storing was cut off in the middle; nothing happens when it is gone."""
    if message.tally and message.tally.silent:
        return
    try:
        table.transact(writes.check(key_of(message), writes.EXISTS), _by_id(message), *lists.additions(message))
    except ConditionFailed:
        return


def without_tally(message: Message) -> Write:
    """Takes the tally away from a message that has one, for the transaction that counts it by hand."""
    return writes.update(key_of(message), {"tally": None}, only_if="attribute_exists(tally)")


def at(room_id: str, ts: str, message_id: str) -> Message | None:
    """The message at a place."""
    item = table.get(key(room_id, ts, message_id))
    return message_of(item) if item else None


def reread(message: Message) -> Message | None:
    """The message as others have left it at this moment."""
    item = table.reread(key_of(message))
    return message_of(item) if item else None


def find(message_id: str) -> Message | None:
    where = table.get(id_key(message_id))
    return at(where["room_id"], where["ts"], message_id) if where else None


def find_at(room_id: str, places: Iterable[tuple[Instant, str]]) -> list[Message]:
    """Messages of a room by their times and ids, in the order asked; as of a moment ago."""
    found = table.get_many((key(room_id, ts, message_id) for ts, message_id in places), consistent=False)
    return [message_of(item) for item in found.values() if item]


def room_of(message_id: str) -> str | None:
    """The id of the room in which the message of this id lies."""
    where = table.get(id_key(message_id))
    return where["room_id"] if where else None


def key_by_id(message_id: str) -> tuple[Key, str] | None:
    """The key of the message of this id, and the id of its room."""
    where = table.get(id_key(message_id))
    return (key(where["room_id"], where["ts"], message_id), where["room_id"]) if where else None


def places_of(message_ids: Iterable[str]) -> list[lists.Place]:
    """Where the messages of these ids lie."""
    found = table.get_many(map(id_key, message_ids))
    return [lists.Place(where["ts"], key.pk.removeprefix("MSG#")) for key, where in found.items() if where]


def find_many(room_id: str, places: Iterable[lists.Place]) -> list[Message]:
    """Those of a room's messages that are there and to be seen, in the order asked."""
    found = table.get_many(key(room_id, place.ts, place.id) for place in places)
    return [message for item in found.values() if item and not (message := message_of(item)).hidden]


def walk(
    room_id: str,
    *,
    after: str = "",
    before: str = "",
    inclusive: bool = False,
    forward: bool = False,
    batch: int | None = None,
    hidden: bool = False,
    behind: str | None = None,
) -> Iterator[Message]:
    """A room's messages between two instants (exclusive, or with `inclusive` both ends included), newest first or
    oldest first, read `batch` at a time. Those out of sight are left out, unless `hidden` asks for them (silent tallies
    are no messages); `behind` a place (`place_of`) means only those that are newer."""
    within = _between(after, before, inclusive=inclusive, forward=forward, behind=behind)
    if within is None:
        return
    for item in table.query("messages", f"{_ROOM}{room_id}", within, batch=batch, consistent=True):
        message = message_of(item)
        if not message.hidden or (hidden and not (message.tally and message.tally.silent)):
            yield message


def walk_earlier(
    room_id: str,
    *,
    after: str = "",
    before: str = "",
    inclusive: bool = False,
    until: str = "",
    batch: int | None = None,
    behind: str | None = None,
) -> Iterator[Message]:
    """Earlier versions of a room's messages between two instants, oldest first; `until` a third one, which is included.
    `behind` a place, which may be one of `walk`."""
    place = behind.removeprefix(_BEHIND) if behind and behind.startswith(_BEHIND) else None
    within = _between(after, before, inclusive=inclusive, forward=True, behind=place)
    if within is None:
        return
    if until:
        within = replace(within, high=min(within.high, f"{until}~"))
    for item in table.query("messages", f"{_HISTORY}{room_id}", within, batch=batch, consistent=True):
        yield message_of(item)


def _between(after: str, before: str, *, inclusive: bool, forward: bool, behind: str | None) -> Range | None:
    """None: nothing lies there."""
    # "#" sorts before every character of an instant and "~" after, so bounds on the instant are bounds on the whole
    # key.
    low = after + ("" if inclusive else "~")
    high = (before + ("~" if inclusive else "")) if before else "~"
    if after and before and low >= high:
        return None
    low = low if after else "0"
    if behind:
        low = max(low, f"{behind} ")
        if low > high:
            return None
    return Range(low=low, high=high, forward=forward)


def batch(room_id: str, *, after: str, most: int) -> list[Message]:
    """The next messages of a room behind a place, in the order of time, hidden ones too; behind all of them the earlier
    versions."""
    found: list[Item] = []
    if not after.startswith(_BEHIND):
        found = _next(f"{_ROOM}{room_id}", after, most)
    if not found:
        found = _next(f"{_HISTORY}{room_id}", after[1:] if after.startswith(_BEHIND) else "", most)
    return [message_of(item) for item in found]


def _next(pk: str, after: str, most: int) -> list[Item]:
    return list(table.query("messages", pk, Range(start=after), limit=most, consistent=True))


def newest_ordinary(room_id: str) -> Message | None:
    """The newest visible message that is no system message."""
    return next((message for message in walk(room_id, batch=10) if not message.system), None)


def change(
    message: Message, edit: Callable[[Message], Message], *, also: Iterable[Write] = (), kept: Edit | None = None
) -> Message | None:
    """Applies `edit` to the body of the stored message (`table.change`) and to what lists it; `also` are more writes
    for the same transaction. With `kept`, who changes it and when, what it was is kept as an earlier version. None: it
    is gone."""

    def edited(before: Message) -> Message:
        after = edit(before)
        return before if after is before else replace(after, version=before.version + 1, updated_at=clock.now_text())

    def save(before: Message, after: Message) -> list[Write]:
        told = [] if before.earlier else _told(before, after)
        return [_body(before, after), *lists.moves(before, after), *told, *_earlier(before, kept), *also]

    return table.change(key_of(message), message_of, edited, save)


def _told(before: Message, after: Message) -> list[Write]:
    """For those who ask what changed, and for search."""
    gone = after.hidden and not before.hidden
    trace = lists.buried if gone else lists.changed
    return [trace(after, after.updated_at), *([lists.edited(after)] if after.text != before.text else [])]


def _earlier(before: Message, kept: Edit | None) -> list[Write]:
    if kept is None:
        return []
    version = before.earlier_version(ids.new_id(), kept)
    return [writes.put(key_of(version), _item(version))]


def _body(before: Message, after: Message) -> Write:
    return writes.update(
        key_of(before),
        {"doc": dump(after.body()), "version": after.version},
        remove=[f"{_REACTION}{emoji}" for emoji in before.reactions if emoji not in after.reactions],
        only_if="version = :was",
        values={"was": before.version},
    )


def star(message: Message, user_id: str) -> bool:
    """Stars a message for a user. False: it is starred already, is gone, or too many have done so."""
    now = clock.now_text()
    update = writes.update(
        key_of(message),
        {"changed": now},
        add={"starred": {user_id}, "version": 1},
        only_if=f"{writes.EXISTS} AND NOT contains(starred, :me) AND {_few('starred')}",
        values={"me": user_id, "most": STARS_MOST},
    )
    return _happens(update, lists.star(message, user_id), lists.changed(message, now))


def _few(name: str) -> str:
    return f"(attribute_not_exists({name}) OR size({name}) < :most)"


def unstar(message: Message, user_id: str) -> bool:
    """Takes a user's star away. False: there is none."""
    now = clock.now_text()
    update = writes.update(
        key_of(message),
        {"changed": now},
        add={"version": 1},
        drop={"starred": {user_id}},
        only_if=f"{writes.EXISTS} AND contains(starred, :me)",
        values={"me": user_id},
    )
    return _happens(update, lists.unstar(message, user_id), lists.changed(message, now))


def _happens(*changes: Write) -> bool:
    try:
        table.transact(*changes)
    except ConditionFailed:
        return False
    return True


def follow(parent: Message, user_id: str) -> bool:
    """Adds a user to those who follow a thread. False: they do, the message is gone, or too many follow it."""
    now = clock.now_text()
    update = writes.update(
        key_of(parent),
        {"changed": now},
        add={"followers": {user_id}, "version": 1},
        only_if=f"{writes.EXISTS} AND NOT contains(followers, :me) AND {_few('followers')}",
        values={"me": user_id, "most": STARS_MOST},
    )
    return _happens(update, lists.changed(parent, now))


def unfollow(parent: Message, user_id: str) -> bool:
    """Takes a user off those who follow a thread. False: they do not."""
    now = clock.now_text()
    update = writes.update(
        key_of(parent),
        {"changed": now},
        add={"version": 1},
        drop={"followers": {user_id}},
        only_if=f"{writes.EXISTS} AND contains(followers, :me)",
        values={"me": user_id},
    )
    return _happens(update, lists.changed(parent, now))


def report(message: Message, by_id: str, description: str) -> None:
    """Keeps what somebody reports, with the message as it is."""
    now = clock.now_text()
    told = {"message": message.wire(), "description": description, "ts": now, "userId": by_id, "_updatedAt": now}
    table.write(writes.put_new(Key("messages", "REPORTS", f"{now}#{ids.new_id()}"), {"doc": dump(told)}))


def react(message: Message, emoji: str, username: str) -> Message | None:
    """Appends a username to a reaction, however many do so at once. None: it is there already, or the message is
    gone."""
    held = message.reactions.get(emoji, [])
    if username in held:
        return None
    # What is answered is what is stored: a clock may be behind that of who changed the message before.
    now = max(message.updated_at, clock.now_text())
    if _together(_reaction(message, emoji, username, now, only_if="version = :was", was=message.version), message, now):
        return _with_reaction(message, emoji, [*held, username], now)
    now = clock.now_text()
    table.write(lists.changed(message, now))
    absent = f"{writes.EXISTS} AND NOT contains(#reaction, :me)"
    try:
        return message_of(table.write(_reaction(message, emoji, username, now, only_if=absent, me=username)))
    except ConditionFailed:
        return None


def _reaction(message: Message, emoji: str, username: str, now: Instant, *, only_if: str, **values: Value) -> Write:
    name = f"{_REACTION}{emoji}"
    return writes.update(
        key_of(message),
        {"changed": now},
        append={name: username},
        add={"version": 1},
        only_if=only_if,
        names={"#reaction": name} if "#reaction" in only_if else {},
        values=values,
    )


def _with_reaction(message: Message, emoji: str, usernames: list[str], now: Instant) -> Message:
    left = {**message.reactions, emoji: usernames}
    return replace(message, reactions=left, version=message.version + 1, updated_at=max(message.updated_at, now))


def _together(change: Write, message: Message, now: Instant) -> bool:
    """Carries out a change of a message with the note of it, on condition that nobody else changes it. False: somebody
    does, or has done so since it was read. Where many do so at once, a transaction would make them wait for each other:
    then the note comes first and the change by itself, so that whoever reads what changed misses nothing."""
    try:
        return table.transact_once(change, lists.changed(message, now))
    except ConditionFailed:
        return False


def _reaction_change(before: Message, after: Message, emoji: str) -> Write:
    """Replaces the list of a reaction, only while the message is the one that was read: nobody else's is lost."""
    return writes.update(
        key_of(before),
        {f"{_REACTION}{emoji}": after.reactions[emoji] or None, "changed": after.updated_at},
        add={"version": 1},
        only_if="version = :was",
        values={"was": before.version},
    )


def unreact(message: Message, emoji: str, username: str) -> Message | None:
    """Takes a username out of a reaction. None: it is not there, or the message is gone."""
    now = clock.now_text()

    def without(before: Message) -> Message:
        held = before.reactions.get(emoji, [])
        left = [each for each in held if each != username]
        return before if left == held else _with_reaction(before, emoji, left, now)

    def save(before: Message, after: Message) -> list[Write]:
        return [_reaction_change(before, after, emoji)]

    after = without(message)
    if after is not message and _together(_reaction_change(message, after, emoji), message, now):
        return after
    now = clock.now_text()
    table.write(lists.changed(message, now))
    changed = table.change(key_of(message), message_of, without, save)
    return changed if changed and emoji in changed.reactions and username not in changed.reactions[emoji] else None


def rename_reaction(message: Message, emoji: str, former: str, username: str) -> Message | None:
    """Lets a reaction follow the username of who reacted. None: it is not there, or the message is gone."""
    now = clock.now_text()

    def edited(before: Message) -> Message:
        held = before.reactions.get(emoji, [])
        if former not in held:
            return before
        names = list(dict.fromkeys(username if each == former else each for each in held))
        changed = {**before.reactions, emoji: names}
        return replace(before, reactions=changed, version=before.version + 1, updated_at=now)

    def save(before: Message, after: Message) -> list[Write]:
        return [_reaction_change(before, after, emoji), lists.changed(before, now)]

    return table.change(key_of(message), message_of, edited, save)


def add_reply(parent: Message, reply: Message) -> bool:
    """Lists a reply under its parent and counts it there, once, however often it is called. False: nothing was left
    to do, or one of the two is gone.

    A transaction, unlike what a post does to its room: people reply to one message far more rarely than they post. The
    place of the thread among those of its room is no part of it, once it has one: there it would cost twice as much.
    """
    # Who wrote the first message follows from the first reply on, and may stop following.
    followers = {reply.author.id} if parent.replies > 0 else {parent.author.id, reply.author.id}
    counted = writes.update(
        key_of(parent),
        {"last_reply": reply.sent_at, "changed": clock.now_text()},
        add={"replies": 1, "version": 1, "followers": followers},
        only_if=writes.EXISTS,
    )
    if parent.replies <= 0:
        return _happens(counted, lists.new_reply(parent, reply), lists.thread(parent, reply))
    happened, moved = table.side_by_side(
        partial(_happens, counted, lists.new_reply(parent, reply)), partial(lists.move_thread, parent, reply)
    )
    if happened and not moved:
        # The reply before was deleted at this moment, and the thread with it.
        _happens(writes.check(key_of(parent), "replies > :none", none=0), lists.thread(parent, reply))
    return happened


def remove_reply(parent: Message, reply: Message) -> None:
    """Takes a reply that is gone off the list of its parent and counts it no more, once, however often it is called,
    and sees to it that nobody counts it later."""
    counted = writes.update(
        key_of(parent),
        {"changed": clock.now_text()},
        add={"replies": -1, "version": 1},
        only_if=writes.EXISTS,
    )
    if not _happens(lists.end_of_reply(parent, reply), counted):
        table.write(lists.bar_reply(parent, reply))
        return
    now = reread(parent)
    if now and now.replies <= 0:
        # Unless somebody replies at this moment.
        _happens(writes.check(key_of(parent), "replies <= :none", none=0), lists.end_of_thread(parent))


def remove(message: Message, *, also: Iterable[Write] = ()) -> bool:
    """Takes a message away and leaves its trace for 30 days; `also` are more writes for the same transaction. False: it
    was gone already."""
    there = writes.delete(key_of(message), only_if=writes.EXISTS)
    if message.earlier:
        return _happens(there, *also)
    return _happens(
        there,
        writes.delete(id_key(message.id)),
        lists.buried(message, clock.now_text()),
        *lists.moves(message, None),
        *also,
    )


def cleanings(message: Message) -> list[Write]:
    """Takes a message away for good, for a transaction with others, only while it is as it was read. One that was out
    of sight has left its trace already."""
    unchanged = writes.delete(key_of(message), only_if="version = :was", values={"was": message.version})
    if message.earlier:
        return [unchanged]
    return [
        unchanged,
        writes.delete(id_key(message.id)),
        *([] if message.hidden else [lists.buried(message, clock.now_text())]),
        *lists.moves(message, None),
    ]


def writes_of_cleaning(message: Message) -> int:
    """How many writes `cleanings` has at most."""
    return 1 if message.earlier else 3 + lists.moves_of_end(message)


def remove_all(room_id: str, *, most: int) -> bool:
    """Takes away up to `most` messages of a room that is gone. True: none is left."""
    for pk in (f"{_ROOM}{room_id}", f"{_HISTORY}{room_id}", *lists.traces(room_id), search_segments.partition(room_id)):
        items = list(table.query("messages", pk, limit=most, consistent=True))
        beside = [key for item in items if is_message(item) for key in _keys_beside(message_of(item))]
        table.write_many([writes.delete(key) for key in dict.fromkeys((*beside, *map(_key_in, items)))])
        if len(items) == most:
            return False
    return True


def _key_in(item: Item) -> Key:
    return Key("messages", item["pk"], item["sk"])


def _keys_beside(message: Message) -> list[Key]:
    return [id_key(message.id), *lists.keys_beside(message)]


def relations(item: Item) -> Relations | None:
    """What a message, or its entry by id, has to do with others."""
    if item["sk"] == "MSG":
        message_id = item["pk"].removeprefix("MSG#")
        return Relations("message by id", follows=key(item["room_id"], item["ts"], message_id), entry=True)
    if not is_message(item):
        return None
    message = message_of(item)
    if message.tally and message.tally.silent:
        return Relations("silent tally", rooms=[message.room_id])
    needs = [_by_id(message), *lists.additions(message)]
    parents: list[str] = []
    if message.thread_id and not message.hidden and not message.system:
        needs.append(lists.listed_reply(message.thread_id, message))
        parents = [message.thread_id]
    files = [message.file.id] if message.file and not message.hidden else []
    return Relations("message", needs=needs, rooms=[message.room_id], messages=parents, files=files)


def count_replies_anew(parent: Message) -> None:
    """Lets the first message of a thread know of all replies that are listed under it."""
    replies = find_many(parent.room_id, lists.replies(parent.id))
    if not replies:
        return
    last, now = max(reply.sent_at for reply in replies), clock.now_text()
    followers = parent.followers | {reply.author.id for reply in replies} | ({parent.author.id} - parent.followers)
    after = replace(parent, replies=len(replies), last_reply_at=last, followers=followers)
    update = writes.update(
        key_of(parent),
        {"replies": len(replies), "last_reply": last, "changed": now},
        add={"version": 1, "followers": followers},
        only_if="version = :was",
        values={"was": parent.version},
    )
    _happens(update, lists.changed(parent, now), *(each for each in lists.additions(after) if each.attributes))


def recount_replies(message: Message, replies: int) -> bool:
    """Puts a number of replies that was counted anew in the place of the one that was read. False: somebody changed it
    meanwhile."""
    was, now = message.replies, clock.now_text()
    update = writes.update(
        key_of(message),
        {"replies": replies, "changed": now},
        add={"version": 1},
        only_if="replies = :was",
        values={"was": was},
    )
    return _happens(update, lists.changed(message, now), *([] if replies else [lists.end_of_thread(message)]))
