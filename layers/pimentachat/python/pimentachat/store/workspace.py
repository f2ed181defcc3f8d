"""Settings, permissions and roles as far as they differ from the defaults in the code, and custom emoji. Keys
in the Workspace table:

version     pk `VERSION`    sk `VERSION`          rises with every change below, in the same transaction
setting     pk `WORKSPACE`  sk `SETTING#<id>`
permission  pk `WORKSPACE`  sk `PERMISSION#<id>`
role        pk `WORKSPACE`  sk `ROLE#<id>`
seeded      pk `SEEDED`     sk the id of a room   it was made once, and is not made again
emoji       pk `WORKSPACE`  sk `EMOJI#<id>`
removed     pk `GONE#<kind>`  sk `<instant>#<id>`   30 days, for lists of changes

The version has a partition of its own: functions that change integrations raise it, and may write no setting.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pimentachat import clock
from pimentachat.store import table, writes
from pimentachat.store.items import Key, Range, Value, dump, load
from pimentachat.store.writes import Write

Kind = Literal["SETTING", "PERMISSION", "ROLE", "EMOJI"]
_PK: Final = "WORKSPACE"
_REMEMBERED: Final = 30 * clock.DAY
VERSION: Final = Key("workspace", "VERSION", "VERSION")


@dataclass(frozen=True)
class Stored:
    """Documents by id for each kind; each carries `_updatedAt`."""

    settings: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    permissions: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    roles: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    emoji: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def version() -> int:
    """0 for a workspace in which nothing was ever changed."""
    item = table.get(VERSION)
    return int(item["number"]) if item else 0


def listened() -> frozenset[str]:
    """The events that an integration wants to hear of (store/integrations.py)."""
    item = table.get(VERSION)
    return frozenset(item.get("listened", ())) if item else frozenset()


def raising(version: Mapping[str, Any] | None, listened: set[str]) -> Write:
    """Raises the version, for the transaction of a change of integrations: on condition that it is still `version`, the
    record that was read, and with the events that somebody listens to from then on."""
    unchanged = "#number = :was" if version else "attribute_not_exists(#number)"
    values = {"was": int(version["number"])} if version else {}
    return writes.update(
        VERSION,
        {"listened": listened},
        add={"number": 1},
        only_if=unchanged,
        names={"#number": "number"},
        values=values,
    )


def stored() -> Stored:
    """Everything stored, in one query."""
    kinds: dict[str, dict[str, dict[str, Any]]] = {"SETTING": {}, "PERMISSION": {}, "ROLE": {}, "EMOJI": {}}
    for item in table.query("workspace", _PK, consistent=True):
        kind, _, record_id = item["sk"].partition("#")
        if kind in kinds:
            kinds[kind][record_id] = load(item["doc"])
    return Stored(kinds["SETTING"], kinds["PERMISSION"], kinds["ROLE"], kinds["EMOJI"])


def save(
    kind: Kind,
    documents: Mapping[str, Mapping[str, Any]],
    *,
    at: int | None = None,
    also: Iterable[Write] = (),
) -> None:
    """Stores documents by id and raises the version, all or nothing (up to 99 at once, with what `also` is to happen).

    Raises:
        ConditionFailed: the version is not the one that the change was made for (`at`) any more.
    """
    now = clock.now_text()
    changes = [
        writes.put(Key("workspace", _PK, f"{kind}#{record_id}"), {"doc": dump({**document, "_updatedAt": now})})
        for record_id, document in documents.items()
    ]
    table.transact(*changes, _raise_version(at), *also)


def seeded(room_id: str) -> Write:
    """Notes that a room was seeded, for the transaction that does so; only if it never was."""
    return writes.put_new(Key("workspace", "SEEDED", room_id), {})


def remove(kind: Kind, document: Mapping[str, Any], *, also: Iterable[Write] = ()) -> None:
    """Removes a document, remembers for 30 days that it was there, and raises the version."""
    now = clock.now_text()
    record_id = document["_id"]
    trace: dict[str, Value | None] = {
        "doc": dump({**document, "_deletedAt": now}),
        "expires_at": clock.epoch_seconds(_REMEMBERED),
    }
    table.transact(
        writes.delete(Key("workspace", _PK, f"{kind}#{record_id}")),
        writes.put(Key("workspace", f"GONE#{kind}", f"{now}#{record_id}"), trace),
        _raise_version(),
        *also,
    )


def removed_since(kind: Kind, moment: str) -> list[dict[str, Any]]:
    """Documents removed after a moment, each with its `_deletedAt`, oldest first; 30 days at most."""
    trail = table.query("workspace", f"GONE#{kind}", Range(low=moment), consistent=True)
    now = clock.epoch_seconds()
    found = [load(item["doc"]) for item in trail if item["expires_at"] > now]
    return [document for document in found if document["_deletedAt"] > moment]


def _raise_version(at: int | None = None) -> Write:
    if at is None:
        return writes.update(VERSION, add={"number": 1})
    if at == 0:
        return writes.update(VERSION, add={"number": 1}, only_if=writes.NEW)
    unchanged: dict[str, Any] = {"only_if": "#held = :at", "names": {"#held": "number"}, "values": {"at": at}}
    return writes.update(VERSION, add={"number": 1}, **unchanged)
