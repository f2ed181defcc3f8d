"""open and close of channels and groups: which rooms are in one's list."""

import pytest

from tests.kinds import CHANNEL, GROUP, Kind
from tests.refusals import refused


@pytest.fixture
def room_id(kind: Kind, alice, bob) -> str:
    return kind.creates(alice, "team", members=["bob"])


def closed(kind: Kind, name: str = "team") -> str:
    return f"The {kind.title}, {name}, is already closed to the sender"


def test_a_hidden_room_is_out_of_the_list_of_one_member(kind: Kind, alice, bob, room_id, clock):
    alice.says(room_id, "@bob hi")
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    assert kind.tries(bob, "close", roomId=room_id).body == {"success": True}
    held = bob.subscription(room_id)
    assert (held["open"], held["alert"], held["userMentions"]) == (False, False, 1)
    assert alice.subscription(room_id)["open"] is True
    assert [each["rid"] for each in bob.get("subscriptions.get", updatedSince=since)["update"]] == [room_id]
    assert kind.members(alice, room_id) == ["alice", "bob"]
    assert kind.tries(bob, "open", roomName="team").body == {"success": True}
    held = bob.subscription(room_id)
    assert (held["open"], held["alert"], held["userMentions"]) == (True, False, 1)


def test_a_message_brings_it_back(kind: Kind, alice, bob, room_id, clock):
    alice.says(room_id, "hi")
    kind.post(bob, "close", roomId=room_id)
    clock.advance(seconds=1)
    kind.post(alice, "setTopic", roomId=room_id, topic="Release")
    assert bob.subscription(room_id)["open"] is False
    alice.says(room_id, "hi again")
    held = bob.subscription(room_id)
    assert (held["open"], held["alert"]) == (True, True)


def test_roles_stay(kind: Kind, alice, room_id):
    kind.post(alice, "close", roomName="team")
    assert alice.subscription(room_id)["roles"] == ["owner"]


def test_not_twice(kind: Kind, bob, room_id):
    kind.post(bob, "close", roomId=room_id)
    refused(kind.tries(bob, "close", roomId=room_id), closed(kind))
    kind.post(bob, "open", roomId=room_id)
    preposition = "to" if kind.family == "channels" else "for"
    refused(
        kind.tries(bob, "open", roomId=room_id), f"The {kind.title}, team, is already open {preposition} the sender"
    )


def test_an_archived_room_too(kind: Kind, alice, bob, room_id, clock):
    clock.advance(seconds=1)
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(bob, "close", roomId=room_id), closed(kind))
    clock.advance(seconds=1)
    kind.post(bob, "open", roomId=room_id)
    held = bob.subscription(room_id)
    assert (held["open"], held["archived"], held["alert"]) == (True, True, False)
    clock.advance(seconds=1)
    kind.post(bob, "close", roomId=room_id)
    assert bob.subscription(room_id)["open"] is False
    refused(kind.tries(bob, "close", roomId=room_id), closed(kind))


def test_hidden_after_it_came_back_from_the_archive(kind: Kind, alice, bob, room_id, clock, grant):
    grant("unarchive-room", "owner")
    for verb in ("archive", "unarchive"):
        clock.advance(seconds=1)
        kind.post(alice, verb, roomId=room_id)
    clock.advance(seconds=1)
    kind.post(bob, "close", roomId=room_id)
    assert bob.subscription(room_id)["open"] is False


def test_only_members_of_a_channel(alice, bob):
    alice.creates_channel("team")
    refused(CHANNEL.tries(bob, "close", roomName="team"), 'The user/callee is not in the channel "team.')
    refused(CHANNEL.tries(bob, "open", roomName="team"), 'The user/callee is not in the channel "team".')


def test_a_group_is_not_there_for_others(alice, bob):
    room_id = alice.creates_group("core")
    for verb in ("open", "close"):
        refused(GROUP.tries(bob, verb, roomId=room_id), GROUP.not_found)


@pytest.mark.parametrize("verb", ["open", "close"])
def test_what_is_no_room(kind: Kind, alice, verb):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, verb, **room))
