"""Messages. Keys in the Messages table, whose stream feeds the settle worker:

message        pk `ROOM#<room id>`      sk `<ts>#<id>`   a room's messages in the order of time
by id          pk `MSG#<id>`            sk `MSG`         where the message of this id lies
trash          pk `TRASH#<room id>`     sk `<ts of deletion>#<id>`   deleted messages, 30 days
thread reply   pk `THREAD#<parent id>`  sk `<ts>#<id>`   the replies to a message
mention        pk `MENTION#<room id>#<user id>`   sk `<ts>#<id>`   messages of a room that name a user

A join or leave in a room that takes no system messages is a hidden message of one day (a silent tally): it lies among
the others, because the worker relies on the order of a room's records in the stream.

Attributes of a message: `doc`, its body; beside it what several people change at once, each by an atomic update of
its own: `reaction :smile:` (usernames in order), `starred`, `replies`, `followers`, `last_reply`; `version` rises with
every change. `tally` says what the message adds to its room.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from pimentachat import clock
from pimentachat.errors.base import ChatError
from pimentachat.models.messages import EVERYBODY, Message, Tally
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_ROOM: Final = "ROOM#"
_REACTION: Final = "reaction "
_KEPT: Final = 30 * clock.DAY


def key(room_id: str, ts: str, message_id: str) -> Key:
    return Key("messages", f"{_ROOM}{room_id}", f"{ts}#{message_id}")


def key_of(message: Message) -> Key:
    return key(message.room_id, message.sent_at, message.id)


def place_of(message: Message) -> str:
    """Where a message lies among those of its room, as text that a job can keep."""
    return key_of(message).sk


def id_key(message_id: str) -> Key:
    return Key("messages", f"MSG#{message_id}", "MSG")


def _trash(room_id: str) -> str:
    return f"TRASH#{room_id}"


def _item(message: Message) -> dict[str, Value | None]:
    item: dict[str, Value | None] = {"doc": dump(message.body()), "version": message.version}
    if message.tally:
        item["tally"] = message.tally.text()
        if message.tally.silent:
            item["expires_at"] = clock.epoch_seconds(clock.DAY)
    return item


def message_of(item: Item) -> Message:
    """The message that an item of the table or of its stream holds."""
    return Message.of(
        load(item["doc"]),
        version=item["version"],
        reactions={name.removeprefix(_REACTION): names for name, names in item.items() if name.startswith(_REACTION)},
        starred=item.get("starred", set()),
        replies=item.get("replies", 0),
        last_reply_at=item.get("last_reply"),
        followers=item.get("followers", set()),
        tally=Tally.parse(item["tally"]) if "tally" in item else None,
    )


def is_message(item: Item) -> bool:
    """Whether an item of the stream is a message."""
    return str(item["pk"]).startswith(_ROOM)


def additions(message: Message) -> list[Write]:
    """Stores a message with its entries (by id, by the people it names), for a transaction or a batch."""
    if message.tally and message.tally.silent:
        return [writes.put(key_of(message), _item(message))]
    return [writes.put(key_of(message), _item(message)), _by_id(message), *_named(message)]


def _mentions(message: Message) -> list[Key]:
    """The entries of the people whom a message in sight names."""
    if message.hidden:
        return []
    named = dict.fromkeys(person.id for person in message.mentions or [] if person.id not in EVERYBODY)
    return [Key("messages", _mentions_of(message.room_id, user_id), place_of(message)) for user_id in named]


def _mentions_of(room_id: str, user_id: str) -> str:
    return f"MENTION#{room_id}#{user_id}"


def _named(message: Message) -> list[Write]:
    return [writes.put(each, {}) for each in _mentions(message)]


def _named_no_more(message: Message) -> list[Write]:
    return [writes.delete(each) for each in _mentions(message)]


def _by_id(message: Message) -> Write:
    return writes.put(id_key(message.id), {"room_id": message.room_id, "ts": message.sent_at})


def add(message: Message) -> None:
    """Stores a message under an id that we made."""
    table.write_many(additions(message))


def add_once(message: Message, *, otherwise: ChatError) -> None:
    """Stores a message under an id that the client chose, unless there is one of this id.

    Raises:
        ChatError: `otherwise`, when the id is taken; nothing was stored and nobody's message was touched.
    """
    body, by_id, *named = additions(message)
    table.transact(writes.put_new(by_id.key, by_id.attributes, otherwise=otherwise), body, *named)


def stored(message: Message) -> bool:
    """Whether a message is in its room at this moment."""
    return table.reread(key_of(message)) is not None


def complete(message: Message) -> None:
    """Adds the entries of a message whose storing was cut off in the middle; nothing happens when it is gone."""
    if message.tally and message.tally.silent:
        return
    try:
        table.transact(writes.check(key_of(message), writes.EXISTS), _by_id(message), *_named(message))
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


def room_of(message_id: str) -> str | None:
    """The id of the room in which the message of this id lies."""
    where = table.get(id_key(message_id))
    return where["room_id"] if where else None


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
    # "#" sorts before every character of an instant and "~" after, so bounds on the instant are bounds on the whole
    # key.
    low = after + ("" if inclusive else "~")
    high = (before + ("~" if inclusive else "")) if before else "~"
    if after and before and low >= high:
        return
    low = low if after else "0"
    if behind:
        low = max(low, f"{behind} ")
        if low > high:
            return
    within = Range(low=low, high=high, forward=forward)
    for item in table.query("messages", f"{_ROOM}{room_id}", within, batch=batch, consistent=True):
        message = message_of(item)
        if not message.hidden or (hidden and not (message.tally and message.tally.silent)):
            yield message


def newest_ordinary(room_id: str) -> Message | None:
    """The newest visible message that is no system message."""
    return next((message for message in walk(room_id, batch=10) if not message.system), None)


def change(message: Message, edit: Callable[[Message], Message]) -> Message | None:
    """Applies `edit` to the body of the stored message (`table.change`). None: it is gone."""

    def edited(before: Message) -> Message:
        after = edit(before)
        return before if after is before else replace(after, version=before.version + 1, updated_at=clock.now_text())

    return table.change(key_of(message), message_of, edited, _saved)


def _saved(before: Message, after: Message) -> list[Write]:
    return [
        writes.update(
            key_of(before),
            {"doc": dump(after.body()), "version": after.version},
            remove=[f"{_REACTION}{emoji}" for emoji in before.reactions if emoji not in after.reactions],
            only_if="version = :was",
            values={"was": before.version},
        ),
        *(writes.put(each, {}) for each in _mentions(after) if each not in _mentions(before)),
        *(writes.delete(each) for each in _mentions(before) if each not in _mentions(after)),
    ]


def places_of_mentions(room_id: str, user_id: str, *, most: int) -> list[str]:
    """Where the messages of a room lie that name a user, oldest first (`place_of`); up to `most`."""
    return [item["sk"] for item in table.query("messages", _mentions_of(room_id, user_id), limit=most)]


def at_places(room_id: str, places: Iterable[str]) -> list[Message]:
    """The messages in sight at some places of a room, as of a moment ago."""
    keys = [Key("messages", f"{_ROOM}{room_id}", place) for place in places]
    found = [message_of(item) for item in table.get_many(keys, consistent=False).values() if item]
    return [message for message in found if not message.hidden]


def react(message: Message, emoji: str, username: str) -> Message | None:
    """Appends a username to a reaction, however many do so at once. None: it is there already, or the message is
    gone."""
    name = f"{_REACTION}{emoji}"
    try:
        item = table.write(
            writes.update(
                key_of(message),
                append={name: username},
                add={"version": 1},
                only_if=f"{writes.EXISTS} AND NOT contains(#reaction, :me)",
                names={"#reaction": name},
                values={"me": username},
            )
        )
    except ConditionFailed:
        return None
    return message_of(item)


def unreact(message: Message, emoji: str, username: str) -> Message | None:
    """Takes a username out of a reaction. None: it is not there, or the message is gone."""
    name = f"{_REACTION}{emoji}"

    def without(before: Message) -> Message:
        held = before.reactions.get(emoji, [])
        if username not in held:
            return before
        left = {**before.reactions, emoji: [each for each in held if each != username]}
        return replace(before, reactions=left, version=before.version + 1)

    def save(before: Message, after: Message) -> list[Write]:
        # The list is replaced only while it is the one that was read, so that nobody else's reaction is lost.
        return [
            writes.update(
                key_of(before),
                {name: after.reactions[emoji] or None},
                add={"version": 1},
                only_if="#reaction = :held",
                names={"#reaction": name},
                values={"held": before.reactions[emoji]},
            )
        ]

    after = table.change(key_of(message), message_of, without, save)
    return after if after and emoji in after.reactions and username not in after.reactions[emoji] else None


def _reply_key(parent_id: str, reply: Message) -> Key:
    return Key("messages", f"THREAD#{parent_id}", f"{reply.sent_at}#{reply.id}")


def add_reply(parent: Message, reply: Message) -> bool:
    """Lists a reply under its parent and counts it there, once, however often it is called. False: nothing was left
    to do, or one of the two is gone.

    A transaction, unlike what a post does to its room: people reply to one message far more rarely than they post.
    """
    followers = {parent.author.id, reply.author.id}
    try:
        table.transact(
            writes.put_new(_reply_key(parent.id, reply), {"room_id": reply.room_id}),
            writes.update(
                key_of(parent),
                {"last_reply": reply.sent_at},
                add={"replies": 1, "version": 1, "followers": followers},
                only_if=writes.EXISTS,
            ),
            writes.check(key_of(reply), writes.EXISTS),
        )
    except ConditionFailed:
        return False
    return True


def has_reply(parent: Message, reply: Message) -> bool:
    """Whether a reply is listed under its parent."""
    return table.reread(_reply_key(parent.id, reply)) is not None


def remove_reply(parent: Message, reply: Message) -> None:
    """Takes a reply off the list of its parent and counts it no more, once, however often it is called."""
    entry = _reply_key(parent.id, reply)
    try:
        table.transact(
            writes.delete(entry, only_if=writes.EXISTS),
            writes.update(key_of(parent), add={"replies": -1, "version": 1}, only_if=writes.EXISTS),
        )
    except ConditionFailed:
        # Not listed, or the parent is gone.
        table.write(writes.delete(entry))


def reply_ids(parent_id: str, *, most: int | None = None) -> list[str]:
    """Ids of the replies to a message, oldest first."""
    found = table.query("messages", f"THREAD#{parent_id}", limit=most, consistent=True)
    return [item["sk"].partition("#")[2] for item in found]


def remove(message: Message) -> bool:
    """Takes a message away and leaves its trace for 30 days. False: it was gone already."""
    now = clock.now_text()
    trace = Key("messages", _trash(message.room_id), f"{now}#{message.id}")
    expires = clock.epoch_seconds(_KEPT)
    try:
        table.transact(
            writes.delete(key_of(message), only_if=writes.EXISTS),
            writes.delete(id_key(message.id)),
            *_named_no_more(message),
            writes.put(trace, {"doc": dump(message.wire()), "expires_at": expires}),
        )
    except ConditionFailed:
        return False
    return True


def cleanings(message: Message) -> list[Write]:
    """Takes a message away for good, for a transaction, only while it is as it was read. Its trace of 30 days says that
    it is gone, not what it said."""
    unchanged = writes.delete(key_of(message), only_if="version = :was", values={"was": message.version})
    together = [unchanged, writes.delete(id_key(message.id)), *_named_no_more(message)]
    if not message.hidden:
        now = clock.now_text()
        trace = Key("messages", _trash(message.room_id), f"{now}#{message.id}")
        told = Message(message.id, message.room_id, message.sent_at, message.author, now)
        together.append(writes.put(trace, {"doc": dump(told.wire()), "expires_at": clock.epoch_seconds(_KEPT)}))
    return together


def remove_all(room_id: str, *, most: int) -> bool:
    """Takes away up to `most` messages of a room that is gone. True: none is left."""
    for pk in (f"{_ROOM}{room_id}", _trash(room_id)):
        items = list(table.query("messages", pk, limit=most, consistent=True))
        beside = [key for item in items if is_message(item) for key in _keys_beside(item)]
        table.write_many([writes.delete(key) for key in (*beside, *(_key_in(item) for item in items))])
        if len(items) == most:
            return False
    return True


def _key_in(item: Item) -> Key:
    return Key("messages", item["pk"], item["sk"])


def _keys_beside(item: Item) -> Iterator[Key]:
    """The entries of a message by id and by people, and the list of its replies."""
    message_id = item["sk"].partition("#")[2]
    yield id_key(message_id)
    yield from _mentions(message_of(item))
    if item.get("replies"):
        yield from map(_key_in, table.query("messages", f"THREAD#{message_id}", consistent=True))
