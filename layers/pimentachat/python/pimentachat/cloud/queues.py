"""Queues in SQS: effects to carry out, strangers to call, and what nobody could carry out."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from pimentachat import aws
from pimentachat.config import config
from pimentachat.errors.requests import Unavailable
from pimentachat.models.records import Document

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WEBHOOK: Final = "webhook"
"""The effect that calls a stranger: it has a queue and a worker of its own, so that a slow one holds up nothing."""
DELAY_SECONDS_MOST: Final = 900
"""As long as SQS keeps a message back."""
_AT_ONCE: Final = 10
_DELAY: Final = "delay_seconds"


@cache
def _client() -> "SQSClient":
    made: SQSClient = aws.client("sqs")
    return made


def send_effects(effects: Sequence[Document]) -> None:
    """Hands effects (`{effect: <name>, ...}`, services/after/effects.py) to the effects worker, those that call
    strangers to the webhooks worker; with `delay_seconds` (900 at most) not before then.

    Raises:
        Unavailable: SQS did not take all of them; some may be on their way.
    """
    _send(config().effects_queue, [effect for effect in effects if effect["effect"] != WEBHOOK])
    _send(config().webhooks_queue, [effect for effect in effects if effect["effect"] == WEBHOOK])


def send_dead_letters(letters: Sequence[Document]) -> None:
    """Puts effects aside that could not be carried out, each with its `reason`, for `make redrive`.

    Raises:
        Unavailable: SQS did not take all of them.
    """
    _send(config().dead_letter_queue, letters)


def _entry(number: str, body: Document) -> dict[str, str | int]:
    text = orjson.dumps({name: value for name, value in body.items() if name != _DELAY}).decode()
    return {"Id": number, "MessageBody": text, **({"DelaySeconds": body[_DELAY]} if body.get(_DELAY) else {})}


def _send(queue_url: str, bodies: Sequence[Document]) -> None:
    for start in range(0, len(bodies), _AT_ONCE):
        entries = [_entry(str(number), body) for number, body in enumerate(bodies[start : start + _AT_ONCE])]
        try:
            answer = _client().send_message_batch(QueueUrl=queue_url, Entries=entries)  # type: ignore[arg-type]
        except (BotoCoreError, ClientError) as problem:
            raise Unavailable from problem
        if answer.get("Failed"):
            raise Unavailable
