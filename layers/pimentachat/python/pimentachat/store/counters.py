"""Totals that lists report, kept beside the records they count. Key: pk `COUNTER#<name>`, sk `COUNTER`."""

from typing import Literal

from pimentachat.store import table, writes
from pimentachat.store.items import Key

Name = Literal["users", "channels", "groups", "directs"]


def key(name: Name) -> Key:
    return Key("workspace", f"COUNTER#{name}", "COUNTER")


def prefetch(*names: Name) -> None:
    table.prefetch(map(key, names))


def total(name: Name) -> int:
    item = table.get(key(name))
    return int(item["total"]) if item else 0


def add(name: Name, by: int) -> None:
    table.write(writes.update(key(name), add={"total": by}))
