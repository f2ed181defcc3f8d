"""voice.call: ringing, busy, missed."""

import pytest

from tests.refusals import refused
from tests.voice.conftest import CALL, said, told
from tests.workers_at_hand import queued

APPLE = {"type": "apn", "value": "a1" * 32, "appName": "chat.example.ios"}
ANDROID = {"type": "gcm", "value": "bobs-phone", "appName": "chat.example.android"}


def test_every_device_rings(alice, bob, carol, phones, calls, deliver, delays):
    assert bob.post("push.token", **ANDROID).succeeded
    assert carol.post("push.token", **APPLE, voipToken="b2" * 32).succeeded
    answer = alice.post(
        "voice.call",
        **CALL,
        roomId="GENERAL",
        userNames=["bob", "carol", "alice", "nobody"],
        additionalInfo='{"device": "iPhone"}',
        senderGroup="team",
        senderId="somebody else",
    )
    assert answer["result"]["sentTo"] == {bob.id: "bobs-phone", carol.id: "a1" * 32}
    assert answer["result"]["busy"] == []
    ring_everybody(deliver)

    [android] = said(phones, "GCM")
    assert android["priority"] == "high"
    assert (android["data"]["callId"], android["data"]["notificationType"]) == (answer["callId"], "callInvite")
    assert (android["data"]["message"], android["data"]["onlyAudio"]) == ("Ana calls", "true")
    [apple] = said(phones, "APNS_VOIP")
    assert apple["aps"] == {"alert": "Ana calls"}
    assert (apple["roomUrl"], apple["senderId"], apple["senderGroup"]) == (CALL["roomUrl"], alice.id, "team")
    assert (apple["additionalInfo"], apple["onlyAudio"]) == ('{"device": "iPhone"}', True)
    assert said(phones, "APNS") == []


def ring_everybody(deliver):
    """Everything but the end of the ringing."""
    from pimentachat.services.calls import voice

    real, voice.time_out = voice.time_out, lambda call_id: None
    try:
        deliver()
    finally:
        voice.time_out = real


def test_an_apple_device_without_a_token_for_calls_gets_an_alert(alice, bob, phones, calls, deliver, delays):
    assert bob.post("push.token", **APPLE).succeeded
    calls()
    ring_everybody(deliver)
    [apple] = said(phones, "APNS")
    assert (apple["aps"]["alert"], apple["notificationType"]) == ("Ana calls", "callInvite")


def test_the_record(alice, bob, calls, clock):
    call_id = calls()
    record = told(bob, call_id)
    assert record.pop("date") <= clock.now_text()
    record.pop("_updatedAt")
    assert record == {
        "_id": call_id,
        "userId": alice.id,
        "userName": "alice",
        "to": [bob.id],
        "toNames": ["bob"],
        "channel": CALL["roomUrl"],
        "roomId": "GENERAL",
        "onlyAudio": True,
        "senderName": "Ana",
        "serverName": CALL["serverName"],
        "notificationType": "callInvite",
        "status": "ringing",
        "responses": [],
        "lost": False,
        "accepted": False,
        "rejected": False,
        "busy": False,
        "acceptedBy": [],
    }


def test_ids_win_over_names(bob, carol, calls):
    assert told(bob, calls(userIds=[carol.id], userNames=["bob"]))["toNames"] == ["carol"]


def test_only_members_are_rung(alice, bob, calls):
    group = alice.creates_group("secret")
    call_id = calls(roomId=group)
    assert told(alice, call_id, group)["to"] == []


def test_a_call_that_nobody_takes_is_missed(alice, bob, phones, calls, deliver, delays, clock):
    assert bob.post("push.token", **ANDROID).succeeded
    call_id = calls()
    deliver()  # the time-out comes at once here
    assert delays == [30]
    assert (told(bob, call_id)["status"], told(bob, call_id)["lost"]) == ("lost", True)
    [message] = [each for each in alice.reads("GENERAL") if each.get("t") == "voice_call_missed"]
    assert (message["u"]["username"], message["msg"], message["callId"]) == ("alice", "bob", call_id)
    missed = [push["data"] for push in said(phones, "GCM") if push["data"]["notificationType"] == "callMissed"]
    assert [push["message"] for push in missed] == ["Missed call from Ana"]


