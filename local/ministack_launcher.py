"""Runs inside MiniStack's own virtual environment (requirements/ministack.txt) and adds what it lacks:

- one process per folder: a lock file, so that a new start waits until the former one has saved;
- it ends, and thereby saves, when the process that started it is gone (its standard input closes);
- table streams survive a restart. MiniStack keeps them in memory; here the undelivered records are saved with the
  tables, and those that the checkpoint file says are delivered are dropped, so that memory does not grow for a day;
- a Query costs what its page costs and not what its partition holds, an expression is parsed once and not once an item;
- it is served by uvicorn and httptools, which cost less than Hypercorn and h11.

All but the first two reach into MiniStack's modules; its version is pinned, and tests hold that its answers stay.
"""

import copy
import fcntl
import functools
import gc
import importlib
import json
import os
import signal
import sys
import threading
import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

CHECKPOINTS = "LOCAL_STREAM_CHECKPOINTS"
PLAIN = "LOCAL_PLAIN_MINISTACK"
"""Set: MiniStack answers in its own ways alone (for tests that compare)."""
_TRIM_SECONDS = 1.0
_GRACE_SECONDS = 3
COLLECT_AFTER = (20_000, 20, 50)
"""Thresholds of the garbage collector: Python's own are for programs that keep little."""


def _end_with_parent() -> None:
    """Waits for the end of standard input, which the starting process holds open as long as it lives."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _delivered(path: str) -> dict[str, str]:
    """Stream ARN -> the sequence number up to which the stream was delivered; MiniStack's streams have one shard."""
    try:
        places = json.loads(Path(path).read_text(encoding="utf-8"))
        return {arn: max(shards.values()) for arn, shards in places.items() if shards}
    except (OSError, ValueError):
        return {}


def _keep_streams(path: str) -> None:
    tables: Any = importlib.import_module("ministack.services.dynamodb")
    streams: Any = importlib.import_module("ministack.services.dynamodb_streams")
    read_tables, restore_tables, get_records = tables.get_state, tables.load_persisted_state, streams._get_records
    last_trim = 0.0

    def trim() -> None:
        delivered = _delivered(path)
        for (account, region, name), records in list(tables._stream_records.all_items()):
            table = tables._tables.get_scoped(account, region, name) or {}
            until = delivered.get(table.get("LatestStreamArn", ""), "")
            count = 0
            while count < len(records) and records[count]["dynamodb"]["SequenceNumber"] <= until:
                count += 1
            if count:
                del records[:count]
                before = tables._stream_trimmed.get_scoped(account, region, name, 0)
                tables._stream_trimmed.set_scoped(account, region, name, before + count)

    def get_records_and_trim(data: dict[str, Any]) -> Any:
        # Here and nowhere else: streams are read on the event loop only, so nobody is amid reading what is dropped.
        nonlocal last_trim
        if time.monotonic() - last_trim > _TRIM_SECONDS:
            last_trim = time.monotonic()
            trim()
        return get_records(data)

    def state_with_streams() -> dict[str, Any]:
        trim()
        state: dict[str, Any] = read_tables()
        state["stream_records"] = tables._stream_records
        return state

    def restore_with_streams(data: dict[str, Any]) -> None:
        restore_tables(data)
        if data and "stream_records" in data:
            tables._stream_records.update(data["stream_records"])
            for records in tables._stream_records.all_values():
                for record in records:
                    # Their day of retention starts again: nobody could read them in between.
                    record["dynamodb"]["ApproximateCreationDateTime"] = int(time.time())

    tables.get_state, tables.load_persisted_state = state_with_streams, restore_with_streams
    streams._get_records = get_records_and_trim


