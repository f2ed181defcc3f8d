"""Calls outgoing webhooks: one address for each message of the queue."""

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from pimentachat.services.after import effects

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A call that was made is done, whatever came of it. What fails on our side is named in the answer and comes
    again; after a few times it is a dead letter."""
    return {**process_partial_response(event, _call, processor, context)}


def _call(record: Any) -> None:
    effects.call_webhook(json.loads(record.body))
