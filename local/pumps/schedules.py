"""Calls a function at the times that the template declares, as EventBridge and Lambda's asynchronous invocation do.

`rate(...)` fires at the multiples of its interval since midnight UTC of 1 January 1970, so that a new start does not
move them; `cron(...)` has AWS's six fields. What was due while nothing ran is not made up for, and a time that comes
while the machine sleeps is made up for once.
"""

import json
import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from local.aws import client
from local.lambda_context import LambdaContext
from local.pumps.pump import Handler, Pump
from local.resources import ScheduleSource

_LOG = logging.getLogger(__name__)

RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=2))
"""Lambda's pauses before it tries an asynchronous invocation a second and a third time."""
_LONGEST_PAUSE = 60.0
"""A laptop that slept must not wait for a time of yesterday's clock."""
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\(([^()]+)\)")
_YEARS = re.compile(r"\*|\d{4}(-\d{4})?(,\d{4}(-\d{4})?)*")


@dataclass(frozen=True)
class _Attempt:
    due: datetime
    event: dict[str, Any]
    failures: int = 0


class SchedulePump(Pump):
    """Calls `handler` when the schedule is due.

    Args:
        source: what the template declares.
        handler: called with a scheduled event, or with the declared input, and a context.
        endpoint_url: where the dead-letter queue is.
        clock: the time; tests move it.

    Raises:
        ValueError: the expression is not understood; the text says which.
    """

    def __init__(
        self,
        source: ScheduleSource,
        handler: Handler,
        endpoint_url: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(source.function)
        self._source = source
        self._handler = handler
        self._endpoint_url = endpoint_url
        self._clock = clock
        self._next = next_time(source.expression, clock(), source.zone)
        self._retries: list[_Attempt] = []

    def poll(self) -> int:
        """Calls the function if it is due by the clock, and what failed before if its pause is over; how often."""
        now = self._clock()
        due = [attempt for attempt in self._retries if attempt.due <= now]
        self._retries = [attempt for attempt in self._retries if attempt.due > now]
        if self._next is not None and self._next <= now:
            due.append(_Attempt(self._next, self._event(self._next)))
            self._next = next_time(self._source.expression, now, self._source.zone)
        for attempt in due:
            self._call(attempt, now)
        return len(due)

    def _pause(self) -> float:
        times = [attempt.due for attempt in self._retries] + ([self._next] if self._next else [])
        seconds = (min(times) - self._clock()).total_seconds() if times else _LONGEST_PAUSE
        return min(max(seconds, 0.0), _LONGEST_PAUSE)

    def _call(self, attempt: _Attempt, now: datetime) -> None:
        context = LambdaContext(self._source.function)
        try:
            self._handler(json.loads(json.dumps(attempt.event)), context)
        except Exception as failure:
            _LOG.exception("%s failed on its schedule %s", self._source.function, self._source.name)
            if attempt.failures < min(self._source.max_retries, len(RETRY_AFTER)):
                due = now + RETRY_AFTER[attempt.failures]
                self._retries.append(_Attempt(due, attempt.event, attempt.failures + 1))
            else:
                self._give_up(attempt, context, failure)

    def _give_up(self, attempt: _Attempt, context: LambdaContext, failure: Exception) -> None:
        _LOG.error("%s gave up its schedule after %d attempts", self._source.function, attempt.failures + 1)
        if self._source.dead_letters is None:
            return
        texts = {"RequestID": context.aws_request_id, "ErrorCode": "200", "ErrorMessage": str(failure)[:1024] or "-"}
        client("sqs", self._endpoint_url).send_message(
            QueueUrl=self._source.dead_letters,
            MessageBody=json.dumps(attempt.event),
            MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in texts.items()},
        )

    def _event(self, moment: datetime) -> dict[str, Any]:
        if self._source.input is not None:
            return self._source.input
        region, account = self._source.arn.split(":")[3:5]
        by_scheduler = self._source.arn.split(":")[2] == "scheduler"
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler" if by_scheduler else "aws.events",
            "account": account,
            "time": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": [self._source.arn],
            "detail": "{}" if by_scheduler else {},
        }


def next_time(expression: str, after: datetime, zone: str = "UTC") -> datetime | None:
    """The first time of a schedule later than `after`; None when there is none any more.

    Raises:
        ValueError: the expression is none of `rate(...)` and `cron(...)`, or uses what is not known here (`W`).
    """
    if rate := _RATE.fullmatch(expression):
        interval = timedelta(**{f"{rate[2]}s": int(rate[1])})
        if not interval:
            raise ValueError(f"{expression}: a rate is at least 1")
        start = datetime(1970, 1, 1, tzinfo=UTC)
        return start + ((after - start) // interval + 1) * interval
    if cron := _CRON.fullmatch(expression):
        return _next_of_cron(expression, cron[1].upper().split(), after.astimezone(ZoneInfo(zone)))
    raise ValueError(f"{expression}: only rate(...) and cron(...) are supported locally")


def _next_of_cron(expression: str, fields: list[str], after: datetime) -> datetime | None:
    if len(fields) != 6:
        raise ValueError(f"{expression}: cron needs six fields, minutes to year")
    minutes, hours, days, months, weekdays, years = fields
    if (days == "?") is (weekdays == "?"):
        raise ValueError(f"{expression}: one of day-of-month and day-of-week must be ?")
    if not _YEARS.fullmatch(years):
        raise ValueError(f"{expression}: the year {years} is not supported locally")
    days, weekdays = days.replace("?", "*"), _as_in_unix(weekdays.replace("?", "*"))
    try:
        # A field of seconds keeps the library from what Debian's cron does when clocks change.
        for moment in CronSim(f"0 {minutes} {hours} {days} {months} {weekdays}", after):
            if years == "*" or _within(moment.year, years):
                return moment
            if moment.year > max(int(year) for year in re.findall(r"\d{4}", years)):
                return None
    except CronSimError as trouble:
        raise ValueError(f"{expression}: {trouble}") from trouble
    return None


def _as_in_unix(weekdays: str) -> str:
    """AWS counts SUN as 1, unix as 0; what follows a # or / is no day."""
    return re.sub(r"(?<![#/\d])\d+", lambda number: str(int(number[0]) - 1), weekdays)


def _within(year: int, years: str) -> bool:
    for part in years.split(","):
        first, _, last = part.partition("-")
        if int(first) <= year <= int(last or first):
            return True
    return False
