"""What a worker may count on: every record, in order, at least once; what it cannot take becomes a dead letter."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from local.aws import client
from local.pumps.streams import Checkpoints, StreamPump
from local.resources import StreamSource, stream_sources


class Worker:
    """A handler that remembers every call; `poison` are sort keys it reports as failed, `fatal` ones it raises at."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.poison: set[str] = set()
        self.fatal: set[str] = set()
        self.heal_after = 1_000_000

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        assert context.get_remaining_time_in_millis() > 0
        keys = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
        self.calls.append(keys)
        if len(self.calls) <= self.heal_after:
            if self.fatal.intersection(keys):
                raise RuntimeError("cannot")
            for record, key in zip(event["Records"], keys, strict=True):
                if key in self.poison:
                    return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}


@pytest.fixture
def source(endpoint, prefix, template, variables) -> StreamSource:
    (source,) = stream_sources(endpoint, prefix, template)
    return source


@pytest.fixture
def write(endpoint, variables) -> Callable[..., None]:
    def put(*keys: str, **attributes: Any) -> None:
        for key in keys:
            item = {"pk": {"S": "NOTES"}, "sk": {"S": key}, **attributes}
            client("dynamodb", endpoint).put_item(TableName=variables["NOTES_TABLE"], Item=item)

    return put


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def pump(endpoint, source, worker, tmp_path) -> Iterator[Callable[..., StreamPump]]:
    """Makes pumps that share a checkpoint file, as one server after the other does."""
    made: list[StreamPump] = []

    def make(**changes: Any) -> StreamPump:
        checkpoints = Checkpoints(tmp_path / "streams.json")
        made.append(StreamPump(replace(source, **changes), worker, endpoint, checkpoints, backoff_seconds=0.001))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def dead_letters(endpoint: str, source: StreamSource) -> list[dict[str, Any]]:
    answer = client("sqs", endpoint).receive_message(QueueUrl=source.dead_letters, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_records_arrive_in_order_in_batches_of_the_declared_size(pump, write, worker):
    write(*(f"{number:02}" for number in range(25)))
    assert pump().poll() == 25
    assert [len(call) for call in worker.calls] == [10, 10, 5]
    assert list(chain(*worker.calls)) == [f"{number:02}" for number in range(25)]


def test_a_record_looks_as_lambda_hands_it_over(endpoint, source, pump, write, tmp_path):
    events: list[dict[str, Any]] = []
    write("a", blob={"B": b"\x00\x01"}, nested={"M": {"list": {"L": [{"B": b"\xff"}]}}}, names={"SS": ["x"]})
    one = StreamPump(
        source, lambda event, context: events.append(event), endpoint, Checkpoints(tmp_path / "other.json")
    )
    one.poll()
    (record,) = events[0]["Records"]
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventName"] == "INSERT"
    assert record["eventSourceARN"] == source.stream_arn
    assert record["dynamodb"]["NewImage"] == {
        "pk": {"S": "NOTES"},
        "sk": {"S": "a"},
        "blob": {"B": "AAE="},
        "nested": {"M": {"list": {"L": [{"B": "/w=="}]}}},
        "names": {"SS": ["x"]},
    }
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int)
    assert json.loads(json.dumps(record)) == record


def test_what_the_filter_leaves_out_is_settled_without_a_call(endpoint, variables, pump, write, worker):
    write("a")
    first = pump()
    first.poll()
    key = {"pk": {"S": "NOTES"}, "sk": {"S": "a"}}
    client("dynamodb", endpoint).delete_item(TableName=variables["NOTES_TABLE"], Key=key)
    assert first.poll() == 1
    assert pump().poll() == 0
    assert worker.calls == [["a"]]


def test_a_failed_record_is_tried_again_alone_and_the_rest_follows(pump, write, worker, endpoint, source):
    worker.poison = {"c"}
    worker.heal_after = 1
    write("a", "b", "c", "d", "e")
    pump().poll()
    assert worker.calls == [["a", "b", "c", "d", "e"], ["c"], ["d", "e"]]
    assert dead_letters(endpoint, source) == []


def test_poison_is_given_up_after_the_declared_retries_and_noted(pump, write, worker, endpoint, source):
    worker.poison = {"b"}
    write("a", "b", "c")
    pump().poll()
    assert worker.calls == [["a", "b", "c"], ["b"], ["b"], ["c"]]
    (letter,) = dead_letters(endpoint, source)
    information = letter["DDBStreamBatchInfo"]
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3
    assert (information["batchSize"], information["streamArn"]) == (1, source.stream_arn)
    assert information["startSequenceNumber"] == information["endSequenceNumber"]


