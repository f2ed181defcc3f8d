"""All pumps of a template as one, and when their threads look."""

import threading
from pathlib import Path
from typing import Any

import pytest

from local.aws import client
from local.pumps import Pump, Pumps, pumps
from local.pumps.pump import Pace


def test_a_lone_message_never_waits():
    pace = Pace()
    pace.note(0.002, brought=False, woken=False)
    assert pace.rest == Pace.SHORTEST


def test_the_rest_grows_with_the_work_so_that_a_tenth_of_the_time_is_work():
    pace = Pace()
    pace.note(0.03, brought=True, woken=True)
    assert pace.rest == pytest.approx(0.27)
    pace.note(5, brought=True, woken=True)
    assert pace.rest == Pace.LONGEST


def test_wakes_that_concern_others_are_looked_after_less_and_less_and_quiet_forgets_it():
    pace = Pace()
    rests = []
    for _ in range(8):
        pace.note(0.002, brought=False, woken=True)
        rests.append(pace.rest)
    assert rests[:3] == [0.02, 0.04, 0.08]
    assert rests[-1] == Pace.LONGEST
    pace.note(0.002, brought=False, woken=False)
    assert pace.rest == Pace.SHORTEST


class Basket(Pump):
    """Holds what a test puts into it; the function is a list."""

    def __init__(self, name: str) -> None:
        super().__init__(name, idle_seconds=60)
        self.held: list[str] = []
        self.taken: list[str] = []
        self.arrived = threading.Event()
        self.outages = 0
        self.recovered = 0
        self.ready = threading.Event()

    def poll(self) -> int:
        if self.outages:
            self.outages -= 1
            raise OSError("gone")
        count, self.held = len(self.held), []
        if count:
            self.taken.append(f"{count}")
            self.arrived.set()
        self.ready.set()
        return count

    def _recover(self) -> None:
        self.recovered += 1


@pytest.fixture
def baskets():
    made = [Basket("first"), Basket("second")]
    yield made
    for basket in made:
        basket.stop()


def test_one_wake_reaches_all(baskets):
    together = Pumps(baskets)
    together.start()
    for basket in baskets:
        assert basket.ready.wait(5)
        basket.held.append("rose")
    together.wake()
    for basket in baskets:
        assert basket.arrived.wait(5)


def test_what_one_function_wrote_wakes_the_others(baskets):
    first, second = baskets
    together = Pumps(baskets)
    together.start()
    assert first.ready.wait(5)
    assert second.ready.wait(5)
    inner = first.delivered
    first.delivered = lambda: (second.held.append("rose"), inner())
    first.held.append("rose")
    first.wake()
    assert second.arrived.wait(5)


def test_a_stop_delivers_what_is_left_and_an_outage_does_not_end_a_pump(baskets, monkeypatch):
    monkeypatch.setattr("local.pumps.pump._OUTAGE_SECONDS", 0.001)
    first, second = baskets
    first.outages = 2
    together = Pumps(baskets)
    together.start()
    assert first.ready.wait(5)
    assert second.ready.wait(5)
    second.held.append("rose")
    together.stop()
    assert first.recovered == 2
    assert second.taken == ["1"]


def test_every_source_of_the_template_has_its_pump(endpoint, prefix, template, variables, tmp_path: Path):
    events: dict[str, list[Any]] = {}

    def handler_of(function: str) -> Any:
        return lambda event, context: events.setdefault(function, []).append(event)

    made = pumps(endpoint, prefix, template, handler_of, tmp_path / "streams.json")
    client("dynamodb", endpoint).put_item(
        TableName=variables["NOTES_TABLE"], Item={"pk": {"S": "NOTES"}, "sk": {"S": "roses"}}
    )
    client("sqs", endpoint).send_message(QueueUrl=variables["WORK_QUEUE"], MessageBody="water the roses")
    assert made.poll() == 2
    assert set(events) == {"deliver", "workers/hand_out"}
    assert [one.name for one in made._pumps] == ["deliver", "workers/hand_out", "workers/clock", "workers/clock"]
