"""Settings, permissions and roles as far as they differ from the defaults in the code. Keys in the Workspace table:

version     pk `WORKSPACE`  sk `VERSION`          rises with every change below, in the same transaction
setting     pk `WORKSPACE`  sk `SETTING#<id>`
permission  pk `WORKSPACE`  sk `PERMISSION#<id>`
role        pk `WORKSPACE`  sk `ROLE#<id>`
seeded      pk `SEEDED`     sk the id of a room   it was made once, and is not made again
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pimentachat import clock
from pimentachat.store import table, writes
from pimentachat.store.items import Key, dump, load
from pimentachat.store.writes import Write

Kind = Literal["SETTING", "PERMISSION", "ROLE"]
_PK: Final = "WORKSPACE"
VERSION: Final = Key("workspace", _PK, "VERSION")


@dataclass(frozen=True)
class Stored:
    """Documents by id for each kind; each carries `_updatedAt`."""

    settings: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    permissions: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    roles: Mapping[str, dict[str, Any]] = field(default_factory=dict)


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
    kinds: dict[str, dict[str, dict[str, Any]]] = {"SETTING": {}, "PERMISSION": {}, "ROLE": {}}
    for item in table.query("workspace", _PK, consistent=True):
        kind, _, record_id = item["sk"].partition("#")
        if kind in kinds:
            kinds[kind][record_id] = load(item["doc"])
    return Stored(kinds["SETTING"], kinds["PERMISSION"], kinds["ROLE"])


def save(kind: Kind, documents: Mapping[str, Mapping[str, Any]]) -> None:
    """Stores documents by id and raises the version, all or nothing (up to 99 at once)."""
    now = clock.now_text()
    changes = [
        writes.put(Key("workspace", _PK, f"{kind}#{record_id}"), {"doc": dump({**document, "_updatedAt": now})})
        for record_id, document in documents.items()
    ]
    table.transact(*changes, _raise_version())


def seeded(room_id: str) -> Write:
    """Notes that a room was seeded, for the transaction that does so; only if it never was."""
    return writes.put_new(Key("workspace", "SEEDED", room_id), {})


def _raise_version() -> Write:
    return writes.update(VERSION, add={"number": 1})
