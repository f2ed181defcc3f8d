"""Housekeeping, once a day."""

from typing import Any

from pimentachat.services.after import housekeeping


def handler(event: dict[str, Any], context: Any) -> dict[str, list[str]]:
    """Takes every step, each by itself; fails at the end when one of them did, so that an alarm rings."""
    return {"steps": housekeeping.run()}
