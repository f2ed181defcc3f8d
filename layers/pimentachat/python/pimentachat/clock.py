"""The only door to the time, so that a test moves the clock instead of sleeping.

Instants travel as ISO 8601 text in UTC with milliseconds and `Z` ("2019-04-11T16:26:40.000Z"), on the wire and in
the store:
the text sorts as the time does.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

Instant = str

_offset = timedelta(0)
DAY: Final = 24 * 60 * 60


def now() -> datetime:
    return datetime.now(UTC) + _offset


def now_text() -> Instant:
    return text_of(now())


def epoch_seconds(after: float = 0) -> int:
    """Seconds since 1970, `after` seconds from now: the unit of `expires_at`."""
    return int(now().timestamp() + after)


def text_of(moment: datetime) -> Instant:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The moment named by ISO 8601 text, or by milliseconds since 1970; a moment without a zone is UTC, as in
    JavaScript dates.

    Raises:
        ValueError: the text names no moment.
    """
    text = text.strip()
    if text.lstrip("-").isdigit() and len(text) > 8:
        try:
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        except (OverflowError, OSError) as reason:
            raise ValueError(text) from reason
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def milliseconds(instant: Instant) -> int:
    """Milliseconds since 1970, as `ts` of chat.postMessage carries it."""
    return round(parse(instant).timestamp() * 1000)


def advance(**by: float) -> None:
    """Moves the clock of this process, for tests: `advance(minutes=11)`."""
    global _offset
    _offset += timedelta(**by)


def reset() -> None:
    global _offset
    _offset = timedelta(0)
