"""Counts what a call costs in DynamoDB: serial round trips and capacity units, by a botocore hook.

Units follow the documented rules of on-demand tables and are worked out here from the items themselves, because local
stand-ins report rough figures: a read unit is 4 KB read consistently (half of it eventually), rounded up for each
item of a get and for the sum of a query; a write unit is 1 KB of the larger of the item before and after, twice in a
transaction; an index entry that is written or moved costs its own units.
"""

import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

_PAUSE = 0.06
"""Held in every call, so that calls side by side are seen to overlap whatever the machine does."""
_INDEXED = ("list_pk", "list_sk")


@dataclass
class Cost:
    read_units: float = 0
    write_units: float = 0
    calls: list[str] = field(default_factory=list)
    _spans: list[tuple[float, float]] = field(default_factory=list)

    @property
    def round_trips(self) -> int:
        """Serial ones: the longest chain of calls of which each began when the one before had ended. A call beside two
        others that wait for each other makes no one of them."""
        trips, until = 0, 0.0
        for start, end in sorted(self._spans, key=lambda span: span[1]):
            if start >= until:
                trips += 1
                until = end
        return trips

    def shared_by(self, count: int) -> "Cost":
        """What each of several had, when they were done together; the round trips are those of all."""
        return Cost(self.read_units / count, self.write_units / count, self.calls, self._spans)


class Counter:
    """Hooks the client through which the shared layer speaks to DynamoDB."""

    def __init__(self, client: Any) -> None:
        self._beside = boto3.client("dynamodb")
        self._lock = threading.Lock()
        self._local = threading.local()
        self._cost: Cost | None = None
        client.meta.events.register("before-call.dynamodb", self._before)
        client.meta.events.register("provide-client-params.dynamodb", self._note)
        client.meta.events.register("after-call.dynamodb", self._after)

    @contextmanager
    def counting(self) -> Iterator[Cost]:
        self._cost = Cost()
        try:
            yield self._cost
        finally:
            self._cost = None

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._cost is not None:
            self._local.request = params
            self._local.held = {key: self._item(*key) for key in _written(model.name, params)}

    def _before(self, **_: Any) -> None:
        self._local.started = time.monotonic()
        if self._cost is not None:
            time.sleep(_PAUSE)

    def _after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        cost = self._cost
        if cost is None:
            return
        ended = time.monotonic()
        request = self._local.request
        reads = _read_units(model.name, request, parsed)
        writes = sum(_write_units(before, self._item(*key)) for key, before in self._local.held.items()) * (
            2 if model.name == "TransactWriteItems" else 1
        ) + sum(_index_units(before, self._item(*key)) for key, before in self._local.held.items())
        with self._lock:
            cost.read_units += reads
            cost.write_units += writes
            cost.calls.append(model.name)
            cost._spans.append((self._local.started, ended))

    def _item(self, table: str, pk: str, sk: str) -> dict[str, Any] | None:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        return self._beside.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")


def _written(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Table, pk and sk of every item that a call writes or checks."""
    if operation == "BatchWriteItem":
        for table, requests in params["RequestItems"].items():
            for request in requests:
                [(kind, body)] = request.items()
                yield _key(table, body["Item" if kind == "PutRequest" else "Key"])
    elif operation == "TransactWriteItems":
        for change in params["TransactItems"]:
            [body] = change.values()
            yield _key(body["TableName"], body.get("Item") or body["Key"])
    elif operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield _key(params["TableName"], params.get("Item") or params["Key"])


def _key(table: str, item: Mapping[str, Any]) -> tuple[str, str, str]:
    return table, item["pk"]["S"], item["sk"]["S"]


def _read_units(operation: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> float:
    if operation == "GetItem":
        return _rounded(size(parsed.get("Item")), consistent=params.get("ConsistentRead", False))
    if operation == "BatchGetItem":
        return sum(
            sum(_rounded(size(item), consistent=asked.get("ConsistentRead", False)) for item in found)
            + (len(asked["Keys"]) - len(found)) * (1 if asked.get("ConsistentRead") else 0.5)
            for table, asked in params["RequestItems"].items()
            for found in [parsed["Responses"].get(table, [])]
        )
    if operation == "Query":
        return _rounded(sum(map(size, parsed["Items"])), consistent=params.get("ConsistentRead", False))
    return 0


def _rounded(total: int, *, consistent: bool) -> float:
    return max(1, math.ceil(total / 4096)) * (1 if consistent else 0.5)


def _write_units(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> int:
    return max(1, math.ceil(max(size(before), size(after)) / 1024))


def _index_units(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> int:
    """Entries carry keys only: one unit to put or take one away, two to move it, none when it stays."""
    old, new = _entry(before), _entry(after)
    return 0 if old == new else int(old is not None) + int(new is not None)


def _entry(item: Mapping[str, Any] | None) -> tuple[str, ...] | None:
    if not item or not all(name in item for name in _INDEXED):
        return None
    return tuple(item[name]["S"] for name in _INDEXED)


def size(item: Mapping[str, Any] | None) -> int:
    """Bytes of an item as DynamoDB counts them."""
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, held)] = value.items()
    if kind == "S":
        return len(held.encode())
    if kind == "B":
        return len(held)
    if kind == "N":
        return math.ceil(len(held.lstrip("-")) / 2) + 1
    if kind == "SS":
        return sum(len(text.encode()) for text in held)
    if kind == "L":
        return 3 + sum(1 + _value_size(part) for part in held)
    return 1
