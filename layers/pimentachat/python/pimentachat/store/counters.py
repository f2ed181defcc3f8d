"""Totals that lists report, kept beside the records they count. Key: pk `COUNTER#<name>`, sk `COUNTER`."""

from typing import Literal

from pimentachat.store import table, writes
from pimentachat.store.items import Key
from pimentachat.store.table import ConditionFailed

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


def repair(name: Name, before: int, now: int) -> bool:
    """Sets a total that was counted anew. False: it has changed meanwhile, and what was counted is old."""
    condition = "#total = :was" if before else "attribute_not_exists(#total) OR #total = :was"
    try:
        table.write(
            writes.update(
                key(name), {"total": now}, only_if=condition, names={"#total": "total"}, values={"was": before}
            )
        )
    except ConditionFailed:
        return False
    return True
