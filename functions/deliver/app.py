"""The worker behind the stream of the Messages table: what happens after the answer."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from pimentachat.services import delivery

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Records that fail are named in the answer and come again; those that cannot be done land in the dead-letter
    queue."""
    images = [record["dynamodb"]["NewImage"] for record in event["Records"] if record["eventName"] == "INSERT"]
    delivery.settle(message for image in images if (message := delivery.message_in(image)))
    return dict(process_partial_response(event, _record, processor, context))


def _record(record: Any) -> None:
    image = record.raw_event["dynamodb"].get("NewImage")
    if image is None:
        return
    room_id = delivery.room_to_purge(image)
    if room_id:
        delivery.purge(room_id)
        return
    message = delivery.message_in(image) if record.raw_event["eventName"] == "INSERT" else None
    if message:
        delivery.deliver(message)
