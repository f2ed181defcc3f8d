"""Calls as tests make them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.workers_at_hand import worker

__all__ = ["worker"]

CALL = {
    "roomUrl": "https://pimenta.live/teamAroomB",
    "senderName": "Ana",
    "serverName": "https://chat.example.org",
    "notificationMessage": "Ana calls",
    "onlyAudio": True,
}


@pytest.fixture
def calls(alice: Any, bob: Any) -> Callable[..., str]:
    """Alice calls Bob: `calls()` is the id of the call."""

    def make(**changes: Any) -> str:
        answer = alice.post("voice.call", **{**CALL, "roomId": "GENERAL", "userIds": [bob.id], **changes})
        assert answer.succeeded, answer.text
        assert answer["callId"] == answer["result"]["callId"]
        return str(answer["callId"])

    return make


@pytest.fixture
def delays(gateway: Any) -> Any:
    """How long effects were to wait in their queue, which they do not."""
    from pimentachat.cloud import queues

    found: list[int] = []

    def note(params: Any, **_: Any) -> None:
        found.extend(entry.pop("DelaySeconds") for entry in params["Entries"] if "DelaySeconds" in entry)

    events = queues._client().meta.events
    events.register("provide-client-params.sqs.SendMessageBatch", note)
    yield found
    events.unregister("provide-client-params.sqs.SendMessageBatch", note)


def said(phones: Any, protocol: str) -> list[dict[str, Any]]:
    """What was published for a protocol, in order."""
    return [json.loads(message[protocol]) for _, message in phones() if protocol in message]


def told(person: Any, call_id: str, room_id: str = "GENERAL") -> dict[str, Any]:
    """A call as history shows it."""
    found = person.get("voice.call.history", roomId=room_id, count=0)["calls"]
    return next(dict(call) for call in found if call["_id"] == call_id)
