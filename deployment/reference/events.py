"""Bodies of requests as examples: those of the files in events/, which the tests replay."""

import json
from functools import cache
from typing import Any, Final

from deployment.sam import PROJECT

_EVENTS: Final = PROJECT / "events"


def body(method: str, path: str) -> dict[str, Any] | None:
    """What is sent there as JSON; None: nothing, or something else."""
    return _bodies().get(f"{method} {path}")


@cache
def _bodies() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(_EVENTS.glob("*/*.json")):
        event = json.loads(file.read_text("utf-8"))
        if event.get("headers", {}).get("content-type") == "application/json" and not event["isBase64Encoded"]:
            found.setdefault(event["routeKey"], json.loads(event.get("body") or "null"))
    return {route: sent for route, sent in found.items() if isinstance(sent, dict)}
