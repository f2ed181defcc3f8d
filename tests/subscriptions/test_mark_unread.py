"""subscriptions.unread."""

import pytest

from tests.refusals import refused
from tests.subscriptions.test_read import READ, counters

NOT_ALLOWED = "Not allowed [error-action-not-allowed]"
NO_MEMBER = "Invalid subscription [error-invalid-subscription]"
NOTHING_NAMED = 'At least one of "roomId" or "firstUnreadMessage._id" params is required'


def unreads(person, **named):
    answer = person.post("subscriptions.unread", **named)
    assert answer.body == {"success": True}, answer.text


@pytest.fixture
def room_id(alice, bob, clock) -> str:
    """A channel in which Alice said "one", "@bob two" and "three", and Bob has read it all."""
    room_id = alice.creates_channel("team", members=["bob"])
    for text in ("one", "@bob two", "three"):
        clock.advance(seconds=1)
        alice.says(room_id, text)
    clock.advance(seconds=1)
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    clock.advance(seconds=1)
    return room_id


def moments(person, room_id, kind="channels") -> list[str]:
    return [message["ts"] for message in person.reads(room_id, kind)]


def test_from_the_newest_message_on(alice, bob, room_id, clock):
    before = bob.subscription(room_id)
    unreads(bob, roomId=room_id)
    held = bob.subscription(room_id)
    assert held["ls"] == moments(alice, room_id)[0] < before["ls"]
    # Only that there is something: the counters stay.
    assert counters(bob, room_id) == {**READ, "alert": True}
    since = before["_updatedAt"]
    assert [each["rid"] for each in bob.get("subscriptions.get", updatedSince=since)["update"]] == [room_id]
    assert counters(alice, room_id) == READ


def test_system_messages_are_messages_too(alice, bob, room_id):
    assert alice.post("channels.setTopic", roomId=room_id, topic="roses").succeeded
    unreads(bob, roomId=room_id)
    [topic, *_] = alice.reads(room_id)
    assert (topic["t"], topic["ts"]) == ("room_changed_topic", bob.subscription(room_id)["ls"])


def test_from_a_message_on(alice, bob, room_id):
    second = alice.reads(room_id)[1]
    unreads(bob, firstUnreadMessage={"_id": second["_id"]})
    assert bob.subscription(room_id)["ls"] == second["ts"]
    assert counters(bob, room_id) == {**READ, "alert": True}
    assert (
        bob.get("channels.counters", roomId=room_id).body.items() >= {"unreads": 2, "unreadsFrom": second["ts"]}.items()
    )
    # The room wins when both are named.
    unreads(bob, roomId=room_id, firstUnreadMessage={"_id": second["_id"]})
    assert bob.subscription(room_id)["ls"] == alice.reads(room_id)[0]["ts"]


def test_until_it_is_read_again(alice, bob, room_id, clock, deliver):
    unreads(bob, roomId=room_id)
    clock.advance(seconds=1)
    alice.says(room_id, "@bob four")
    deliver()
    assert counters(bob, room_id) == {**READ, "alert": True, "unread": 1, "userMentions": 1}
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert counters(bob, room_id) == READ
    assert bob.subscription(room_id)["ls"] > moments(alice, room_id)[0]
    unreads(bob, roomId=room_id)
    # Who posts has read what is there.
    bob.says(room_id, "five")
    assert counters(bob, room_id) == READ


def test_a_mention_that_was_read_is_not_counted_again(alice, bob, room_id, deliver):
    [_, second, *_] = alice.reads(room_id)
    unreads(bob, firstUnreadMessage={"_id": second["_id"]})
    deliver()
    assert counters(bob, room_id) == {**READ, "alert": True}


def test_what_is_hidden_is_shown(alice, bob):
    from pimentachat.store import memberships

    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "hi")
    held = memberships.find(bob.id, room_id)
    assert held
    memberships.update(held, closed_at=1)
    assert counters(bob, room_id)["open"] is False
    unreads(bob, roomId=room_id)
    assert (counters(bob, room_id)["open"], counters(bob, room_id)["alert"]) == (True, True)


def test_what_is_hidden_and_marked_later_is_news(alice, bob, room_id, clock):
    clock.advance(seconds=1)
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    clock.advance(seconds=1)
    assert bob.post("channels.close", roomId=room_id).succeeded
    clock.advance(seconds=1)
    assert bob.post("subscriptions.unread", roomId=room_id).succeeded
    shown = bob.subscription(room_id)
    assert (shown["open"], shown["alert"]) == (True, True)
    clock.advance(seconds=1)
    assert bob.post("channels.close", roomId=room_id).succeeded
    assert bob.post("channels.open", roomId=room_id).succeeded
    assert bob.subscription(room_id)["alert"] is False


def test_an_archived_room_is_shown_until_it_is_archived_again(alice, bob, room_id, clock):
    from tests.kinds import becomes

    assert alice.post("channels.archive", roomId=room_id).succeeded
    assert counters(bob, room_id)["open"] is False
    clock.advance(seconds=1)
    unreads(bob, roomId=room_id)
    assert counters(bob, room_id)["open"] is True
    clock.advance(seconds=1)
    becomes(room_id, archived_at=clock.now_text())
    assert counters(bob, room_id)["open"] is False


def test_something_must_be_named(bob):
    for body in ({}, {"firstUnreadMessage": {}}, {"roomId": "", "firstUnreadMessage": {"_id": ""}}):
        refused(bob.post("subscriptions.unread", body), NOTHING_NAMED)


def test_there_must_be_a_message(alice, bob, admin, room_id):
    empty = alice.creates_channel("empty", members=["bob"])
    for named in ({"roomId": empty}, {"roomId": "nowhere"}, {"firstUnreadMessage": {"_id": "nothing"}}):
        refused(bob.post("subscriptions.unread", **named), NOT_ALLOWED)
    own = bob.says(empty, "mine")
    refused(bob.post("subscriptions.unread", firstUnreadMessage={"_id": own}), NOT_ALLOWED)


def test_one_must_be_a_member_and_hidden_looks_as_missing(alice, bob, carol, room_id):
    [message, *_] = alice.reads(room_id)
    for named in ({"roomId": room_id}, {"firstUnreadMessage": {"_id": message["_id"]}}):
        refused(carol.post("subscriptions.unread", **named), NO_MEMBER)
    secret = alice.creates_group("core")
    message_id = alice.says(secret, "psst")
    for named in ({"roomId": secret}, {"firstUnreadMessage": {"_id": message_id}}):
        refused(carol.post("subscriptions.unread", **named), NOT_ALLOWED)