class _Ordered(dict[Any, Any]):
    """A partition that also keeps its keys in the order in which Query answers them, whoever changes it."""

    _changing = threading.Lock()  # what has expired is removed by a thread

    def __init__(self, partition: dict[Any, Any], rank: Callable[[Any], tuple[Any, ...]]) -> None:
        super().__init__(partition)
        self._rank = rank
        self._ranks = {key: rank(key) for key in partition}
        self.order = sorted((place, key) for key, place in self._ranks.items())

    def __setitem__(self, key: Any, value: Any) -> None:
        with self._changing:
            super().__setitem__(key, value)
            self._forget(key)
            self._ranks[key] = self._rank(key)
            insort(self.order, (self._ranks[key], key))

    def __delitem__(self, key: Any) -> None:
        with self._changing:
            super().__delitem__(key)
            self._forget(key)

    def pop(self, key: Any, *default: Any) -> Any:
        with self._changing:
            self._forget(key)
            return super().pop(key, *default)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        return copy.deepcopy(dict(self), memo)  # what is saved is MiniStack's alone

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)  # likewise: the order is made again by the next Query

    def _forget(self, key: Any) -> None:
        if key in self._ranks:
            entry = (self._ranks.pop(key), key)
            del self.order[bisect_left(self.order, entry)]


def _quick_queries() -> None:
    """Query reads the wanted range of a partition only.

    The answer stays MiniStack's: its own code runs over a table that holds just the page, or, where the condition is
    of a shape not known here, over the whole one.
    """
    tables: Any = importlib.import_module("ministack.services.dynamodb")
    tables._tokenize = _copies(functools.lru_cache(1024)(tables._tokenize))
    tables._condition_syntax_error = functools.lru_cache(1024)(tables._condition_syntax_error)
    whole_query, evaluate = tables._query, tables._evaluate_condition

    def query(data: dict[str, Any]) -> Any:
        table = _narrowed(tables, data)
        if table is None:
            return whole_query(data)

        def holds(condition: str, item: Any, *others: Any, slot: str = "ConditionExpression") -> Any:
            # The items were chosen by the key condition; the starting key comes from the client.
            known = slot == "KeyConditionExpression" and item is not data.get("ExclusiveStartKey")
            return known or evaluate(condition, item, *others, slot=slot)

        names = {**vars(tables), "_tables": {tables._normalize_table_name(data["TableName"]): table}}
        return FunctionType(whole_query.__code__, {**names, "_evaluate_condition": holds})(data)

    tables._query = query


def _copies(tokenize: Callable[[str], list[Any]]) -> Callable[[str], list[Any]]:
    return lambda expression: list(tokenize(expression))


def _narrowed(tables: Any, data: dict[str, Any]) -> dict[str, Any] | None:
    """The table with the items of the wanted page alone; None when the request is not understood (or wrong)."""
    try:
        table = tables._tables.get(tables._normalize_table_name(data["TableName"]))
        index, values = data.get("IndexName"), data["ExpressionAttributeValues"]
        hash_name, range_name, _ = tables._resolve_index_keys(table, index)
        if index and tables._index_key_lists(tables._index_def(table, index)) != ([hash_name], [range_name]):
            return None
        order_names = tables._index_order_keys(table, range_name)[: None if index else 1]
        if any(kind != "S" for _, kind in order_names) or not range_name:
            return None
        conditions = _conditions(tables, data, values)
        (operator, (partition_key,)), *rest = (conditions.pop(hash_name), *conditions.items())
        if operator != "EQ" or any(name != range_name for name, _ in rest):
            return None
        partitions = tables._index_members(table)[index] if index else table["items"]
        partition = partitions.get(partition_key, {})
        if partition and not isinstance(partition, _Ordered):

            def rank(key: Any) -> tuple[Any, ...]:
                item = table["items"][key[0]][key[1]] if index else {range_name: {"S": key}}
                return tuple(item[name]["S"] for name, _ in order_names)

            partition = partitions[partition_key] = _Ordered(partition, rank)
        if partition:
            # Refuses what MiniStack refuses at its first item.
            key = next(iter(partition))
            some = table["items"][key[0]][key[1]] if index else partition[key]
            tables._evaluate_condition(
                data["KeyConditionExpression"],
                some,
                values,
                data.get("ExpressionAttributeNames", {}),
                slot="KeyConditionExpression",
            )
        page = _page(partition.order if partition else [], rest, order_names, data)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None
    if index:
        return {**table, tables._INDEX_MEMBERS: {index: {partition_key: dict.fromkeys(page)}}}
    return {**table, "items": {partition_key: {key: partition[key] for key in page}}}


