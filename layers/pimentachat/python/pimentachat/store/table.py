"""DynamoDB as this product uses it: one prefetch a request, writes that carry their own refusal, and one way to change
a record under an optimistic lock. The modules beside this one own the keys; this one owns the client.

Whether a read may be stale is decided here: what a request prefetched is not read again, what it wrote is known as
written, and what it met changed (a condition that failed) is forgotten and read anew.
"""

import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from pimentachat import aws
from pimentachat.config import table_name
from pimentachat.errors.requests import Unavailable
from pimentachat.store.items import Item, Key, Range, Table, incoming, outgoing_key, outgoing_value
from pimentachat.store.writes import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_ATTEMPTS: Final = 16
_GET_MOST: Final = 100
_WRITE_MOST: Final = 25
_QUERY_MOST: Final = 10_000
"""More items are in no megabyte, where a page ends; DynamoDB takes no number beyond 31 bits."""
_AT_ONCE: Final = 16
# DynamoDB refuses longer ones.
_PK_BYTES_MOST: Final = 2048
_SK_BYTES_MOST: Final = 1024

R = TypeVar("R")
T = TypeVar("T")


@cache
def client() -> "DynamoDBClient":
    made: DynamoDBClient = aws.client(
        "dynamodb", max_pool_connections=64, tcp_keepalive=True, parameter_validation=False
    )
    return made


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="store")


# --- what a request knows already

_view: ContextVar[dict[Key, Item | None] | None] = ContextVar("view", default=None)


@contextmanager
def request_view() -> Iterator[None]:
    """While open, what `prefetch` or `get` read is not read again, and what is written is known as written."""
    view = _view.set({})
    try:
        yield
    finally:
        _view.reset(view)


def prefetch(keys: Iterable[Key], *, eventually: Collection[Table] = ()) -> None:
    """Reads the records that a request or a batch is known to need, in one BatchGetItem. Tables named in `eventually`
    are read as of a moment ago, at half the price."""
    view = _view.get()
    if view is not None:
        wanted = [key for key in dict.fromkeys(keys) if key not in view]
        view.update(_fetch(wanted, consistent=True, eventually=eventually))


def _know(key: Key, item: Item | None) -> None:
    view = _view.get()
    if view is not None:
        view[key] = item


def _forget(keys: Iterable[Key]) -> None:
    view = _view.get()
    if view is not None:
        for key in keys:
            view.pop(key, None)


# --- reading


def get(key: Key) -> Item | None:
    """The record as this request knows it, else as it is now."""
    view = _view.get()
    if view is not None and key in view:
        return view[key]
    return reread(key)


def reread(key: Key) -> Item | None:
    """The record as it is now: for those who wait for what others do to it."""
    found = _fetch([key], consistent=True)[key]
    _know(key, found)
    return found


def get_many(keys: Iterable[Key], *, consistent: bool = True) -> dict[Key, Item | None]:
    """Every key with its record or None, in the order asked; reads what the view has from the view."""
    asked = list(dict.fromkeys(keys))
    view = _view.get() or {}
    missing = [key for key in asked if key not in view]
    found = _fetch(missing, consistent=consistent) if missing else {}
    return {key: view[key] if key in view else found[key] for key in asked}


def _fetch(keys: Sequence[Key], *, consistent: bool, eventually: Collection[Table] = ()) -> dict[Key, Item | None]:
    found: dict[Key, Item | None] = dict.fromkeys(keys)
    # A name in a text may be as long as the text: no record has such a key, and one would spoil the whole call.
    askable = [key for key in keys if _possible(key)]
    if len(askable) == 1:
        found[askable[0]] = _fetch_one(askable[0], consistent and askable[0].table not in eventually)
    elif askable:
        chunks = (partial(_fetch_batch, chunk, consistent, eventually) for chunk in _chunks(askable, _GET_MOST))
        for part in side_by_side(*chunks):
            found.update(part)
    return found


def _possible(key: Key) -> bool:
    return len(key.pk.encode()) <= _PK_BYTES_MOST and len(key.sk.encode()) <= _SK_BYTES_MOST


def _fetch_one(key: Key, consistent: bool) -> Item | None:
    answer = _calling(client().get_item)(
        TableName=table_name(key.table), Key=outgoing_key(key), ConsistentRead=consistent
    )
    return incoming(answer["Item"]) if "Item" in answer else None


def _fetch_batch(keys: Sequence[Key], consistent: bool, eventually: Collection[Table]) -> dict[Key, Item | None]:
    tables: dict[str, Table] = {table_name(key.table): key.table for key in keys}
    request: dict[str, Any] = {
        name: {"Keys": [], "ConsistentRead": consistent and table not in eventually} for name, table in tables.items()
    }
    for key in keys:
        request[table_name(key.table)]["Keys"].append(outgoing_key(key))
    found: dict[Key, Item | None] = dict.fromkeys(keys)
    for _ in attempts():
        answer = _calling(client().batch_get_item)(RequestItems=request)
        for name, items in answer["Responses"].items():
            for item in map(incoming, items):
                found[Key(tables[name], item["pk"], item["sk"])] = item
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            break
    return found


