"""Functions are called at the declared times; the clock is moved, and nobody waits."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.aws import client
from local.pumps.schedules import SchedulePump, next_time
from local.resources import ScheduleSource, schedules

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: int) -> None:
        self.now += timedelta(**parts)


class Worker:
    """Remembers its events and fails as often as `failures` says."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.failures = 0

    def __call__(self, event: dict[str, Any], context: Any) -> None:
        assert context.function_name == "workers/clock"
        self.events.append(event)
        if len(self.events) <= self.failures:
            raise RuntimeError("cannot")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON + timedelta(seconds=30))


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def sources(endpoint, prefix, template, variables) -> dict[str, ScheduleSource]:
    return {source.expression: source for source in schedules(endpoint, prefix, template)}


@pytest.fixture
def pump(endpoint, sources, worker, clock) -> SchedulePump:
    return SchedulePump(sources["rate(5 minutes)"], worker, endpoint, clock=clock)


@pytest.fixture
def nightly(endpoint, sources, worker, clock) -> SchedulePump:
    return SchedulePump(sources["cron(30 2 * * ? *)"], worker, endpoint, clock=clock)


def test_it_fires_when_it_is_due_and_once(pump, worker, clock):
    assert pump.poll() == 0
    clock.advance(minutes=4, seconds=29)
    assert pump.poll() == 0
    clock.advance(seconds=1)
    assert pump.poll() == 1
    assert pump.poll() == 0
    clock.advance(minutes=5)
    assert pump.poll() == 1
    assert [event["time"] for event in worker.events] == ["2026-11-24T12:05:00Z", "2026-11-24T12:10:00Z"]


def test_times_that_were_slept_through_are_made_up_for_once(pump, worker, clock):
    clock.advance(hours=8)
    assert pump.poll() == 1
    clock.advance(minutes=4)
    assert pump.poll() == 0


def test_a_rule_sends_eventbridges_event(pump, prefix, worker, clock):
    clock.advance(minutes=5)
    pump.poll()
    (event,) = worker.events
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-11-24T12:05:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:000000000000:rule/{prefix}ClockFunctionEveryFiveMinutes"],
        "detail": {},
    }


def test_the_declared_input_comes_instead_at_the_time_of_the_zone(nightly, worker, clock):
    clock.advance(hours=13, minutes=28)
    assert nightly.poll() == 0
    clock.advance(minutes=2)  # 1:30 UTC is 2:30 in Berlin
    assert nightly.poll() == 1
    assert worker.events == [{"job": "tidy"}]


def test_a_failure_is_tried_again_after_one_and_two_minutes(pump, worker, clock):
    worker.failures = 2
    clock.advance(minutes=5)
    assert pump.poll() == 1
    clock.advance(seconds=59)
    assert pump.poll() == 0
    clock.advance(seconds=1)
    assert pump.poll() == 1
    clock.advance(minutes=2)
    assert pump.poll() == 1
    assert len({event["id"] for event in worker.events}) == 1
    clock.advance(minutes=1)
    assert pump.poll() == 0


def test_after_two_retries_the_event_is_a_dead_letter(pump, sources, worker, clock, endpoint):
    worker.failures = 3
    clock.advance(minutes=5)
    for _ in range(4):
        pump.poll()
        clock.advance(seconds=85)
    assert len(worker.events) == 3
    queue = sources["rate(5 minutes)"].dead_letters
    (letter,) = client("sqs", endpoint).receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(letter["Body"]) == worker.events[0]
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "cannot"


def test_the_thread_waits_for_the_next_time_and_a_minute_at_most(pump, nightly, clock):
    assert nightly._pause() == 60
    clock.advance(minutes=4)
    assert pump._pause() == 30


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", "2026-11-24 12:01"),
        ("rate(2 hours)", "2026-11-24 14:00"),
        ("rate(1 day)", "2026-11-25 00:00"),
        ("cron(0/15 * * * ? *)", "2026-11-24 12:15"),
        ("cron(15 10 ? * MON-FRI *)", "2026-11-25 10:15"),
        ("cron(0 8 ? * 1 *)", "2026-11-29 08:00"),  # 1 is Sunday
        ("cron(0 8 ? * 2-6 *)", "2026-11-25 08:00"),
        ("cron(0 8 ? * 3#1 *)", "2026-12-01 08:00"),
        ("cron(0 8 ? * 6L *)", "2026-11-27 08:00"),
        ("cron(0 8 L * ? *)", "2026-11-30 08:00"),
        ("cron(0 8 1 JAN,JUN ? *)", "2027-01-01 08:00"),
        ("cron(0 8 1 1 ? 2030-2031)", "2030-01-01 08:00"),
    ],
)
def test_an_expression_names_the_next_time(expression, expected):
    found = next_time(expression, NOON)
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M") == expected


def test_a_schedule_of_past_years_has_no_next_time(endpoint, sources, worker, clock):
    assert next_time("cron(0 8 1 1 ? 2020)", NOON) is None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 minutes)",
        "rate(5 seconds)",
        "at(2026-12-24T18:00:00)",
        "cron(0 8 * * *)",
        "cron(0 8 * * * *)",
        "cron(0 8 ? * ? *)",
        "cron(0 8 15W * ? *)",
        "cron(61 8 * * ? *)",
        "cron(0 8 * * ? */2)",
        "every day",
    ],
)
def test_what_is_not_understood_is_refused_by_name(expression):
    with pytest.raises(ValueError, match=r".*") as refused:
        next_time(expression, NOON)
    assert expression in str(refused.value)