def _conditions(tables: Any, data: dict[str, Any], values: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """`{attribute: (operator, its operands)}` of a key condition.

    Raises:
        KeyError, ValueError: it says something else, or not with strings.
    """
    found: dict[str, tuple[str, list[str]]] = {}
    for clause in tables._key_condition_clauses(tables._tokenize(data["KeyConditionExpression"])):
        kinds = [text.upper() if kind == "IDENT" else kind for kind, text in clause]
        operands = [values[text]["S"] for kind, text in clause if kind == "VALUE_REF"]
        if kinds[0] == "BEGINS_WITH":
            kinds, clause = ["NAME", "BEGINS_WITH", *kinds[4:5]], clause[2:]
        if kinds[1:] not in _SHAPES:
            raise ValueError(kinds)
        kind, name = clause[0]
        name = data["ExpressionAttributeNames"][name] if kind == "NAME_REF" else name
        if kind not in ("IDENT", "NAME_REF") or name in found:
            raise ValueError(clause)
        found[name] = (kinds[1], operands)
    return found


_SHAPES = (
    *([operator, "VALUE_REF"] for operator in ("EQ", "LT", "LE", "GT", "GE", "BEGINS_WITH")),
    ["BETWEEN", "VALUE_REF", "AND", "VALUE_REF"],
)


def _page(order: list[Any], conditions: list[Any], order_names: list[Any], data: dict[str, Any]) -> list[Any]:
    """The keys of the page, at least: in the range, past the starting key, and no more than `Limit`."""
    first, end = 0, len(order)
    for _, (operator, operands) in conditions:
        low, high = operands[0], operands[-1]
        if operator in ("EQ", "GE", "BETWEEN", "BEGINS_WITH"):
            first = bisect_left(order, low, key=lambda entry: entry[0][0])
        if operator == "GT":
            first = bisect_right(order, low, key=lambda entry: entry[0][0])
        if operator in ("EQ", "LE", "BETWEEN"):
            end = bisect_right(order, high, key=lambda entry: entry[0][0])
        if operator == "LT":
            end = bisect_left(order, high, key=lambda entry: entry[0][0])
        if operator == "BEGINS_WITH":
            end = bisect_right(order, low, key=lambda entry: entry[0][0][: len(low)])
    forward = data.get("ScanIndexForward", True)
    start = data.get("ExclusiveStartKey")
    if start:
        cursor = tuple(start[name]["S"] for name, _ in order_names)
        if forward:
            first = max(first, bisect_right(order, cursor, key=lambda entry: entry[0]))
        else:
            end = min(end, bisect_left(order, cursor, key=lambda entry: entry[0]))
    limit = int(data["Limit"]) if data.get("Limit") else len(order)
    chosen = range(first, end)[:limit] if forward else range(first, end)[-limit:]
    return [order[place][1] for place in chosen]


def _quick_server() -> None:
    """MiniStack names its server at the last moment: this one takes a third of the CPU time off a request."""
    hypercorn: Any = importlib.import_module("hypercorn.asyncio")
    uvicorn: Any = importlib.import_module("uvicorn")

    async def serve(app: Any, config: Any) -> None:
        host, port = config.bind[0].rsplit(":", 1)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=host,
                port=int(port),
                http="httptools",
                ws="wsproto",
                lifespan="on",
                log_config=None,
                access_log=False,
                date_header=False,  # MiniStack sends its own
                server_header=False,
                timeout_keep_alive=config.keep_alive_timeout,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        await server.serve()

    hypercorn.serve = serve


def run() -> None:
    lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if CHECKPOINTS in os.environ:
        _keep_streams(os.environ[CHECKPOINTS])
    if PLAIN not in os.environ:
        _quick_queries()
        _quick_server()
    gc.set_threshold(*COLLECT_AFTER)
    sys.argv[1:] = []
    importlib.import_module("ministack.app").main()


if __name__ == "__main__":
    run()
