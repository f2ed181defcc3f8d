"""`make redrive`: sends what lies in the dead-letter queue to the effects queue once more.

Four kinds of letters lie there. The settle worker's own and those of the effects queue are effects already and go as
they are. A letter of Lambda names a range of the stream that was given up: each record in it becomes an effect that
settles its message by hand. A day's housekeeping that failed is taken out: the next day takes every step again. An
effect may run twice, and the worker sees to it that nothing happens twice; so a letter is deleted only after everything
it stands for was sent.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from deployment.stacks import Client
from local.event_filters import matches_any
from local.template import load

_AT_ONCE = 10
_HIDDEN_SECONDS = 300
"""How long a letter is out of others' sight while it is looked at."""
_WAIT_SECONDS = 2
_PAGES_MOST = 100
"""Pages of the stream for one letter; a batch that was given up is much less."""
HOUSEKEEPING = {"worker": "clock"}
"""With which template.yaml has the clock function called."""
_GONE = {"TrimmedDataAccessException", "ResourceNotFoundException"}


@dataclass(frozen=True)
class Queues:
    dead_letters: str
    """The queues' URLs."""
    effects: str


def local_queues(client: Client) -> Queues:
    """Those of the local server, by their names."""

    def url(queue: str) -> str:
        return str(client("sqs").get_queue_url(QueueName=f"pimentachat-{queue}")["QueueUrl"])

    return Queues(url("DeadLetterQueue"), url("EffectsQueue"))


@dataclass
class Outcome:
    moved: int = 0
    kept: int = 0
    """Letters that could not be moved, or were only listed; they lie where they were."""


class _Unusable(Exception):
    """A letter that cannot be sent again; the text says why."""


@dataclass
class _Letter:
    message: Mapping[str, Any]
    """As SQS gave it."""
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.message["MessageId"])

    @property
    def reason(self) -> str:
        text = "nothing known"
        if "DDBStreamBatchInfo" in self.body:
            batch, why = self.body["DDBStreamBatchInfo"], self.body.get("requestContext", {}).get("condition")
            text = f"{batch.get('batchSize', '?')} records of the stream: {why or 'given up'}"
        elif self.body == HOUSEKEEPING:
            text = "housekeeping failed; the next day takes every step again"
        elif "effect" in self.body:
            text = f"{self.body['effect']}: {self.body.get('reason', 'failed every time')}"
        elif "eventType" in self.body:
            text = f"{self.body['eventType']} of a mail: failed every time"
        # For a terminal, which must not take anything in it for a command.
        return "".join(sign if sign.isprintable() else " " for sign in text)


def redrive(
    client: Client,
    queues: Queues,
    *,
    most: int = 1000,
    dry_run: bool = False,
    say: Callable[[str], None] = print,
) -> Outcome:
    """Moves at most `most` letters, and says of each what it is.

    Args:
        client: makes the boto3 clients of SQS and DynamoDB streams.
        dry_run: only says what lies there.

    Raises:
        ClientError, BotoCoreError: a queue is out of reach. What was moved until then is moved.
    """
    sqs, outcome = client("sqs"), Outcome()
    staying: list[_Letter] = []
    try:
        for letters in _batches(sqs, queues.dead_letters, most):
            staying += letters
            for letter in letters:
                say(f"{letter.id}  {letter.reason}")
            if not dry_run:
                moved = _move(client, queues, letters, say)
                staying = [letter for letter in staying if letter not in moved]
                outcome.moved += len(moved)
    finally:
        _show_again(sqs, queues.dead_letters, staying)
    outcome.kept = len(staying)
    return outcome


def _batches(sqs: Any, url: str, most: int) -> Iterator[list[_Letter]]:
    """Letters not seen before, until none is left."""
    seen: set[str] = set()
    while len(seen) < most:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(_AT_ONCE, most - len(seen)),
            VisibilityTimeout=_HIDDEN_SECONDS,
            WaitTimeSeconds=_WAIT_SECONDS,
        )
        fresh = [_read(message) for message in answer.get("Messages", []) if message["MessageId"] not in seen]
        if not fresh:
            return
        seen |= {letter.id for letter in fresh}
        yield fresh


def _read(message: Mapping[str, Any]) -> _Letter:
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = None
    return _Letter(message, body if isinstance(body, dict) else {})


def _move(client: Client, queues: Queues, letters: Sequence[_Letter], say: Callable[[str], None]) -> list[_Letter]:
    """Returns those that were moved."""
    sqs = client("sqs")
    sent: list[_Letter] = []
    for letter in letters:
        try:
            _send(sqs, queues.effects, _effects_of(letter, client))
            sent.append(letter)
        except _Unusable as problem:
            say(f"{letter.id}  stays: {problem}")
    if sent:
        entries = [
            {"Id": str(number), "ReceiptHandle": letter.message["ReceiptHandle"]} for number, letter in enumerate(sent)
        ]
        sqs.delete_message_batch(QueueUrl=queues.dead_letters, Entries=entries)
    return sent


def _send(sqs: Any, url: str, effects: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(effects), _AT_ONCE):
        some = effects[start : start + _AT_ONCE]
        entries = [{"Id": str(number), "MessageBody": json.dumps(effect)} for number, effect in enumerate(some)]
        failed = sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")
        if failed:
            raise _Unusable(failed[0].get("Message") or failed[0]["Code"])


def _show_again(sqs: Any, url: str, letters: Sequence[_Letter]) -> None:
    for start in range(0, len(letters), _AT_ONCE):
        entries = [
            {"Id": str(number), "ReceiptHandle": letter.message["ReceiptHandle"], "VisibilityTimeout": 0}
            for number, letter in enumerate(letters[start : start + _AT_ONCE])
        ]
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


# --- what a letter stands for


def _effects_of(letter: _Letter, client: Client) -> list[Mapping[str, Any]]:
    # Events of SES come as they are.
    if "effect" in letter.body or "eventType" in letter.body:
        return [letter.body]
    if letter.body == HOUSEKEEPING:
        return []
    if "DDBStreamBatchInfo" not in letter.body:
        raise _Unusable("no letter of ours")
    batch = letter.body["DDBStreamBatchInfo"]
    try:
        records = list(_records(client("dynamodbstreams"), batch))
    except (KeyError, ValueError, ParamValidationError) as problem:
        raise _Unusable("it names no range of a stream") from problem
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] not in _GONE:
            raise
        raise _Unusable("its records are no longer in the stream, which keeps them a day") from refusal
    return [
        {
            "effect": "settle",
            **{name: value["S"] for name, value in record["Keys"].items()},
            "stream": batch["streamArn"],
            "sequence": record["SequenceNumber"],
            "reason": letter.reason,
        }
        for record in records
    ]


def _records(streams: Any, batch: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The changes in a range of the stream that the settle worker asks for."""
    patterns, last = _patterns(), int(batch["endSequenceNumber"])
    iterator = streams.get_shard_iterator(
        StreamArn=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    for _ in range(_PAGES_MOST):
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            sequence = int(record["dynamodb"]["SequenceNumber"])
            if sequence <= last and matches_any(patterns, record):
                yield record["dynamodb"]
            if sequence >= last:
                return
        iterator = page.get("NextShardIterator")
        if not iterator:
            return
    raise _Unusable("its records are too many")


def _patterns() -> list[Mapping[str, Any]]:
    template = load()
    [event] = template.resources[template.function_of("workers/settle")]["Properties"]["Events"].values()
    return [json.loads(one["Pattern"]) for one in event["Properties"]["FilterCriteria"]["Filters"]]
