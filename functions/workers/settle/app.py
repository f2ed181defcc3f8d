"""Settles what the stream of the Messages table brings: the only reader of it."""

from typing import Any

from pimentachat.services.after import settling


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Records that should come again are named in the answer; what can never be settled is among the dead letters."""
    again = settling.settle(event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in again]}
