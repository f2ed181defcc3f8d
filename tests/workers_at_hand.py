"""The workers at closer hand than the fixture `deliver`: their records, as often as wanted and in any batch."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.functions import load
from local.places import REPOSITORY
from local.pumps.streams import Checkpoints, StreamPump
from local.resources import StreamSource
from tests.workspace import CONTEXT, acting

Record = dict[str, Any]
SETTLE = load(REPOSITORY / "functions" / "workers" / "settle").handler
WEBHOOKS = load(REPOSITORY / "functions" / "workers" / "webhooks").handler
EFFECTS = load(REPOSITORY / "functions" / "workers" / "effects").handler


def queued(queue_url: str, *, take: bool = True) -> list[Any]:
    """The bodies of what lies in a queue; taken out of it, unless said otherwise."""
    sqs = boto3.client("sqs")
    bodies = []
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            bodies.append(json.loads(message["Body"]))
            if take:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def effect_event(*effects: Any) -> dict[str, Any]:
    """An event of the effects queue."""
    return {
        "Records": [
            {"messageId": str(number), "body": json.dumps(effect), "eventSource": "aws:sqs"}
            for number, effect in enumerate(effects)
        ]
    }


def carry_out_effects(variables: dict[str, str]) -> bool:
    """Runs the effects worker over what its queue holds; what fails goes back into it. Whether there was anything."""
    effects = queued(variables["EFFECTS_QUEUE"])
    if not effects:
        return False
    with acting("effects"):
        answer = EFFECTS(effect_event(*effects), CONTEXT)
    failed = {int(each["itemIdentifier"]) for each in answer["batchItemFailures"]}
    assert not failed, [effects[number] for number in failed]
    return True


def call_webhooks(variables: dict[str, str]) -> bool:
    """Runs the webhooks worker over what its queue holds. Whether there was anything."""
    wanted = queued(variables["WEBHOOKS_QUEUE"])
    for effect in wanted:
        with acting("webhooks"):
            answer = WEBHOOKS(effect_event(effect), CONTEXT)
        assert not answer["batchItemFailures"], effect
    return bool(wanted)


@dataclass
class Worker:
    """`worker.run(worker.records())`: everything that the stream ever brought, once more."""

    read: Callable[[], list[Record]]
    variables: dict[str, str]

    def records(self, message_id: str = "") -> list[Record]:
        """What the stream holds that the worker asks for; of one message only, when it is named."""
        return [record for record in self.read() if message_id in record["dynamodb"]["Keys"]["sk"]["S"]]

    def run(self, records: Sequence[Record]) -> dict[str, Any]:
        """The settle worker's answer to one batch."""
        with acting("settle"):
            return dict(SETTLE({"Records": list(records)}, CONTEXT))

    def effects(self) -> list[Any]:
        """Takes the effects out of their queue."""
        return queued(self.variables["EFFECTS_QUEUE"])

    def carry_out(self, *effects: Any) -> dict[str, Any]:
        """The effects worker's answer to one batch."""
        if not effects:
            return {"batchItemFailures": []}
        with acting("effects"):
            return dict(EFFECTS(effect_event(*effects), CONTEXT))

    def dead_letters(self) -> list[Any]:
        """Takes what was put aside out of its queue."""
        return queued(self.variables["DEAD_LETTER_QUEUE"])


@pytest.fixture
def worker(ministack: str, stream_source: StreamSource, resources: dict[str, str], tmp_path: Path) -> Worker:
    def read() -> list[Record]:
        seen: list[Record] = []

        def remember(event: dict[str, Any], context: Any) -> None:
            seen.extend(event["Records"])

        StreamPump(
            stream_source, remember, ministack, Checkpoints(tmp_path / f"{len(list(tmp_path.iterdir()))}.json")
        ).poll()
        return seen

    return Worker(read, resources)
