"""Voice and video calls. Keys in the Rooms table:

call               pk `CALL#<id>`          sk `CALL`     listing: `CALLS#<room id>` / date and id
who is in a call   pk `IN_CALL#<user id>`  sk `IN_CALL`  renewed with every ping, gone soon after

Beside `doc`: `participants`, and `ping <user id>`, since several people ping at once.
"""

from collections.abc import Callable, Iterable
from typing import Final

from pimentachat import clock
from pimentachat.models.calls import GONE_SECONDS, Call
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, Value, dump, load
from pimentachat.store.relations import Relations
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_PREFIX: Final = "CALL#"
_PING: Final = "ping "


def _key(call_id: str) -> Key:
    return Key("rooms", f"{_PREFIX}{call_id}", "CALL")


def _in_call_key(user_id: str) -> Key:
    return Key("rooms", f"IN_CALL#{user_id}", "IN_CALL")


def _call(item: Item) -> Call:
    pings = {name.removeprefix(_PING): at for name, at in item.items() if name.startswith(_PING)}
    return Call.model_validate({**load(item["doc"]), "pings": pings, "version": item["version"]})


def _doc(call: Call) -> dict[str, Value | None]:
    return {"doc": dump(call.document(without={"pings", "version"})), "version": call.version}


def add(call: Call, *, also: Iterable[Write] = ()) -> None:
    place: dict[str, Value | None] = {"list_pk": f"CALLS#{call.room_id}", "list_sk": f"{call.date}#{call.id}"}
    table.transact(writes.put_new(_key(call.id), {**_doc(call), **place, "participants": call.participants}), *also)


def find(call_id: str) -> Call | None:
    item = table.get(_key(call_id))
    return _call(item) if item else None


def change(call_id: str, edit: Callable[[Call], Call]) -> Call | None:
    """Applies `edit` to the stored call (`table.change`). None: no such call."""

    def edited(before: Call) -> Call:
        after = edit(before)
        if after == before:
            return before
        return after.model_copy(update={"version": before.version + 1, "updated_at": clock.now_text()})

    def save(before: Call, after: Call) -> list[Write]:
        return [writes.update(_key(call_id), _doc(after), only_if="version = :was", values={"was": before.version})]

    return table.change(_key(call_id), _call, edited, save)


def ping(call_id: str, user_id: str) -> Call | None:
    """Notes that somebody is in a call. None: no such call, or none of theirs."""
    try:
        item = table.write(
            writes.update(
                _key(call_id),
                {f"{_PING}{user_id}": clock.now_text()},
                only_if="contains(participants, :me)",
                values={"me": user_id},
            )
        )
    except ConditionFailed:
        return None
    until = clock.epoch_seconds(GONE_SECONDS)
    table.write(writes.put(_in_call_key(user_id), {"call_id": call_id, "expires_at": until}))
    return _call(item)


def in_calls(user_ids: Iterable[str]) -> set[str]:
    """Those who are in a call at this moment."""
    keys = {_in_call_key(user_id): user_id for user_id in user_ids}
    now = clock.epoch_seconds()
    return {keys[key] for key, item in table.get_many(keys).items() if item and item["expires_at"] > now}


def of_room(room_id: str, limit: int) -> list[Call]:
    """A room's calls, newest first."""
    entries = table.query("rooms", f"CALLS#{room_id}", Range(forward=False), listing=True, limit=limit)
    keys = [Key("rooms", entry["pk"], entry["sk"]) for entry in entries]
    return [_call(item) for item in table.get_many(keys, consistent=False).values() if item]


def remove_of_room(room_id: str, *, most: int) -> bool:
    """Forgets up to `most` calls of a room that is gone. True: none is left."""
    entries = list(table.query("rooms", f"CALLS#{room_id}", listing=True, limit=most))
    table.write_many([writes.delete(Key("rooms", entry["pk"], entry["sk"])) for entry in entries])
    return len(entries) < most


def relations(item: Item) -> Relations | None:
    """What a call has to do with others."""
    return Relations("call", rooms=[_call(item).room_id], entry=True) if item["sk"] == "CALL" else None
