"""chat.syncThreadsList, chat.syncThreadMessages."""

import pytest

from tests.refusals import refused

DISABLED = "Threads Disabled [error-not-allowed]"


@pytest.fixture
def team(alice, bob):
    return alice.creates_channel("team", members=["bob"])


def now(clock):
    clock.advance(seconds=20)
    moment = clock.now_text()
    clock.advance(seconds=20)
    return moment


def threads(person, room_id, since):
    found = person.get("chat.syncThreadsList", rid=room_id, updatedSince=since)["threads"]
    return [message["msg"] for message in found["update"]], [each["_id"] for each in found["remove"]]


def replies(person, thread_id, since):
    found = person.get("chat.syncThreadMessages", tmid=thread_id, updatedSince=since)["messages"]
    return [message["msg"] for message in found["update"]], [each["_id"] for each in found["remove"]]


def test_threads_that_changed_and_no_other_messages(alice, bob, team, clock):
    roses = alice.says(team, "roses")
    bob.says(team, "red ones", tmid=roses)
    lawn = alice.says(team, "lawn")
    since = now(clock)
    alice.says(team, "no thread")
    assert threads(bob, team, since) == ([], [])
    bob.says(team, "mow it", tmid=lawn)
    assert threads(alice, team, since) == (["lawn"], [])
    since = now(clock)
    assert alice.post("chat.update", roomId=team, msgId=roses, text="roses, edited").succeeded
    found = bob.get("chat.syncThreadsList", rid=team, updatedSince=since)["threads"]["update"]
    assert found == [bob.get("chat.getMessage", msgId=roses)["message"]]
    assert found[0]["tcount"] == 1


def test_threads_that_are_gone(alice, bob, team, clock):
    roses = alice.says(team, "roses")
    reply = bob.says(team, "red ones", tmid=roses)
    since = now(clock)
    assert bob.post("chat.delete", roomId=team, msgId=reply).succeeded
    # No thread any more, and a reply was none.
    assert threads(bob, team, since) == ([], [])
    assert alice.post("chat.delete", roomId=team, msgId=roses).succeeded
    answer = bob.get("chat.syncThreadsList", rid=team, updatedSince=since).body
    [gone] = answer["threads"]["remove"]
    assert gone["_id"] == roses
    assert since < gone["_deletedAt"] <= clock.now_text()
    assert threads(bob, team, now(clock)) == ([], [])


def test_replies_of_this_thread_alone(alice, bob, team, clock):
    roses, lawn = (alice.says(team, text) for text in ("roses", "lawn"))
    old = bob.says(team, "red ones", tmid=roses)
    silent = bob.says(team, "white ones", tmid=roses)
    since = now(clock)
    bob.says(team, "mow it", tmid=lawn)
    alice.says(team, "both", tmid=roses)
    assert bob.post("chat.update", roomId=team, msgId=old, text="pink ones").succeeded
    assert replies(alice, roses, since) == (["both", "pink ones"], [])
    assert bob.post("chat.delete", roomId=team, msgId=silent).succeeded
    assert replies(alice, roses, since) == (["both", "pink ones"], [silent])
    assert replies(alice, lawn, since) == (["mow it"], [])
    assert replies(alice, roses, now(clock)) == ([], [])


def test_what_must_be_named(alice, team):
    said = alice.says(team, "roses")
    asked = {"chat.syncThreadsList": {"rid": team}, "chat.syncThreadMessages": {"tmid": said}}
    missing = {
        "chat.syncThreadsList": 'The required "rid" query param is missing. [error-room-id-param-not-provided]',
        "chat.syncThreadMessages": 'The required "tmid" query param is missing. [error-invalid-params]',
    }
    for verb, whose in asked.items():
        refused(alice.get(verb, updatedSince="2019-04-11"), missing[verb])
        no_moment = 'The required param "updatedSince" is missing. [error-updatedSince-param-invalid]'
        refused(alice.get(verb, **whose), no_moment)
        invalid = 'The "updatedSince" query parameter must be a valid date. [error-updatedSince-param-invalid]'
        refused(alice.get(verb, **whose, updatedSince="yesterday"), invalid)


def test_only_those_who_may_read(alice, bob, clock):
    room_id = alice.creates_group("secret")
    parent = alice.says(room_id, "psst")
    alice.says(room_id, "more", tmid=parent)
    since = "2019-01-01T00:00:00.000Z"
    for other in (room_id, "nowhere"):
        answer = bob.get("chat.syncThreadsList", rid=other, updatedSince=since)
        refused(answer, "Not Allowed [error-not-allowed]")
    for message_id in (parent, "nowhere"):
        answer = bob.get("chat.syncThreadMessages", tmid=message_id, updatedSince=since)
        refused(answer, "Invalid Message [error-invalid-message]")
    assert replies(alice, parent, since) == (["more"], [])


def test_threads_may_be_switched_off(alice, team, setting):
    said = alice.says(team, "roses")
    setting("Threads_enabled", False)
    since = "2019-01-01T00:00:00.000Z"
    refused(alice.get("chat.syncThreadsList", rid=team, updatedSince=since), DISABLED)
    refused(alice.get("chat.syncThreadMessages", tmid=said, updatedSince=since), DISABLED)
