"""Delivers a table's DynamoDB stream to a worker function, as Lambda's event source mapping does.

Records of a shard arrive in order and at least once. A batch is settled when the handler took it, or when what it could
not take was given up after the declared retries, or at the declared age, and noted in the dead-letter queue. Where each
shard stands is kept in a file (`Checkpoints`), so that a new start goes on where the last one ended.
"""

import base64
import json
import logging
import threading
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.aws import client
from local.event_filters import matches_any
from local.lambda_context import LambdaContext
from local.pumps.pump import Handler, Pump
from local.resources import StreamSource

_LOG = logging.getLogger(__name__)

Record = dict[str, Any]

_LOST_PLACE = {"ExpiredIteratorException", "TrimmedDataAccessException"}


class Checkpoints:
    """Per stream and shard, the sequence number up to which everything is settled; `CLOSED` after a finished shard."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._places: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._places = {}

    def find(self, stream_arn: str, shard_id: str) -> str | None:
        with self._lock:
            return self._places.get(stream_arn, {}).get(shard_id)

    def save(self, stream_arn: str, shard_id: str, sequence_number: str) -> None:
        """Durable against the end of this process when it returns."""
        with self._lock:
            self._places.setdefault(stream_arn, {})[shard_id] = sequence_number
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps(self._places), encoding="utf-8")
            fresh.replace(self._path)


@dataclass(frozen=True)
class _Batch:
    records: Sequence[Record]
    failures: int = 0


class StreamPump(Pump):
    """Calls `handler` with the records of one stream: by itself after `start`, or page by page with `poll`.

    Args:
        source: what the template declares: batch size, retries, bisection, filters, dead-letter queue.
        handler: called with a Lambda event and a context.
        endpoint_url: where the stream and the queue are.
        checkpoints: shared by all pumps of a server.
        idle_seconds: as for every pump.
        backoff_seconds: the pause before the first retry; it doubles with each, up to 5 s.
    """

    def __init__(
        self,
        source: StreamSource,
        handler: Handler,
        endpoint_url: str,
        checkpoints: Checkpoints,
        *,
        idle_seconds: float = 1.0,
        backoff_seconds: float = 0.1,
    ) -> None:
        super().__init__(source.function, idle_seconds)
        self._source = source
        self._handler = handler
        self._endpoint_url = endpoint_url
        self._streams = client("dynamodbstreams", endpoint_url)
        self._checkpoints = checkpoints
        self._backoff_seconds = backoff_seconds
        self._iterators: dict[str, str] = {}
        self._skip_until: dict[str, int] = {}
        self._shards: list[dict[str, Any]] | None = None

    def poll(self) -> int:
        """Delivers the next page of every readable shard; returns how many records that brought it forward."""
        return sum(self._poll_shard(shard_id) for shard_id in self._readable_shards())

    def _recover(self) -> None:
        self._shards = None

    # ---- reading -----------------------------------------------------------------------------------------------

    def _readable_shards(self) -> list[str]:
        """Shards not finished whose parent is: a child may only be read after its parent, or order is lost."""
        if self._shards is None:
            self._shards = self._all_shards()
        arn = self._source.stream_arn
        open_shards = {
            shard["ShardId"]: shard.get("ParentShardId")
            for shard in self._shards
            if self._checkpoints.find(arn, shard["ShardId"]) != CLOSED
        }
        return [shard_id for shard_id, parent in open_shards.items() if parent not in open_shards]

    def _all_shards(self) -> list[dict[str, Any]]:
        shards: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        while True:
            answer = self._streams.describe_stream(StreamArn=self._source.stream_arn, **page)["StreamDescription"]
            shards += answer["Shards"]
            if "LastEvaluatedShardId" not in answer:
                return shards
            page = {"ExclusiveStartShardId": answer["LastEvaluatedShardId"]}

    def _poll_shard(self, shard_id: str) -> int:
        arn = self._source.stream_arn
        try:
            iterator = self._iterators.pop(shard_id, None) or self._iterator(shard_id)
            answer = self._streams.get_records(ShardIterator=iterator)
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] not in _LOST_PLACE:
                raise
            answer = self._streams.get_records(ShardIterator=self._iterator_from_horizon(shard_id))
        skip = self._skip_until.get(shard_id, -1)
        page = [_as_lambda_record(one, arn) for one in answer["Records"]]
        records = [one for one in page if int(_sequence(one)) > skip]
        unsettled = self._deliver(shard_id, records)
        if unsettled:
            return len(page) - unsettled  # stopped in between: the next start reads on from the checkpoint
        if answer.get("NextShardIterator"):
            self._iterators[shard_id] = answer["NextShardIterator"]
        else:
            self._checkpoints.save(arn, shard_id, CLOSED)
            self._shards = None
        return len(page)

    def _iterator(self, shard_id: str) -> str:
        checkpoint = self._checkpoints.find(self._source.stream_arn, shard_id)
        if checkpoint is None:
            return self._iterator_from_horizon(shard_id)
        place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": checkpoint}
        answer = self._streams.get_shard_iterator(StreamArn=self._source.stream_arn, ShardId=shard_id, **place)
        return str(answer["ShardIterator"])

    def _iterator_from_horizon(self, shard_id: str) -> str:
        """From the oldest record on; what the checkpoint covers will be skipped, not delivered twice."""
        checkpoint = self._checkpoints.find(self._source.stream_arn, shard_id)
        self._skip_until[shard_id] = int(checkpoint) if checkpoint else -1
        answer = self._streams.get_shard_iterator(
            StreamArn=self._source.stream_arn, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
        )
        return str(answer["ShardIterator"])

    # ---- delivering --------------------------------------------------------------------------------------------

    def _deliver(self, shard_id: str, records: list[Record]) -> int:
        """Settles the records in order; returns how many are left, which are some only when the pump is stopping."""
        if not records:
            return 0
        places = {_sequence(record): index for index, record in enumerate(records)}
        wanted = [record for record in records if matches_any(self._source.patterns, record)]
        size = self._source.batch_size
        waiting = deque(_Batch(wanted[start : start + size]) for start in range(0, len(wanted), size))
        while waiting:
            batch = waiting.popleft()
            if self._gives_way(batch):
                return len(records) - places[_sequence(batch.records[0])]
            waiting.extendleft(reversed(self._attempt(shard_id, batch)))
            settled = places[_sequence(waiting[0].records[0])] if waiting else len(records)
            if settled:
                self._checkpoints.save(self._source.stream_arn, shard_id, _sequence(records[settled - 1]))
        if not wanted:
            self._checkpoints.save(self._source.stream_arn, shard_id, _sequence(records[-1]))
        return 0

    def _gives_way(self, batch: _Batch) -> bool:
        """Waits first when the batch failed before; while the pump is stopping nothing is tried a second time."""
        if batch.failures:
            return self._stop.wait(min(self._backoff_seconds * 2 ** (batch.failures - 1), 5.0))
        return self._must_end()

    def _attempt(self, shard_id: str, batch: _Batch) -> list[_Batch]:
        """Calls the handler once; returns what is still to be settled, in order."""
        records = batch.records
        context = LambdaContext(self._source.function)
        event = json.loads(json.dumps({"Records": records}))  # a handler that changes its event changes a copy
        try:
            answer = self._handler(event, context)
        except Exception:
            _LOG.exception("%s failed with %d records", self._source.function, len(records))
            if self._source.bisect and len(records) > 1:
                # Halving costs no retry: the aim is to find the record that fails.
                middle = len(records) // 2
                return [replace(batch, records=records[:middle]), replace(batch, records=records[middle:])]
            return self._failed_again(shard_id, batch, context)
        failed = self._first_failure(records, answer)
        if failed is None:
            return []
        remaining = records[failed:]
        failures = batch.failures if failed == 0 else 0
        if self._source.bisect and len(remaining) > 1:
            rest = [_Batch(remaining[1:])]
            return self._failed_again(shard_id, _Batch(remaining[:1], failures), context) + rest
        return self._failed_again(shard_id, _Batch(remaining, failures), context)

    def _first_failure(self, records: Sequence[Record], answer: Any) -> int | None:
        """The index of the first record that the handler reports as failed; an unknown one fails the whole batch."""
        if not self._source.report_failures or not isinstance(answer, dict):
            return None
        failures = answer.get("batchItemFailures") or []
        if not failures:
            return None
        reported = {one.get("itemIdentifier") for one in failures}
        places = {_sequence(record): index for index, record in enumerate(records)}
        if not reported <= places.keys():
            return 0
        return min(places[one] for one in reported)

    def _failed_again(self, shard_id: str, batch: _Batch, context: LambdaContext) -> list[_Batch]:
        failures = batch.failures + 1
        if 0 <= self._source.max_retries < failures:
            self._give_up(shard_id, batch.records, failures, "RetryAttemptsExhausted", context)
            return []
        if 0 <= self._source.max_age_seconds <= _age(batch.records[0]):
            self._give_up(shard_id, batch.records, failures, "RecordAgeExceeded", context)
            return []
        return [replace(batch, failures=failures)]

    def _give_up(
        self, shard_id: str, records: Sequence[Record], attempts: int, condition: str, context: LambdaContext
    ) -> None:
        first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
        _LOG.error("%s gave up %d records after %d attempts", self._source.function, len(records), attempts)
        if self._source.dead_letters is None:
            return
        letter = {
            "requestContext": {
                "requestId": context.aws_request_id,
                "functionArn": context.invoked_function_arn,
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "DDBStreamBatchInfo": {
                "shardId": shard_id,
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "approximateArrivalOfFirstRecord": _iso(first),
                "approximateArrivalOfLastRecord": _iso(last),
                "batchSize": len(records),
                "streamArn": self._source.stream_arn,
            },
        }
        queue = client("sqs", self._endpoint_url)
        queue.send_message(QueueUrl=self._source.dead_letters, MessageBody=json.dumps(letter))


CLOSED = "closed"


def _sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _age(record: Record) -> float:
    """In seconds, since the record was written."""
    return datetime.now(UTC).timestamp() - float(record["dynamodb"].get("ApproximateCreationDateTime", 0))


def _iso(change: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(change.get("ApproximateCreationDateTime", 0), UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _as_lambda_record(record: dict[str, Any], stream_arn: str) -> Record:
    """What the streams API answers, in the shape that Lambda hands to functions: plain JSON."""
    change = dict(record["dynamodb"])
    created = change.get("ApproximateCreationDateTime")
    if isinstance(created, datetime):
        change["ApproximateCreationDateTime"] = int(created.timestamp())
    for image in ("Keys", "NewImage", "OldImage"):
        if image in change:
            change[image] = {name: _plain(value) for name, value in change[image].items()}
    return {
        "eventID": record.get("eventID") or uuid.uuid4().hex,
        "eventName": record["eventName"],
        "eventVersion": record.get("eventVersion", "1.1"),
        "eventSource": "aws:dynamodb",
        "awsRegion": record.get("awsRegion", ""),
        "dynamodb": change,
        "eventSourceARN": stream_arn,
    }


def _plain(value: Any) -> Any:
    """An attribute value with its bytes as base64 text, as JSON carries them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
