"""Messages. Keys in the Messages table, whose stream feeds the deliver worker:

message        pk `ROOM#<room id>`          sk `<ts>#<id>`   a room's messages in the order of time
by id          pk `MSG#<id>`                sk `MSG`         where the message of this id lies
silent tally   pk `ROOM#<room id>#SILENT`   sk `<ts>#<id>`   a join or leave in a room without system messages; a day
trash          pk `ROOM#<room id>#TRASH`    sk `<ts of deletion>#<id>`   deleted messages, 30 days
thread reply   pk `THREAD#<parent id>`      sk `<ts>#<id>`   the replies to a message
purge          pk `PURGE#<room id>`         sk `PURGE`       work for the stream worker: a room that is gone

Attributes of a message: `doc`, its body; beside it what several people change at once, each by an atomic update of
its own: `reaction :smile:` (usernames in order), `starred`, `replies`, `followers`, `last_reply`; `version` rises with
every change. `tally` is there until the stream worker has seen to everything that the message causes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Final

from pimentachat import clock
from pimentachat.errors import ChatError, Unavailable
from pimentachat.models.messages import Message, Tally
from pimentachat.models.records import Document
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_REACTION: Final = "reaction "
_SILENT: Final = "#SILENT"
_TRASH: Final = "#TRASH"
_KEPT: Final = 30 * clock.DAY
_ATTEMPTS: Final = 40


def key(room_id: str, ts: str, message_id: str) -> Key:
    return Key("messages", f"ROOM#{room_id}", f"{ts}#{message_id}")


def key_of(message: Message) -> Key:
    return key(message.room_id, message.ts, message.id)


def id_key(message_id: str) -> Key:
    return Key("messages", f"MSG#{message_id}", "MSG")


def purge_key(room_id: str) -> Key:
    return Key("messages", f"PURGE#{room_id}", "PURGE")


def _item(message: Message) -> dict[str, Value | None]:
    item: dict[str, Value | None] = {"doc": dump(message.document), "version": message.version}
    if message.tally:
        item["tally"] = dump({name: value for name, value in asdict(message.tally).items() if value})
    return item


def message_of(item: Item) -> Message:
    """The message that an item of the table or of its stream holds."""
    return Message(
        document=load(item["doc"]),
        version=item["version"],
        reactions={name.removeprefix(_REACTION): names for name, names in item.items() if name.startswith(_REACTION)},
        starred=item.get("starred", set()),
        replies=item.get("replies", 0),
        last_reply=item.get("last_reply"),
        followers=item.get("followers", set()),
        tally=Tally(**load(item["tally"])) if "tally" in item else None,
    )


def is_message(item: Item) -> bool:
    return str(item["pk"]).startswith("ROOM#") and not str(item["pk"]).endswith(_TRASH) and "doc" in item


def purged_room(item: Item) -> str | None:
    """The id of the room that a stream item asks to purge."""
    pk = str(item["pk"])
    return pk.removeprefix("PURGE#") if pk.startswith("PURGE#") else None


def additions(message: Message) -> list[Write]:
    """Stores a message and its by-id entry, for a transaction or a batch."""
    if message.tally and message.tally.silent:
        silent = Key("messages", f"ROOM#{message.room_id}{_SILENT}", f"{message.ts}#{message.id}")
        return [writes.put(silent, {**_item(message), "expires_at": clock.epoch_seconds(clock.DAY)})]
    where = {"room_id": message.room_id, "ts": message.ts}
    return [writes.put(key_of(message), _item(message)), writes.put(id_key(message.id), where)]


def add(message: Message) -> None:
    """Stores a message under an id that we made."""
    table.write_many(additions(message))


def add_once(message: Message, *, otherwise: ChatError) -> None:
    """Stores a message under an id that the client chose, unless there is one of this id.

    Raises:
        ChatError: `otherwise`, when the id is taken; nothing was stored and nobody's message was touched.
    """
    body, by_id = additions(message)
    table.transact(writes.put_new(by_id.key, by_id.attributes, otherwise=otherwise), body)


def stored(message: Message) -> bool:
    """Whether a message is in its room at this moment."""
    return table.get(key_of(message), fresh=True) is not None


def complete(message: Message) -> None:
    """Adds the by-id entry of a message whose storing was cut off in the middle; nothing happens when it is gone."""
    if message.tally and message.tally.silent:
        return
    body, by_id = additions(message)
    try:
        table.transact(writes.check(body.key, writes.EXISTS), by_id)
    except ConditionFailed:
        return


def as_stored(messages: Iterable[Message]) -> dict[str, Message]:
    """Those of these messages that are still there, as they are now, by id."""
    keys = {additions(message)[0].key: message.id for message in messages}
    found = table.get_many(keys)
    return {keys[key]: message_of(item) for key, item in found.items() if item}


def settled(message: Message) -> None:
    """Notes that everything a message causes has happened."""
    try:
        table.write(writes.update(additions(message)[0].key, {"tally": None}, only_if=writes.EXISTS))
    except ConditionFailed:
        return


def find(message_id: str, *, fresh: bool = False) -> Message | None:
    where = table.get(id_key(message_id))
    if where is None:
        return None
    item = table.get(key(where["room_id"], where["ts"], message_id), fresh=fresh)
    return message_of(item) if item else None


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
) -> Iterator[Message]:
    """A room's messages between two instants (exclusive, or with `inclusive` both ends included), newest first or
    oldest first, read `batch` at a time; hidden ones are left out."""
    # "#" sorts before every character of an instant and "~" after, so bounds on the instant are bounds on the whole
    # key.
    low = after + ("" if inclusive else "~")
    high = (before + ("~" if inclusive else "")) if before else "~"
    if after and before and low >= high:
        return
    within = Range(low=low if after else "0", high=high, forward=forward)
    for item in table.query("messages", f"ROOM#{room_id}", within, batch=batch, consistent=True):
        message = message_of(item)
        if not message.hidden:
            yield message


def newest_ordinary(room_id: str) -> Message | None:
    """The newest visible message that is no system message."""
    return next((message for message in walk(room_id, batch=10) if not message.system), None)


def change(message: Message, edit: Callable[[Document], Document]) -> Message | None:
    """Applies `edit` to the body of the stored message, again when somebody else was faster. None: it is gone."""
    for _ in range(_ATTEMPTS):
        item = table.get(key_of(message), fresh=True)
        if item is None:
            return None
        before = message_of(item)
        document = {**edit(before.document), "_updatedAt": clock.now_text()}
        try:
            changed = table.write(
                writes.update(
                    key_of(message),
                    {"doc": dump(document), "version": before.version + 1},
                    only_if="version = :was",
                    values={"was": before.version},
                )
            )
        except ConditionFailed:
            continue
        return message_of(changed)
    raise Unavailable


def clear(message: Message, edit: Callable[[Document], Document]) -> None:
    """Applies `edit` to the body and takes all reactions away."""
    changed = change(message, edit)
    if changed and changed.reactions:
        gone = tuple(f"{_REACTION}{emoji}" for emoji in changed.reactions)
        try:
            table.write(writes.update(key_of(message), add={"version": 1}, remove=gone, only_if=writes.EXISTS))
        except ConditionFailed:
            return


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
    for _ in range(_ATTEMPTS):
        held = message.reactions.get(emoji, [])
        if username not in held:
            return None
        left = [each for each in held if each != username]
        try:
            # The list is replaced only while it is the one that was read, so that nobody else's reaction is lost.
            item = table.write(
                writes.update(
                    key_of(message),
                    {name: left or None},
                    add={"version": 1},
                    only_if="#reaction = :held",
                    names={"#reaction": name},
                    values={"held": held},
                )
            )
        except ConditionFailed as failed:
            if failed.item is None:
                return None
            message = message_of(failed.item)
            continue
        return message_of(item)
    raise Unavailable


def _reply_key(parent_id: str, reply: Message) -> Key:
    return Key("messages", f"THREAD#{parent_id}", f"{reply.ts}#{reply.id}")


def add_reply(parent: Message, reply: Message) -> bool:
    """Lists a reply under its parent and counts it there, once, however often it is called. False: nothing was left
    to do, or one of the two is gone.

    A transaction, unlike what a post does to its room: people reply to one message far more rarely than they post.
    """
    followers = {parent.author_id, reply.author_id}
    try:
        table.transact(
            writes.put_new(_reply_key(parent.id, reply), {"room_id": reply.room_id}),
            writes.update(
                key_of(parent),
                {"last_reply": reply.ts},
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
    return table.get(_reply_key(parent.id, reply), fresh=True) is not None


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


def reply_ids(parent_id: str) -> list[str]:
    """Ids of the replies to a message, oldest first."""
    return [item["sk"].partition("#")[2] for item in table.query("messages", f"THREAD#{parent_id}", consistent=True)]


def remove(message: Message) -> bool:
    """Takes a message away and leaves its trace for 30 days. False: it was gone already."""
    now = clock.now_text()
    trace = Key("messages", f"ROOM#{message.room_id}{_TRASH}", f"{now}#{message.id}")
    expires = clock.epoch_seconds(_KEPT)
    try:
        table.transact(
            writes.delete(key_of(message), only_if=writes.EXISTS),
            writes.delete(id_key(message.id)),
            writes.put(trace, {"doc": dump(message.wire()), "expires_at": expires}),
        )
    except ConditionFailed:
        return False
    return True


def purge(room_id: str, *, most: int) -> bool:
    """Takes away up to `most` messages of a room that is gone. True: none is left."""
    for suffix in ("", _SILENT, _TRASH):
        items = list(table.query("messages", f"ROOM#{room_id}{suffix}", limit=most, consistent=True))
        beside = [key for item in items if not suffix for key in _keys_beside(item)]
        table.write_many([writes.delete(key) for key in (*beside, *(_key_in(item) for item in items))])
        if len(items) == most:
            return False
    return True


def _key_in(item: Item) -> Key:
    return Key("messages", item["pk"], item["sk"])


def _keys_beside(item: Item) -> Iterator[Key]:
    """The by-id entry of a message, and the list of its replies."""
    message_id = item["sk"].partition("#")[2]
    yield id_key(message_id)
    if item.get("replies"):
        yield from map(_key_in, table.query("messages", f"THREAD#{message_id}", consistent=True))


def purge_request(room_id: str) -> Write:
    """Asks the stream worker to purge a room, for the transaction that takes the room away."""
    return writes.put(purge_key(room_id), {"asked_at": clock.now_text()})


def purge_again(room_id: str) -> None:
    """Asks once more, when a purge had to stop before the end: a changed item comes by in the stream again."""
    table.write(writes.put(purge_key(room_id), {"asked_at": f"{clock.now_text()}+"}))


def purged(room_id: str) -> None:
    table.write(writes.delete(purge_key(room_id)))
