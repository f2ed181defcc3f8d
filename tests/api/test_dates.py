"""Dates as clients write them (contract: common.yaml formats.dates_in)."""

from typing import Any

import pytest

from pimentachat import clock
from tests.refusals import refused
from tests.workspace import Person

NOON = "2026-11-24T06:30:00.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T06:30:00.000Z",
        "2026-11-24T06:30:00Z",
        "2026-11-24T06:30",
        "2026-11-24 06:30:00",
        "2026-11-24T07:30:00+01:00",
        "1795501800000",
        " 1795501800000 ",
        "Tue, 24 Nov 2026 06:30:00 GMT",
        "Tue, 24 Nov 2026 07:30:00 +0100",
        "tuesday, 24 november 2026 06:30 UTC",
        "24 Nov 2026 06:30:00 GMT",
        "24-Nov-2026 06:30:00 GMT",
        "Tue Nov 24 2026 06:30:00 GMT",
        "Tue Nov 24 2026 06:30:00 GMT+0000 (Coordinated Universal Time)",
        "Tue Nov 24 2026 07:30:00 GMT+0100 (Central European Standard Time)",
        "Tue Nov 24 2026 01:00:00 GMT-0530 (any zone)",
        "Nov 24, 2026 06:30:00",
    ],
)
def test_a_moment(text: str) -> None:
    assert clock.text_of(clock.parse(text)) == NOON


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", "2026-01-01T00:00:00.000Z"),
        ("2026-11", "2026-11-01T00:00:00.000Z"),
        ("2026-11-24", "2026-11-24T00:00:00.000Z"),
        ("Tue Nov 24 2026", "2026-11-24T00:00:00.000Z"),
        ("-86400000000", "1967-04-07T00:00:00.000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59.000Z"),
    ],
)
def test_days_months_years_and_the_ends_of_the_calendar(text: str, moment: str) -> None:
    assert clock.text_of(clock.parse(text)) == moment


NONE = [
    "",
    "yesterday",
    "2026-13-01",
    "2026-02-30",
    "24 Nov 26",
    "31 Nov 2026",
    "24 Foo 2026",
    "24 Novel 2026",
    "Tue, 24 Nov 2026 25:00:00 GMT",
    "Tue, 24 Nov 2026 06:30:00 GMT GMT",
    "Tue, 24 Nov 2026 06:30:00 GMT+1",
    "9999-12-31T23:59:59-01:00",
    "Fri Dec 31 9999 23:59:59 GMT-0100",
    "0001-01-01T00:00:00+01:00",
    "9" * 16,
    "9" * 400,
    "٢٠٢٦-١١-٢٤",
    "Tue Nov 24 2026 06:30:00 GMT (" + "x" * 200 + ")",
]


@pytest.mark.parametrize("text", NONE, ids=lambda text: text[:40])
def test_no_moment(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        clock.parse(text)


@pytest.mark.parametrize("text", NONE[1:], ids=lambda text: text[:40])
def test_what_is_no_date_has_the_refusal_of_its_endpoint(alice: Person, text: str) -> None:
    wrong = 'The "updatedSince" query parameter must be a valid date. [error-updatedSince-param-invalid]'
    refused(alice.get("rooms.get", updatedSince=text), wrong)
    assert alice.get("channels.history", roomId="GENERAL", latest=text).error.startswith("Match error: ")


@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %Y %H:%M:%S GMT+0000 (UTC)"])
def test_clients_give_dates_everywhere(alice: Person, clock: Any, form: str) -> None:
    clock.advance(seconds=2)
    early = clock.now().strftime(form)
    clock.advance(seconds=2)
    said = alice.says("GENERAL", "hello")
    clock.advance(seconds=2)
    late = clock.now().strftime(form)

    def reads(**span: str) -> list[str]:
        return [message["_id"] for message in alice.get("channels.history", roomId="GENERAL", **span)["messages"]]

    assert reads(oldest=early, latest=late) == [said]
    assert said not in reads(latest=early)
    for family in ("rooms", "subscriptions"):
        assert alice.get(f"{family}.get", updatedSince=early)["update"]
        assert alice.get(f"{family}.get", updatedSince=late)["update"] == []
    sent = alice.post("chat.sendMessage", message={"rid": "GENERAL", "msg": "hi", "ts": late})
    assert sent["message"]["ts"] == clock.text_of(clock.parse(late))


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59.999Z", "9999-01-01", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_the_end_of_the_calendar_is_a_date(alice: Person, end: str) -> None:
    alice.says("GENERAL", "hello")
    assert alice.get("rooms.get", updatedSince=end).body == {"update": [], "remove": [], "success": True}
    assert alice.get("subscriptions.get", updatedSince=end).body == {"update": [], "remove": [], "success": True}
    assert alice.get("channels.history", roomId="GENERAL", oldest=end)["messages"] == []
    assert alice.get("channels.history", roomId="GENERAL", oldest=end, latest=end, inclusive="true")["messages"] == []
    assert alice.get("channels.history", roomId="GENERAL", latest=end)["messages"]
    late = alice.post("chat.sendMessage", message={"rid": "GENERAL", "msg": "hi", "ts": end})
    assert late.error_type == "error-message-ts-out-of-sync"
