"""What DynamoDB holds: keys, ranges of them, and attributes.

Attributes are text, bytes, whole numbers, booleans, lists and sets of text; the body of a record is one JSON text
(`doc`), because botocore walks every nested attribute (design decision in docs/data-model.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import orjson

Value = str | int | bool | bytes | list[str] | set[str]
Item = dict[str, Any]
"""Attributes of a record by name, `pk` and `sk` among them."""
Table = Literal["accounts", "rooms", "messages", "workspace"]


class Key(NamedTuple):
    table: Table
    pk: str
    sk: str


@dataclass(frozen=True)
class Range:
    """Which sort keys a query walks over; `start` is the last sort key already seen."""

    begins: str = ""
    low: str = ""
    high: str = ""
    forward: bool = True
    start: str = ""


def outgoing_value(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, set):
        return {"SS": sorted(value)}
    return {"L": [{"S": part} for part in value]}


def _in(wire: Mapping[str, Any]) -> Any:
    [(kind, value)] = wire.items()
    if kind == "N":
        return int(value)
    if kind == "SS":
        return set(value)
    if kind == "L":
        return [_in(part) for part in value]
    return value


def outgoing(attributes: Mapping[str, Value | None]) -> dict[str, Any]:
    return {name: outgoing_value(value) for name, value in attributes.items() if value is not None and value != set()}


def incoming(wire: Mapping[str, Any]) -> Item:
    """An item as DynamoDB and its streams write it, as attributes by name."""
    return {name: _in(value) for name, value in wire.items()}


def dump(document: Mapping[str, Any]) -> str:
    return orjson.dumps(document).decode()


def load(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(text)
    return loaded


def outgoing_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