def query(
    table: Table,
    pk: str,
    within: Range | None = None,
    *,
    listing: bool = False,
    limit: int | None = None,
    batch: int | None = None,
    consistent: bool = False,
) -> Iterator[Item]:
    """The items of one partition in key order, read page by page as they are taken.

    `listing` walks the table's `listing` index, whose items carry keys only. `limit` bounds how many are read in all,
    `batch` how many with the first call, so that who takes fifty does not pay for a megabyte. Each further call reads
    twice as many: who passes over most of what it reads still ends after few of them.
    """
    within = within or Range()
    pk_name, sk_name = ("list_pk", "list_sk") if listing else ("pk", "sk")
    condition, values = "#p = :p", {":p": outgoing_value(pk)}
    if within.begins:
        condition, values = condition + " AND begins_with(#s, :b)", {**values, ":b": outgoing_value(within.begins)}
    elif within.low or within.high:
        condition += " AND #s BETWEEN :l AND :h"
        values |= {":l": outgoing_value(within.low or " "), ":h": outgoing_value(within.high or "\U0010ffff")}
    names = {"#p": pk_name} | ({"#s": sk_name} if "#s" in condition else {})
    request: dict[str, Any] = {
        "TableName": table_name(table),
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": within.forward,
    }
    if listing:
        request["IndexName"] = "listing"
    else:
        request["ConsistentRead"] = consistent
    if within.start:
        request["ExclusiveStartKey"] = {"pk": outgoing_value(pk), "sk": outgoing_value(within.start)}
    left = limit
    while left is None or left > 0:
        most = min(bound for bound in (left, batch, _QUERY_MOST) if bound is not None)
        answer = _calling(client().query)(**request, Limit=most)
        yield from map(incoming, answer["Items"])
        if left is not None:
            left -= len(answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        batch = batch and min(2 * batch, _QUERY_MOST)


def count(table: Table, pk: str) -> int:
    """How many entries a partition of the `listing` index has; reads all of them, some 7,000 with one call."""
    request: dict[str, Any] = {
        "TableName": table_name(table),
        "IndexName": "listing",
        "KeyConditionExpression": "list_pk = :p",
        "ExpressionAttributeValues": {":p": outgoing_value(pk)},
        "Select": "COUNT",
    }
    found = 0
    while True:
        answer = _calling(client().query)(**request)
        found += int(answer["Count"])
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def scan(table: Table, *, read_units: float = 0, page: int = 2000) -> Iterator[list[Item]]:
    """All items of a table, a page at a time, as of a moment ago: for an administrator's tools, never for a request.

    `read_units`: at most so many a second (0: as quick as it goes), so that who chats meanwhile has theirs.
    """
    request: dict[str, Any] = {"TableName": table_name(table), "Limit": page, "ReturnConsumedCapacity": "TOTAL"}
    while True:
        answer = _calling(client().scan)(**request)
        yield [incoming(item) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        if read_units:
            time.sleep(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0) / read_units)


# --- writing


class ConditionFailed(Exception):
    """A write without a refusal of its own met a record that its condition excludes. `item` is that record, where there
    is one and it is known."""

    def __init__(self, item: Item | None) -> None:
        super().__init__()
        self.item = item


def write(change: Write) -> Item:
    """Carries out one change and returns the record after it (for updates; before it for deletions).

    Raises:
        ChatError: the change's own refusal, when its condition does not hold.
        ConditionFailed: the same, for a change that has none.
    """
    request: dict[str, Any] = change.request()
    if change.only_if:
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if change.kind == "Update":
        request["ReturnValues"] = "ALL_NEW"
    if change.kind == "Delete":
        request["ReturnValues"] = "ALL_OLD"
    calls: dict[str, Callable[..., Any]] = {
        "Put": client().put_item,
        "Update": client().update_item,
        "Delete": client().delete_item,
    }
    _forget([change.key])
    for _ in attempts():
        try:
            answer = _calling(calls[change.kind])(**request)
        except ClientError as problem:
            if _code(problem) == "ConditionalCheckFailedException":
                raise _refusal(change, problem.response.get("Item")) from None
            if _code(problem) != "TransactionConflictException":
                raise
            continue
        break
    item = incoming(answer.get("Attributes") or {})
    _know(change.key, item if change.kind == "Update" else _left_by(change))
    return item


def write_blindly(change: Write) -> None:
    """Carries out one update of an attribute that nothing in a request depends on: nothing of the record is returned,
    and what the request knows of it stays.

    Raises:
        ConditionFailed: its condition does not hold.
    """
    try:
        _calling(client().update_item)(**change.request(), ReturnValues="NONE")
    except ClientError as problem:
        if _code(problem) == "ConditionalCheckFailedException":
            raise ConditionFailed(None) from None
        raise


def _left_by(change: Write) -> Item | None:
    """The record that a put or a deletion leaves behind."""
    return incoming(change.request()["Item"]) if change.kind == "Put" else None


def _refusal(change: Write, held: Any) -> Exception:
    item = incoming(held) if held else None
    _know(change.key, item)
    return change.otherwise or ConditionFailed(item)


def transact(*changes: Write) -> None:
    """Carries out all changes or none; a conflict with another transaction is tried again.

    Raises:
        ChatError: the refusal of the first change whose condition does not hold.
        ConditionFailed: the same, for a change that has none.
    """
    for _ in attempts():
        if transact_once(*changes):
            break


def transact_once(*changes: Write) -> bool:
    """Carries out all changes or none. False: none, since somebody else changes one of the records at this moment.

    Raises:
        ChatError, ConditionFailed: as `transact`.
    """
    items = [{change.kind: {**change.request(), **_told_when_refused(change)}} for change in changes]
    _forget(change.key for change in changes)
    try:
        _calling(client().transact_write_items)(TransactItems=items)
    except ClientError as problem:
        if _code(problem) != "TransactionCanceledException":
            raise
        for change, reason in zip(changes, problem.response.get("CancellationReasons", []), strict=False):
            if reason.get("Code") == "ConditionalCheckFailed":
                raise change.otherwise or ConditionFailed(_item_in(reason)) from None
        return False
    for change in changes:
        if change.kind in {"Put", "Delete"}:
            _know(change.key, _left_by(change))
    return True


def _told_when_refused(change: Write) -> dict[str, str]:
    return {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if change.only_if else {}


def _item_in(reason: Any) -> Item | None:
    held = reason.get("Item")
    return incoming(held) if held else None


def change(
    key: Key, load: Callable[[Item], R], edit: Callable[[R], R], save: Callable[[R, R], Sequence[Write]]
) -> R | None:
    """Changes a record under an optimistic lock: `edit` says how, from the record as it was read, and `save` gives the
    writes that carry it out, the first of them on condition that the record is still that one. Whoever was faster wins,
    and the change is made again on top of theirs; an `edit` that returns what it was given changes nothing.

    Returns: what was saved; None when the record is gone.

    Raises:
        ChatError: what `edit` refuses, or the refusal of one of the further writes.
    """
    item = get(key)
    for _ in attempts():
        if item is None:
            return None
        before = load(item)
        after = edit(before)
        if after is before:
            return before
        changes = save(before, after)
        try:
            if len(changes) == 1:
                write(changes[0])
            else:
                transact(*changes)
        except ConditionFailed:
            item = get(key) if len(changes) == 1 else reread(key)
            continue
        break
    return after


def write_many(changes: Sequence[Write]) -> None:
    """Puts and deletions without conditions, 25 to a call; each happens, though not together."""
    _forget(change.key for change in changes)
    for chunk in _chunks(changes, _WRITE_MOST):
        request: dict[str, Any] = {}
        for change in chunk:
            kind = "PutRequest" if change.kind == "Put" else "DeleteRequest"
            body = {name: part for name, part in change.request().items() if name != "TableName"}
            request.setdefault(table_name(change.key.table), []).append({kind: body})
        for _ in attempts():
            request = _calling(client().batch_write_item)(RequestItems=request).get("UnprocessedItems") or {}
            if not request:
                break


# --- calling


_beside: ContextVar[bool] = ContextVar("beside", default=False)


def side_by_side(*calls: Callable[[], T]) -> list[T]:
    """Runs independent calls at once: their round trips cost as much as the slowest one.

    Inside one of them, further ones run one after the other: a call that waited for a thread of the pool while it holds
    one itself could wait for ever.
    """
    if len(calls) < 2 or _beside.get():
        return [call() for call in calls]
    futures: list[Future[T]] = [_threads().submit(copy_context().run, _as_beside, call) for call in calls[1:]]
    try:
        first = calls[0]()
    finally:
        wait(futures)
    return [first, *(future.result() for future in futures)]


def with_beside(read: Callable[[], T], also: Callable[[], object]) -> T:
    """What `read` finds; `also` is done at the same time."""
    found: list[T] = []
    side_by_side(lambda: found.append(read()), lambda: also() and None)
    return found[0]


def _as_beside(call: Callable[[], T]) -> T:
    _beside.set(True)
    return call()


# The service could not do it at this moment. Not AccessDeniedException: a right that is missing stays missing.
_BRIEF: Final = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
}


def _calling(call: Callable[..., T]) -> Callable[..., T]:
    def called(**request: Any) -> T:
        try:
            return call(**request)
        except ClientError as problem:
            if _code(problem) in _BRIEF:
                raise Unavailable from problem
            raise
        except BotoCoreError as problem:
            # No connection, or no answer in time: it may have happened all the same.
            raise Unavailable from problem

    return called


def _code(problem: ClientError) -> str:
    return str(problem.response["Error"]["Code"])


def attempts() -> Iterator[int]:
    """Numbers the attempts at something that somebody else may be in the way of, with a pause before each but the
    first.

    Raises:
        Unavailable: after the last attempt.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            # Full jitter, so that writers that met once do not meet again.
            time.sleep(random.uniform(0, min(0.5, 0.01 * 2**attempt)))  # noqa: S311
        yield attempt
    raise Unavailable


def _chunks(parts: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (parts[start : start + size] for start in range(0, len(parts), size))
