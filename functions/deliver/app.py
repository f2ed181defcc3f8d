"""The worker behind the stream of the Messages table: what happens after the answer."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from pimentachat.models.messages import Message
from pimentachat.services import delivery

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Records that fail are named in the answer and come again; those that cannot be done land in the dead-letter
    queue."""
    inserted = {
        record["dynamodb"]["SequenceNumber"]: message
        for record in event["Records"]
        if record["eventName"] == "INSERT" and (message := delivery.message_in(record["dynamodb"]["NewImage"]))
    }
    due = {message.id: message for message in delivery.settle(inserted.values())}

    def work(record: Any) -> None:
        change = record.raw_event["dynamodb"]
        room_id = delivery.room_to_purge(change["NewImage"]) if "NewImage" in change else None
        message = inserted.get(change["SequenceNumber"])
        if room_id:
            delivery.purge(room_id)
        elif message and message.id in due:
            delivery.deliver(message)

    with delivery.shared_view():
        answer: dict[str, Any] = {**process_partial_response(event, work, processor, context)}
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    delivery.close(_done(inserted, failed))
    return answer


def _done(inserted: dict[str, Message], failed: set[str]) -> list[Message]:
    return [message for number, message in inserted.items() if number not in failed]
