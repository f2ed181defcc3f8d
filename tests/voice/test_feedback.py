"""voice.call.feedback and voice.call.ping."""

import pytest

from tests.refusals import refused
from tests.voice.conftest import CALL, said, told

ANDROID = {"type": "gcm", "appName": "chat.example.android"}


def answers(person, caller, call_id, **more):
    ids = more.pop("ids", [caller.id])
    return person.post(
        "voice.call.feedback", roomUrl=CALL["roomUrl"], senderId=caller.id, ids=ids, callId=call_id, **more
    )


@pytest.mark.parametrize(
    ("said_so", "kind", "status"),
    [
        ({"acceptsCall": True}, "callAccepted", "accepted"),
        ({"acceptsCall": False}, "callRejected", "rejected"),
        ({}, "callRejected", "rejected"),
        ({"isBusy": True}, "callBusy", "busy"),
    ],
)
def test_the_others_hear_of_it(alice, bob, phones, calls, deliver, delays, said_so, kind, status):
    call_id = calls()
    deliver()
    assert alice.post("push.token", **ANDROID, value="alices-phone").succeeded
    answer = answers(bob, alice, call_id, **said_so)
    assert answer["result"] == {"sentTo": {alice.id: "alices-phone"}}
    deliver()
    [push] = [each["data"] for each in said(phones, "GCM")]
    assert (push["notificationType"], push["userId"], push["callId"]) == (kind, bob.id, call_id)
    # It was lost a moment before: only an acceptance still changes that.
    assert told(bob, call_id)["status"] == ("accepted" if status == "accepted" else "lost")


@pytest.mark.parametrize(
    ("said_so", "status"), [({"acceptsCall": True}, "accepted"), ({}, "rejected"), ({"isBusy": True}, "busy")]
)
def test_the_record(alice, bob, calls, said_so, status):
    call_id = calls()
    assert answers(bob, alice, call_id, **said_so).succeeded
    record = told(bob, call_id)
    assert (record["status"], record["lost"]) == (status, status != "accepted")
    assert record["responses"][0]["userId"] == bob.id
    assert record["acceptedBy"] == ([bob.id] if status == "accepted" else [])


def test_it_rings_on_while_others_are_left(alice, bob, carol, calls):
    call_id = calls(userIds=[bob.id, carol.id])
    assert answers(bob, alice, call_id).succeeded
    assert told(bob, call_id)["status"] == "ringing"
    assert answers(carol, alice, call_id, isBusy=True).succeeded
    assert told(bob, call_id)["status"] == "rejected"


def test_who_calls_may_give_up(alice, bob, calls, deliver, delays):
    call_id = calls()
    assert answers(alice, alice, call_id, ids=[bob.id]).succeeded
    assert told(bob, call_id)["status"] == "lost"
    deliver()
    assert len([each for each in alice.reads("GENERAL") if each.get("t") == "voice_call_missed"]) == 1


def test_taken_on_the_web_the_phones_stop_ringing(alice, bob, phones, calls, deliver, delays):
    assert bob.post("push.token", **ANDROID, value="bobs-phone").succeeded
    call_id = calls()
    answer = answers(bob, alice, call_id, acceptsCall=True, callHandledOnWeb=True)
    assert answer["result"]["sentTo"] == {bob.id: "bobs-phone"}
    deliver()
    # The invitation came too late: the call was taken.
    assert [each["data"]["notificationType"] for each in said(phones, "GCM")] == ["callHandled"]


def test_only_those_of_the_call(alice, bob, carol, phones, calls):
    assert carol.post("push.token", **ANDROID, value="carols-phone").succeeded
    call_id = calls()
    missing = "No such call [error-call-not-found]"
    refused(answers(carol, alice, call_id, acceptsCall=True), missing)
    refused(answers(bob, alice, "nowhere"), missing)
    refused(carol.post("voice.call.ping", callId=call_id), missing)
    refused(carol.post("voice.call.ping", callId="nowhere"), missing)
    assert answers(bob, alice, call_id, ids=[carol.id])["result"] == {"sentTo": {}}


@pytest.mark.parametrize("name", ["roomUrl", "senderId", "ids", "callId"])
def test_what_must_be_there(alice, bob, calls, name):
    whole = {"roomUrl": CALL["roomUrl"], "senderId": alice.id, "ids": [alice.id], "callId": calls()}
    answer = bob.post("voice.call.feedback", **{**whole, name: None})
    assert (answer.status, answer.error_type) == (400, "error-invalid-params")
    assert answer.error == f'The required "{name}" param is missing.'


def test_a_ping_names_its_call(bob):
    answer = bob.post("voice.call.ping")
    assert (answer.status, answer.error) == (400, 'The required "callId" param is missing.')
    assert answer.error_type == "error-invalid-params"


def test_who_pings_has_taken_the_call(alice, bob, calls, deliver, delays):
    call_id = calls()
    assert alice.post("voice.call.ping", callId=call_id).succeeded
    assert told(bob, call_id)["status"] == "ringing"
    assert bob.post("voice.call.ping", callId=call_id).succeeded
    deliver()
    assert told(bob, call_id)["status"] == "accepted"


def test_it_ends_with_the_last_ping(alice, bob, calls, clock):
    call_id = calls()
    assert answers(bob, alice, call_id, acceptsCall=True).succeeded
    for _ in range(3):
        clock.advance(seconds=10)
        assert alice.post("voice.call.ping", callId=call_id).succeeded
        assert told(bob, call_id)["status"] == "accepted"
    clock.advance(seconds=21)
    record = told(bob, call_id)
    assert (record["status"], record["lost"], record["accepted"]) == ("ended", False, True)
    assert 30 <= record["duration"] < 31
    assert record["endedAt"] > record["date"]


def test_a_ringing_that_nobody_ended_is_lost_all_the_same(bob, calls, clock):
    call_id = calls()
    clock.advance(seconds=61)
    assert told(bob, call_id)["status"] == "lost"
