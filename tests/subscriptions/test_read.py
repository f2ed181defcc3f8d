"""subscriptions.read."""

import pytest

from tests.refusals import refused


def counters(person, room_id) -> dict[str, object]:
    held = person.subscription(room_id)
    return {name: held[name] for name in ("open", "alert", "unread", "userMentions", "groupMentions")}


READ = {"open": True, "alert": False, "unread": 0, "userMentions": 0, "groupMentions": 0}


@pytest.mark.parametrize("param", ["rid", "roomId"])
def test_everything_is_read(alice, bob, clock, param):
    room_id = alice.creates_channel("team", members=["bob"])
    alice.says(room_id, "@bob one")
    alice.says(room_id, "@all two")
    assert counters(bob, room_id) == {"open": True, "alert": True, "unread": 2, "userMentions": 1, "groupMentions": 1}
    clock.advance(seconds=1)
    before = clock.now_text()
    assert bob.post("subscriptions.read", {param: room_id}).body == {"success": True}
    assert counters(bob, room_id) == READ
    assert before <= bob.subscription(room_id)["ls"] <= clock.now_text()
    alice.says(room_id, "@bob three")
    assert counters(bob, room_id) == {"open": True, "alert": True, "unread": 1, "userMentions": 1, "groupMentions": 0}


def test_the_greeting_of_a_new_member_is_read(alice, bob):
    room_id = alice.creates_channel("team")
    assert bob.post("channels.join", roomId=room_id).succeeded
    assert counters(bob, room_id)["unread"] == 1
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert counters(bob, room_id) == READ


def test_a_hidden_direct_room_opens(alice, bob):
    room_id = alice.opens_direct_room(bob)
    assert bob.subscription(room_id)["open"] is False
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert counters(bob, room_id) == READ


def test_replies_in_threads_are_read(alice, bob, deliver):
    room_id = alice.creates_channel("team", members=["bob"])
    parent = alice.says(room_id, "question")
    bob.says(room_id, "answer", tmid=parent)
    deliver()
    held = alice.subscription(room_id)
    assert (held["tunread"], held["unread"], held["userMentions"], held["alert"]) == ([parent], 1, 1, True)
    assert alice.post("subscriptions.read", rid=room_id).succeeded
    assert counters(alice, room_id) == READ
    assert "tunread" not in alice.subscription(room_id)


def test_somebody_elses_state_stays(alice, bob, carol):
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    alice.says(room_id, "@all hi")
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert counters(carol, room_id)["groupMentions"] == 1


def test_no_member_and_no_room_change_nothing(alice, bob):
    room_id = alice.creates_channel("team")
    for nowhere in (room_id, "nowhere"):
        assert bob.post("subscriptions.read", rid=nowhere).body == {"success": True}
    assert bob.subscription(room_id) == {}


def test_a_room_must_be_named(alice):
    refused(alice.post("subscriptions.read", {}), "Match error: Missing key 'rid'")
    refused(alice.post("subscriptions.read", rid=7), "Match error: Expected string, got number in field rid")


def test_further_keys_are_ignored_as_todays_clients_send_them(alice):
    assert alice.post("subscriptions.read", rid="GENERAL", readThreads=True).succeeded
