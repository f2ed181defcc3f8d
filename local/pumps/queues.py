"""Delivers an SQS queue to a worker function, as Lambda's event source mapping does.

A message is deleted when the function took it. One that fails comes again, and after the queue's `maxReceiveCount` SQS
itself moves it to the dead-letter queue. Lambda lets a failed message come again when the queue's visibility timeout is
over; here it comes sooner, after 1, 2, 4 ... seconds and at the latest after that timeout, because somebody sits before
the screen. (A timeout that the function itself set for a message that it then refuses is overwritten.) Batches are
handled one after the other, where Lambda handles some side by side.
"""

import base64
import contextlib
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

from local.aws import client
from local.event_filters import matches_any
from local.lambda_context import LambdaContext
from local.pumps.pump import Handler, Pump
from local.resources import QueueSource

_LOG = logging.getLogger(__name__)

Message = dict[str, Any]

_PAGE = 10
"""The most that SQS hands out, deletes or changes with one call."""


class QueuePump(Pump):
    """Calls `handler` with the messages of one queue.

    Args:
        source: what the template declares: batch size and window, partial failures, filters.
        handler: called with a Lambda event and a context.
        endpoint_url: where the queue is.
        backoff_seconds: the pause before the first retry, which doubles with each; 0 lets them come at once.
        long_poll_seconds: how long an idle look waits within SQS. 0 for MiniStack, which would look ten times a second,
            and where `wake` tells of everything; a thread in a long poll can be neither woken nor stopped.
        idle_seconds: as for every pump.
    """

    def __init__(
        self,
        source: QueueSource,
        handler: Handler,
        endpoint_url: str,
        *,
        backoff_seconds: int = 1,
        long_poll_seconds: int = 0,
        idle_seconds: float = 1.0,
    ) -> None:
        super().__init__(source.function, idle_seconds)
        self._source = source
        self._handler = handler
        self._sqs = client("sqs", endpoint_url)
        self._backoff_seconds = backoff_seconds
        self._long_poll_seconds = long_poll_seconds

    def poll(self) -> int:
        """Delivers the messages that are visible now, each once; returns how many the function was called with."""
        return self._deliver(window_seconds=0, long_poll_seconds=0)

    def _look(self) -> int:
        return self._deliver(self._source.window_seconds, self._long_poll_seconds)

    def _deliver(self, window_seconds: float, long_poll_seconds: int) -> int:
        met: set[str] = set()
        failed: list[Message] = []
        handled = 0
        try:
            while not self._must_end():
                batch = self._batch(window_seconds, long_poll_seconds)
                wanted = [message for message in batch if self._wants(message)]
                refused = self._attempt(wanted) if wanted else []
                lost = {message["MessageId"] for message in refused}
                self._delete([message for message in batch if message["MessageId"] not in lost])
                failed += refused
                handled += len(wanted)
                names = {message["MessageId"] for message in batch}
                if not batch or names & met:  # a message comes a second time: the rest is for the next look
                    break
                met |= names
                long_poll_seconds = 0
        finally:
            self._come_again_soon(failed)
        return handled

    # ---- reading ----------------------------------------------------------------------------------------------

    def _batch(self, window_seconds: float, long_poll_seconds: int) -> list[Message]:
        batch = self._receive(self._source.batch_size, long_poll_seconds)
        until = time.monotonic() + window_seconds
        while batch and len(batch) < self._source.batch_size and not self._stop.is_set():
            more = self._receive(self._source.batch_size - len(batch), 0)
            batch += more
            remaining = until - time.monotonic()
            if not more:
                if remaining <= 0:
                    break
                self._wake.wait(min(remaining, self._idle_seconds))
                self._wake.clear()
        return batch

    def _receive(self, limit: int, long_poll_seconds: int) -> list[Message]:
        answer = self._sqs.receive_message(
            QueueUrl=self._source.queue_url,
            MaxNumberOfMessages=min(limit, _PAGE),
            WaitTimeSeconds=long_poll_seconds,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[Message] = answer.get("Messages", [])
        return messages

    def _wants(self, message: Message) -> bool:
        """Filters look into the body when it is JSON; what they leave out is deleted, as Lambda does."""
        if not self._source.patterns:
            return True
        record = self._as_lambda_record(message)
        with contextlib.suppress(ValueError):
            record["body"] = json.loads(record["body"])
        return matches_any(self._source.patterns, record)

    # ---- delivering -------------------------------------------------------------------------------------------

    def _attempt(self, batch: Sequence[Message]) -> list[Message]:
        """Calls the handler once; returns the messages that it did not take."""
        event = {"Records": [self._as_lambda_record(message) for message in batch]}
        try:
            answer = self._handler(event, LambdaContext(self._source.function))
        except Exception:
            _LOG.exception("%s failed with %d messages", self._source.function, len(batch))
            return list(batch)
        if not self._source.report_failures or not isinstance(answer, dict):
            return []
        reported = {one.get("itemIdentifier") for one in answer.get("batchItemFailures") or []}
        if not reported <= {message["MessageId"] for message in batch}:
            return list(batch)  # an unknown one fails them all
        return [message for message in batch if message["MessageId"] in reported]

    def _delete(self, messages: Sequence[Message]) -> None:
        for page in _pages(messages):
            entries = [{"Id": str(place), "ReceiptHandle": one["ReceiptHandle"]} for place, one in enumerate(page)]
            self._sqs.delete_message_batch(QueueUrl=self._source.queue_url, Entries=entries)

    def _come_again_soon(self, messages: Sequence[Message]) -> None:
        for page in _pages(messages):
            entries = []
            for place, message in enumerate(page):
                attempts = int(message["Attributes"]["ApproximateReceiveCount"])
                seconds = min(self._backoff_seconds * 2 ** min(attempts - 1, 15), self._source.visibility_seconds)
                entries.append(
                    {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds}
                )
            self._sqs.change_message_visibility_batch(QueueUrl=self._source.queue_url, Entries=entries)

    def _as_lambda_record(self, message: Message) -> dict[str, Any]:
        attributes = {
            name: {
                **({"stringValue": value["StringValue"]} if "StringValue" in value else {}),
                **({"binaryValue": _text(value["BinaryValue"])} if "BinaryValue" in value else {}),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        }
        md5 = message.get("MD5OfMessageAttributes")
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": dict(message.get("Attributes", {})),
            "messageAttributes": attributes,
            **({"md5OfMessageAttributes": md5} if md5 else {}),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.queue_arn,
            "awsRegion": self._source.queue_arn.split(":")[3],
        }


def _pages(messages: Sequence[Message]) -> list[Sequence[Message]]:
    return [messages[start : start + _PAGE] for start in range(0, len(messages), _PAGE)]


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
