"""channels.unarchive and groups.unarchive."""

import pytest

from tests.kinds import CHANNEL, GROUP, Kind
from tests.refusals import refused


@pytest.fixture
def archived(kind: Kind, alice, bob, carol, grant) -> str:
    """Alice's room, with news for bob, before she archived it; owners may bring rooms back."""
    grant("unarchive-room", "admin", "owner")
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    alice.says(room_id, "@bob hello")
    kind.post(alice, "archive", roomId=room_id)
    return room_id


def test_the_room_is_back_without_an_alert(kind: Kind, alice, bob, archived, clock):
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    assert kind.tries(alice, "unarchive", roomId=archived).body == {"success": True}
    assert kind.info(bob, archived)["archived"] is False
    for person in (alice, bob):
        held = person.subscription(archived)
        assert (held.get("archived", False), held["open"], held["alert"]) == (False, True, False)
        assert [each["rid"] for each in person.get("subscriptions.get", updatedSince=since)["update"]] == [archived]
        assert [each["_id"] for each in person.get("rooms.get", updatedSince=since)["update"]] == [archived]
    assert bob.subscription(archived)["userMentions"] == 1
    assert kind.system_messages(bob, archived) == []
    alice.says(archived, "hello again")


def test_what_happens_afterwards_is_news(kind: Kind, alice, bob, carol, archived, clock):
    clock.advance(seconds=1)
    kind.post(alice, "unarchive", roomName="team")
    clock.advance(seconds=1)
    parent = alice.says(archived, "hello again")
    assert bob.subscription(archived)["alert"] is True
    bob.post("subscriptions.read", rid=archived)
    assert bob.subscription(archived)["alert"] is False
    clock.advance(seconds=1)
    carol.says(archived, "reply", tmid=parent)
    assert bob.subscription(archived)["alert"] is False
    clock.advance(seconds=1)
    kind.post(alice, "rename", roomId=archived, name="crew")
    assert bob.subscription(archived)["alert"] is True


def test_a_room_hidden_before_is_in_the_list_again(kind: Kind, alice, bob, grant, clock):
    grant("unarchive-room", "admin", "owner")
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(bob, "close", roomId=room_id)
    clock.advance(seconds=1)
    kind.post(alice, "archive", roomId=room_id)
    assert bob.subscription(room_id)["open"] is False
    clock.advance(seconds=1)
    kind.post(alice, "unarchive", roomId=room_id)
    assert bob.subscription(room_id)["open"] is True


def test_only_who_may_bring_rooms_back(kind: Kind, alice, bob, admin):
    room_id = kind.creates(alice, "team", members=["bob", "admin"])
    kind.post(alice, "archive", roomId=room_id)
    for person in (alice, bob):
        refused(kind.tries(person, "unarchive", roomId=room_id), "Not authorized [error-not-authorized]")
    assert kind.info(alice, room_id)["archived"] is True
    kind.post(admin, "unarchive", roomId=room_id)


def test_a_channel_in_use_is_refused(alice):
    room_id = alice.creates_channel("team")
    refused(CHANNEL.tries(alice, "unarchive", roomId=room_id), "The channel, team, is not archived")


def test_a_group_in_use_is_fine(alice, admin):
    room_id = alice.creates_group("team", members=["admin"])
    GROUP.post(admin, "unarchive", roomId=room_id)
    assert GROUP.info(alice, room_id).get("archived", False) is False
    refused(GROUP.tries(alice, "unarchive", roomId=room_id), "Not authorized [error-not-authorized]")


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "unarchive", **room))