def test_missed_once_however_often_the_time_out_comes(alice, bob, phones, calls, worker, deliver, delays):
    assert bob.post("push.token", **ANDROID).succeeded
    call_id = calls()
    deliver()
    for _ in range(2):
        assert worker.carry_out({"effect": "call_timed_out", "call_id": call_id}) == {"batchItemFailures": []}
        deliver()
    assert len([each for each in alice.reads("GENERAL") if each.get("t") == "voice_call_missed"]) == 1
    assert len([1 for push in said(phones, "GCM") if push["data"]["notificationType"] == "callMissed"]) == 1


def test_a_worker_that_dies_before_the_room_hears_of_it(alice, calls, worker, deliver, delays, monkeypatch):
    from pimentachat.services.calls import voice

    call_id = calls()
    effect = {"effect": "call_timed_out", "call_id": call_id}
    with monkeypatch.context() as dying:
        dying.setattr(voice, "_post_once", lambda _: 1 / 0)
        assert worker.carry_out(effect)["batchItemFailures"]
    assert worker.carry_out(effect) == {"batchItemFailures": []}
    assert len([each for each in alice.reads("GENERAL") if each.get("t") == "voice_call_missed"]) == 1


def test_a_call_that_somebody_takes_is_not(alice, bob, calls, deliver, delays):
    call_id = calls()
    assert bob.post("voice.call.feedback", **answer(alice, call_id), acceptsCall=True).succeeded
    deliver()
    assert told(bob, call_id)["status"] == "accepted"
    assert not [each for each in alice.reads("GENERAL") if each.get("t") == "voice_call_missed"]


def answer(caller, call_id):
    return {"roomUrl": CALL["roomUrl"], "senderId": caller.id, "ids": [caller.id], "callId": call_id}


def test_who_is_in_another_call_is_busy(alice, bob, carol, phones, calls, deliver, delays, clock):
    assert bob.post("push.token", **ANDROID).succeeded
    first = carol.post("voice.call", **CALL, roomId="GENERAL", userIds=[bob.id])["callId"]
    assert bob.post("voice.call.ping", callId=first).succeeded
    second = alice.post("voice.call", **CALL, roomId="GENERAL", userIds=[bob.id, carol.id])
    assert (second["result"]["busy"], second["result"]["sentTo"]) == ([bob.id], {})
    third = told(bob, calls())
    assert (third["status"], third["busy"], third["responses"][0]["busy"]) == ("busy", True, True)
    clock.advance(seconds=21)
    assert alice.post("voice.call", **CALL, roomId="GENERAL", userIds=[bob.id])["result"]["busy"] == []


@pytest.mark.parametrize("name", ["roomUrl", "senderName", "serverName", "notificationMessage", "roomId", "onlyAudio"])
def test_what_must_be_there(alice, bob, name):
    whole = {**CALL, "roomId": "GENERAL", "userIds": [bob.id]}
    answer = alice.post("voice.call", **{**whole, name: None})
    assert answer.status == 400
    assert answer.body == {
        "success": False,
        "error": f'The required "{name}" param is missing.',
        "errorType": "error-invalid-params",
    }


def test_somebody_must_be_called_somewhere(alice, bob):
    answer = alice.post("voice.call", **CALL, roomId="GENERAL")
    assert (answer.status, answer.error_type) == (400, "error-invalid-params")
    assert answer.error == 'The required "userIds" or "userNames" param is missing.'
    invalid = "Invalid room [error-invalid-room]"
    refused(alice.post("voice.call", **CALL, roomId="nowhere", userIds=[bob.id]), invalid)
    refused(alice.post("voice.call", **CALL, roomId=bob.creates_group("bobs"), userIds=[bob.id]), invalid)


def test_the_time_out_waits_in_the_queue(calls, worker, resources, delays):
    calls()
    worker.run(worker.records())
    wanted = [each for each in queued(resources["EFFECTS_QUEUE"]) if each["effect"] == "call_timed_out"]
    assert (len(wanted), delays) == (1, [30])
