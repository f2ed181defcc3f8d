"""What may become of a call: every status and every event."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimentachat.models.calls import TRANSITIONS, Call, Event, Status

TABLE = {
    "ringing": {
        "accepted": "accepted",
        "turned_down": "rejected",
        "all_busy": "busy",
        "timed_out": "lost",
        "cancelled": "lost",
        "left": "ringing",
    },
    "accepted": {"left": "ended"},
    "rejected": {"accepted": "accepted"},
    "busy": {"accepted": "accepted"},
    "lost": {"accepted": "accepted"},
    "ended": {},
}


def call(status="ringing", to=("bob", "carol")):
    return Call(
        _id="x",
        user_id="alice",
        user_name="alice",
        to=list(to),
        to_names=list(to),
        channel="https://pimenta.live/x",
        date="2019-08-22T18:22:25.781Z",
        room_id="GENERAL",
        only_audio=True,
        sender_name="Alice",
        server_name="https://chat.example.org",
        status=status,
    )


@pytest.mark.parametrize(("status", "event"), [*product(get_args(Status), get_args(Event))])
def test_every_event_in_every_status(status, event):
    assert call(status).on(event).status == TABLE[status].get(event, status)


def test_the_table_says_nothing_else():
    assert set(TRANSITIONS) <= {(s, e) for s, events in TABLE.items() for e in events}


@given(st.lists(st.tuples(st.sampled_from(["alice", "bob", "carol"]), st.booleans(), st.booleans()), max_size=8))
def test_whatever_people_answer_the_first_acceptance_decides(answers):
    now, turned_down = call(), set()
    accepted = cancelled = False
    for who, accepts, busy in answers:
        now = now.answered(who, accepted=accepts, busy=busy, on_web=False)
        accepted = accepted or accepts
        if not accepts and not accepted:
            cancelled = cancelled or (who == "alice" and not turned_down >= {"bob", "carol"})
            turned_down |= {who} - {"alice"}
        if accepted:
            assert now.status == "accepted"
        elif now.status == "ringing":
            assert not turned_down >= {"bob", "carol"}
        assert len({each["userId"] for each in now.responses}) == len(now.responses)
    assert accepted or now.status != "accepted"
