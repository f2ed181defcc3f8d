"""The only door to the time, so that a test moves the clock instead of sleeping.

Instants travel as ISO 8601 text in UTC with milliseconds and `Z` ("2019-04-11T16:26:40.000Z"), on the wire and in
the store:
the text sorts as the time does.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

Instant = str

_offset = timedelta(0)
DAY: Final = 24 * 60 * 60


def now() -> datetime:
    return datetime.now(UTC) + _offset


def now_text() -> Instant:
    return text_of(now())


def text_after(seconds: float) -> Instant:
    return text_of(now() + timedelta(seconds=seconds))


def epoch_seconds(after: float = 0) -> int:
    """Seconds since 1970, `after` seconds from now: the unit of `expires_at`."""
    return int(now().timestamp() + after)


def text_of(moment: datetime) -> Instant:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def next_text(instant: Instant) -> Instant:
    """The instant after this one."""
    return text_of(parse(instant) + timedelta(milliseconds=1))


_TEXT_MOST: Final = 120
"""The longest that Date.toString() becomes, with a name of its zone in words, and some more."""
_MILLISECONDS: Final = re.compile(r"-?[0-9]{9,16}")
_YEAR_OR_MONTH: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WORDED: Final = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
    r"(?:(?P<day>[0-9]{1,2})[\s-](?P<month>[a-z]{3,9})[\s-]|(?P<month_first>[a-z]{3,9})\s(?P<day_second>[0-9]{1,2}),?\s)"
    r"(?P<year>[0-9]{4})"
    r"(?:\s(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?:\s?(?:gmt|utc|ut|z)?(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})|\s?(?:gmt|utc|ut|z))?)?"
    r"(?:\s\([^()]*\))?",
    re.ASCII | re.IGNORECASE,
)
"""RFC 1123 and Date.toString(): "Tue, 24 Nov 2026 06:30:00 GMT", "Tue Nov 24 2026 07:30:00 GMT+0100 (CET)"."""


def parse(text: str) -> datetime:
    """The moment named by ISO 8601 text, by milliseconds since 1970, or as JavaScript and RFC 1123 write dates; a
    moment without a zone is UTC.

    Raises:
        ValueError: the text names no moment, or none of the years 1 to 9999.
    """
    text = text.strip()
    if len(text) > _TEXT_MOST:
        raise ValueError("too long for a date")
    try:
        return _moment(text)
    except (OverflowError, OSError) as reason:
        raise ValueError(text) from reason


def _moment(text: str) -> datetime:
    if _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _worded(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _worded(text: str) -> datetime:
    short = _YEAR_OR_MONTH.fullmatch(text)
    if short:
        return datetime(int(short[1]), int(short[2] or 1), 1, tzinfo=UTC)
    found = _WORDED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    name = (found["month"] or found["month_first"]).lower()
    month = next((number for number, whole in enumerate(_MONTHS, 1) if name in {whole, whole[:3]}), 0)
    moment = datetime(
        int(found["year"]),
        month,
        int(found["day"] or found["day_second"]),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        tzinfo=UTC,
    )
    ahead = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    return moment + ahead if found["sign"] == "-" else moment - ahead


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
