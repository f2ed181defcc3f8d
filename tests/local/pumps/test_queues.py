"""What a worker behind a queue may count on: every message at least once; what it cannot take becomes a dead letter."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.aws import client
from local.pumps.queues import QueuePump
from local.resources import QueueSource, queue_sources


class Worker:
    """Remembers the bodies of every call; `poison` are bodies it reports as failed, `fatal` ones it raises at."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.records: list[dict[str, Any]] = []
        self.poison: set[str] = set()
        self.fatal: set[str] = set()
        self.called = threading.Event()

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        assert context.get_remaining_time_in_millis() > 0
        bodies = [record["body"] for record in event["Records"]]
        self.calls.append(bodies)
        self.records += event["Records"]
        self.called.set()
        if self.fatal.intersection(bodies):
            raise RuntimeError("cannot")
        failed = [record["messageId"] for record in event["Records"] if record["body"] in self.poison]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


@pytest.fixture
def source(endpoint, prefix, template, variables) -> QueueSource:
    (source,) = queue_sources(endpoint, prefix, template)
    return source


@pytest.fixture
def send(endpoint, source) -> Callable[..., None]:
    def send(*bodies: str, **attributes: Any) -> None:
        for body in bodies:
            client("sqs", endpoint).send_message(
                QueueUrl=source.queue_url, MessageBody=body, MessageAttributes=attributes
            )

    return send


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def pump(endpoint, source, worker) -> Iterator[Callable[..., QueuePump]]:
    made: list[QueuePump] = []

    def make(backoff_seconds: int = 0, **changes: Any) -> QueuePump:
        made.append(QueuePump(replace(source, **changes), worker, endpoint, backoff_seconds=backoff_seconds))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def waiting(endpoint, prefix) -> Callable[[str], tuple[int, int]]:
    """How many messages of a queue are visible, and how many were handed out and not deleted."""

    def count(queue: str) -> tuple[int, int]:
        sqs = client("sqs", endpoint)
        url = sqs.get_queue_url(QueueName=prefix + queue)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        visible, handed_out = (int(attributes[name]) for name in names)
        return visible, handed_out

    return count


def test_messages_arrive_in_batches_and_are_deleted(pump, send, worker, waiting):
    send(*"abcdefghijkl")
    assert pump().poll() == 12
    assert [len(call) for call in worker.calls] == [10, 2]
    assert waiting("WorkQueue") == (0, 0)
    assert pump().poll() == 0


def test_a_batch_may_be_larger_than_a_page_of_sqs(pump, send, worker):
    send(*(str(number) for number in range(25)))
    pump(batch_size=20).poll()
    assert [len(call) for call in worker.calls] == [20, 5]


def test_a_message_looks_as_lambda_hands_it_over(pump, send, worker, source):
    send(
        "roses", kind={"DataType": "String", "StringValue": "flower"}, raw={"DataType": "Binary", "BinaryValue": b"\0"}
    )
    pump().poll()
    (record,) = worker.records
    assert record["messageId"]
    assert record["receiptHandle"]
    assert record["body"] == "roses"
    assert record["md5OfBody"] == hashlib.md5(b"roses").hexdigest()
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert {"SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"} <= record["attributes"].keys()
    lists = {"stringListValues": [], "binaryListValues": []}
    assert record["messageAttributes"] == {
        "kind": {"stringValue": "flower", **lists, "dataType": "String"},
        "raw": {"binaryValue": "AA==", **lists, "dataType": "Binary"},
    }
    assert (record["eventSource"], record["awsRegion"]) == ("aws:sqs", "us-east-1")
    assert record["eventSourceARN"] == source.queue_arn


def test_of_a_batch_only_what_failed_comes_again(pump, send, worker, waiting):
    worker.poison = {"b"}
    send("a", "b", "c")
    one = pump()
    one.poll()
    worker.poison = set()
    one.poll()
    assert worker.calls == [["a", "b", "c"], ["b"]]
    assert worker.records[-1]["attributes"]["ApproximateReceiveCount"] == "2"
    assert waiting("WorkQueue") == (0, 0)


def test_after_an_exception_all_come_again(pump, send, worker):
    worker.fatal = {"b"}
    send("a", "b")
    one = pump()
    one.poll()
    worker.fatal = set()
    one.poll()
    assert worker.calls == [["a", "b"], ["a", "b"]]


def test_without_partial_failures_an_answer_means_that_all_went_well(pump, send, worker, waiting):
    worker.poison = {"a"}
    send("a")
    pump(report_failures=False).poll()
    assert waiting("WorkQueue") == (0, 0)


def test_an_unknown_failed_message_fails_the_whole_batch(pump, send, endpoint, source, waiting):
    def confused(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": "what"}]}

    send("a", "b")
    QueuePump(source, confused, endpoint, backoff_seconds=0).poll()
    assert waiting("WorkQueue") == (2, 0)


def test_what_fails_too_often_lands_in_the_dead_letter_queue(pump, send, worker, waiting):
    worker.poison = {"b"}
    send("a", "b")
    one = pump()
    for _ in range(5):
        one.poll()
    assert worker.calls == [["a", "b"], ["b"], ["b"]]  # maxReceiveCount is 3
    assert waiting("WorkQueue") == (0, 0)
    assert waiting("UndeliveredQueue") == (1, 0)


def test_a_failed_message_rests_and_does_not_hold_up_others(pump, send, worker, waiting):
    worker.poison = {"b"}
    send("b")
    one = pump(backoff_seconds=30)
    one.poll()
    send("c")
    assert one.poll() == 1
    assert worker.calls == [["b"], ["c"]]
    assert waiting("WorkQueue") == (0, 1)


def test_the_pause_before_a_retry_doubles_up_to_the_visibility_timeout(pump, send, worker, endpoint, monkeypatch):
    pauses: list[int] = []
    one = pump(backoff_seconds=20)

    def change(*, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:  # noqa: N803
        pauses.extend(entry.pop("VisibilityTimeout") for entry in Entries)
        at_once = [{**entry, "VisibilityTimeout": 0} for entry in Entries]
        client("sqs", endpoint).change_message_visibility_batch(QueueUrl=QueueUrl, Entries=at_once)

    monkeypatch.setattr(one, "_sqs", _Instead(one._sqs, change_message_visibility_batch=change))
    worker.poison = {"b"}
    send("b")
    for _ in range(3):
        one.poll()
    assert pauses == [20, 40, 60]


def test_what_the_filter_leaves_out_is_deleted_without_a_call(pump, send, worker, waiting):
    send('{"kind": "mail"}', '{"kind": "push"}', "no JSON")
    assert pump(patterns=({"body": {"kind": ["push"]}},)).poll() == 1
    assert worker.calls == [['{"kind": "push"}']]
    assert waiting("WorkQueue") == (0, 0)


def test_a_wake_brings_the_message_at_once_and_a_stop_drains(pump, send, worker):
    one = pump()
    one._idle_seconds = 60
    one.start()
    send("a")
    one.wake()
    assert worker.called.wait(5)
    send("b")
    one.stop()
    assert worker.calls == [["a"], ["b"]]


def test_a_batch_waits_for_more_within_its_window_and_no_longer(pump, send, worker):
    one = pump(batch_size=3, window_seconds=60)
    send("a", "b")
    one.start()
    send("c")
    one.wake()
    assert worker.called.wait(5)
    assert worker.calls[0] == ["a", "b", "c"]


class _Instead:
    """An object with some of its methods replaced."""

    def __init__(self, inner: Any, **methods: Any) -> None:
        self._inner = inner
        vars(self).update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