def test_a_batch_that_raises_is_halved_until_the_poison_is_alone(pump, write, worker, endpoint, source):
    worker.fatal = {"c"}
    write("a", "b", "c", "d")
    pump().poll()
    assert worker.calls == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["c"], ["c"], ["d"]]
    assert [letter["DDBStreamBatchInfo"]["batchSize"] for letter in dead_letters(endpoint, source)] == [1]


def test_without_bisection_the_whole_rest_is_retried_and_given_up(pump, write, worker, endpoint, source):
    worker.poison = {"b"}
    write("a", "b", "c")
    pump(bisect=False).poll()
    assert worker.calls == [["a", "b", "c"], ["b", "c"], ["b", "c"]]
    assert [letter["DDBStreamBatchInfo"]["batchSize"] for letter in dead_letters(endpoint, source)] == [2]


def test_an_unknown_failed_record_fails_the_whole_batch(endpoint, source, write, tmp_path):
    calls: list[int] = []

    def confused(event: dict[str, Any], context: Any) -> dict[str, Any]:
        calls.append(len(event["Records"]))
        return {"batchItemFailures": [{"itemIdentifier": "what"}] if len(calls) == 1 else []}

    write("a", "b")
    checkpoints = Checkpoints(tmp_path / "other.json")
    StreamPump(replace(source, bisect=False), confused, endpoint, checkpoints, backoff_seconds=0.001).poll()
    assert calls == [2, 2]


def test_a_new_start_goes_on_where_the_last_one_ended(pump, write, worker):
    write("a", "b")
    pump().poll()
    write("c")
    pump().poll()
    assert worker.calls == [["a", "b"], ["c"]]


def test_what_fails_is_given_up_when_it_is_too_old(pump, write, worker, endpoint, source):
    worker.poison = {"b"}
    write("a", "b", "c")
    pump(max_retries=-1, max_age_seconds=0).poll()
    # Age alone is no failure: what works is not given up.
    assert worker.calls == [["a", "b", "c"], ["c"]]
    (letter,) = dead_letters(endpoint, source)
    assert letter["requestContext"]["condition"] == "RecordAgeExceeded"


def test_a_pump_stopped_amid_retries_leaves_the_rest_for_the_next_start(pump, write, worker):
    worker.poison = {"b"}
    write("a", "b", "c")
    stubborn = pump(max_retries=-1)
    stubborn.start()
    until(lambda: len(worker.calls) > 3)
    stubborn.stop(drain_seconds=0.2)
    worker.poison, worker.calls = set(), []
    pump().poll()
    assert worker.calls == [["b", "c"]]


def test_stopping_delivers_what_is_already_there(pump, write, worker):
    running = pump()
    running.start()
    until(lambda: running._iterators)
    write("a", "b")
    running.stop()
    assert list(chain(*worker.calls)) == ["a", "b"]


def test_a_checkpoint_that_the_stream_no_longer_holds_neither_loses_nor_repeats(pump, write, worker, source, tmp_path):
    write("a", "b")
    pump().poll()
    places = json.loads((tmp_path / "streams.json").read_text())
    ((shard, sequence_number),) = places[source.stream_arn].items()
    gone = f"{int(sequence_number) + 1:0{len(sequence_number)}}"
    (tmp_path / "streams.json").write_text(json.dumps({source.stream_arn: {shard: gone}}))
    time.sleep(0.01)  # sequence numbers carry the millisecond
    write("c")
    pump().poll()
    assert worker.calls == [["a", "b"], ["c"]]


def test_a_write_is_delivered_soon_after_it_woke_the_pump(pump, write, worker):
    arrived = threading.Event()
    running = pump()
    inner = running._handler

    def handler(event: dict[str, Any], context: Any) -> Any:
        arrived.set()
        return inner(event, context)

    running._handler = handler
    running.start()
    until(lambda: running._iterators)
    write("a")
    started = time.perf_counter()
    running.wake()
    assert arrived.wait(2)
    assert time.perf_counter() - started < 0.2


def test_a_checkpoint_file_cut_short_is_never_seen(tmp_path):
    checkpoints = Checkpoints(tmp_path / "streams.json")
    threads = [
        threading.Thread(target=lambda shard=shard: [checkpoints.save("arn", shard, str(n)) for n in range(100)])
        for shard in "abcd"
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if (tmp_path / "streams.json").exists():
            Checkpoints(tmp_path / "streams.json")
    assert [Checkpoints(tmp_path / "streams.json").find("arn", shard) for shard in "abcd"] == ["99"] * 4


def until(condition: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
