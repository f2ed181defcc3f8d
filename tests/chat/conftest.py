"""Faults in the middle of a post."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pytest

from tests.workers_at_hand import worker

__all__ = ["faults", "worker"]


@dataclass
class Faults:
    """Makes single calls of DynamoDB fail, counted from `begin` on."""

    failing: dict[int, str] = field(default_factory=dict)
    """By number: "throttled" before it happens, "lost" with its answer after it happened."""
    calls: list[str] = field(default_factory=list)
    active: bool = False
    lock: Lock = field(default_factory=Lock)

    def begin(self, failing: dict[int, str]) -> None:
        with self.lock:
            self.failing, self.calls, self.active = failing, [], True

    def end(self) -> list[str]:
        """The operations called since `begin`, in order."""
        with self.lock:
            self.active = False
            return self.calls

    def before(self, model: Any, context: dict[str, Any], **_: Any) -> Any:
        with self.lock:
            if not self.active:
                return None
            number = len(self.calls)
            self.calls.append(model.name)
            fault = self.failing.get(number, "")
        context["fault"] = fault
        if fault != "throttled":
            return None
        error = {"Error": {"Code": "ThrottlingException", "Message": "slow down"}, "ResponseMetadata": {}}
        return _Refused(), error

    def after(self, context: dict[str, Any], **_: Any) -> None:
        if context.get("fault") == "lost":
            from botocore.exceptions import ReadTimeoutError

            raise ReadTimeoutError(endpoint_url="https://dynamodb.example")


class _Refused:
    status_code = 400


@pytest.fixture
def faults(resources: dict[str, str]) -> Iterator[Faults]:
    from pimentachat.store import table

    made = Faults()
    events = table.client().meta.events
    events.register("before-call.dynamodb.*", made.before, unique_id="faults-before")
    events.register("after-call.dynamodb.*", made.after, unique_id="faults-after")
    yield made
    events.unregister("before-call.dynamodb.*", unique_id="faults-before")
    events.unregister("after-call.dynamodb.*", unique_id="faults-after")
