"""Carries out what follows from messages and other changes: one effect for each message of the queue."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from pimentachat.services.after import effects

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Effects that fail are named in the answer and come again; after a few times they are dead letters."""
    # A step of a long job waits until the others of its batch are done.
    records = sorted(event["Records"], key=lambda record: effects.is_long(effects.read(record["body"])))
    with effects.batch():
        return {**process_partial_response({"Records": records}, _carry_out, processor, context)}


def _carry_out(record: Any) -> None:
    effects.carry_out(effects.read(record.body))
