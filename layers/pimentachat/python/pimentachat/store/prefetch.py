"""What belongs together, read in one round trip before it is asked for record by record (`table.prefetch`)."""

from collections.abc import Iterable, Sequence

from pimentachat import ids
from pimentachat.store import memberships, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as upload_store
from pimentachat.store import users as user_store
from pimentachat.store import workspace as workspace_store
from pimentachat.store.items import Key
from pimentachat.store.uploads import Entry


def room_keys(user_id: str, room_id: str) -> list[Key]:
    return [room_store.key(room_id), memberships.key(user_id, room_id)]


def direct_room_keys(user_id: str, other_id: str) -> list[Key]:
    """The other person, and the direct room of the two with the first one's membership."""
    return [user_store.key(other_id), *room_keys(user_id, ids.direct_room_id(user_id, other_id))]


def room(user_id: str, room_id: str) -> None:
    """A room and a user's membership in it."""
    table.prefetch(room_keys(user_id, room_id))


def rooms_of(user_id: str, room_ids: Iterable[str]) -> None:
    """Rooms and a user's memberships in them."""
    table.prefetch([key for room_id in room_ids for key in room_keys(user_id, room_id)])


def direct_room(user_id: str, other_id: str) -> None:
    table.prefetch(direct_room_keys(user_id, other_id))


def people_named(names: Iterable[str]) -> None:
    """What may be people of these ids or usernames."""
    table.prefetch([key for name in names for key in (user_store.key(name), user_store.username_key(name))])


def direct_room_of(user_id: str, others: Sequence[str]) -> None:
    """The other people, and the direct room of all with the first one's membership."""
    everybody = [user_id, *others]
    room_id = ids.direct_room_id_of_many(everybody) if len(others) > 1 else ids.direct_room_id(user_id, everybody[-1])
    table.prefetch([*map(user_store.key, others), *room_keys(user_id, room_id)])


def usernames(some: Iterable[str]) -> None:
    """The entries of usernames."""
    table.prefetch([user_store.username_key(name.strip()) for name in some if name.strip()])


def people_in(room_id: str, user_ids: Iterable[str], *, consistent: bool = False) -> None:
    """Users and their memberships in a room; by default as of a moment ago, at half the price."""
    keys = [key for user_id in user_ids for key in (user_store.key(user_id), memberships.key(user_id, room_id))]
    table.prefetch(keys, eventually=() if consistent else ("rooms", "accounts"))


def rooms(room_ids: Iterable[str]) -> None:
    """Rooms and the workspace version, as of a moment ago."""
    table.prefetch(
        [workspace_store.VERSION, *map(room_store.key, room_ids)],
        eventually=("workspace", "rooms"),
    )


def found(user_id: str, user_ids: Iterable[str], room_ids: Iterable[str]) -> None:
    """Users, and rooms with a user's memberships in them, as of a moment ago: what a search has found."""
    keys = [*map(user_store.key, user_ids), *(key for room_id in room_ids for key in room_keys(user_id, room_id))]
    table.prefetch(keys, eventually=("accounts", "rooms"))


def message(user_id: str, message_id: str) -> None:
    """A message with its room and a user's membership there."""
    where = table.get(message_store.id_key(message_id))
    if where:
        here = message_store.key(where["room_id"], where["ts"], message_id)
        table.prefetch([here, *room_keys(user_id, where["room_id"])])


def uploads(entries: Iterable[Entry]) -> None:
    """Uploads of a list with who sent them, as of a moment ago."""
    keys = [key for entry in entries for key in (upload_store.key(entry.upload_id), user_store.key(entry.user_id))]
    table.prefetch(keys, eventually=("rooms", "accounts"))


def push(user_id: str, room_id: str, ts: str, message_id: str) -> None:
    """What a push to one person is made of, as of a moment ago."""
    table.prefetch(
        [
            workspace_store.VERSION,
            message_store.key(room_id, ts, message_id),
            *room_keys(user_id, room_id),
            user_store.key(user_id),
        ],
        eventually=("workspace", "messages", "rooms", "accounts"),
    )
