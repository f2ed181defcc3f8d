"""voice.call.history: the calls of a room."""

import pytest

from tests.refusals import refused


def history(person, **asked):
    return person.get("voice.call.history", roomId="GENERAL", **asked)


def test_newest_first_page_by_page(bob, calls, clock):
    made = []
    for _ in range(12):
        made.append(calls())
        clock.advance(seconds=1)
    made.reverse()
    answer = history(bob)
    assert [each["_id"] for each in answer["calls"]] == made[:10]
    assert (answer["count"], answer["offset"], answer["total"]) == (10, 0, 12)
    answer = history(bob, offset=10, count=5)
    assert [each["_id"] for each in answer["calls"]] == made[10:]


@pytest.mark.parametrize(("flag", "lost"), [("1", True), ("true", True), ("yes", True), ("0", False), ("false", False)])
def test_lost_ones(alice, bob, calls, flag, lost):
    taken, missed = calls(), calls()
    assert bob.post("voice.call.ping", callId=taken).succeeded
    body = {"roomUrl": "x", "senderId": alice.id, "ids": [alice.id], "callId": missed}
    assert bob.post("voice.call.feedback", **body).succeeded
    assert {each["_id"] for each in history(bob, onlyLostCalls=flag)["calls"]} == (
        {missed} if lost else {taken, missed}
    )


def test_by_day_and_by_name(bob, carol, calls, clock):
    first = calls()
    clock.advance(days=1)
    second = calls(userIds=[carol.id])
    today = clock.now()
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        assert [each["_id"] for each in history(bob, searchField=today.strftime(form))["calls"]] == [second]
    assert [each["_id"] for each in history(bob, searchField="CAR")["calls"]] == [second]
    assert [each["_id"] for each in history(bob, searchField="bo")["calls"]] == [first]
    assert history(bob, searchField="alice")["total"] == 2
    assert history(bob, searchField="99.99.2019")["total"] == 0


def test_who_may_not(alice, bob):
    group = alice.creates_group("secret")
    for room_id in (group, "nowhere"):
        refused(bob.get("voice.call.history", roomId=room_id), "Invalid room [error-invalid-room]")
    missing = 'The required "roomId" query param is missing. [error-roomId-param-not-provided]'
    refused(bob.get("voice.call.history"), missing)


def test_the_calls_of_a_room_go_with_it(alice, admin, calls, deliver, delays):
    from pimentachat.store import calls as call_store

    room_id = alice.creates_channel("garden")
    call_id = calls(roomId=room_id)
    assert admin.post("channels.delete", roomId=room_id).succeeded
    deliver()
    assert call_store.find(call_id) is None
