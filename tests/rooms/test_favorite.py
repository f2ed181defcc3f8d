"""rooms.favorite."""

import pytest

from tests.kinds import CHANNEL, Kind, both_kinds
from tests.refusals import refused


@both_kinds
def test_a_favorite_of_one_member(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    for wanted in (True, False):
        clock.advance(seconds=1)
        since = clock.now_text()
        clock.advance(seconds=1)
        assert bob.post("rooms.favorite", roomName="team", favorite=wanted).body == {"success": True}
        [changed] = bob.get("subscriptions.get", updatedSince=since)["update"]
        assert (changed["rid"], changed["f"]) == (room_id, wanted)
    assert "f" not in alice.subscription(room_id)


def test_a_direct_room_too(alice, bob):
    room_id = alice.opens_direct_room(bob)
    assert alice.post("rooms.favorite", roomId=room_id, favorite=True).succeeded
    assert alice.subscription(room_id)["f"] is True


@pytest.mark.parametrize("nothing", [{}, {"favorite": None}])
def test_it_must_be_said_before_anything_else(alice, nothing):
    refused(alice.post("rooms.favorite", roomId="nowhere", **nothing), "The 'favorite' param is required")


def test_only_a_boolean(alice):
    answer = alice.post("rooms.favorite", roomId="GENERAL", favorite="yes")
    refused(answer, "Match error: Expected boolean, got string")
    refused(alice.post("rooms.favorite", roomId="nowhere", favorite="yes"), CHANNEL.not_found)


def test_only_for_members(alice, bob):
    room_id = alice.creates_channel("team")
    answer = bob.post("rooms.favorite", roomId=room_id, favorite=True)
    refused(answer, "You must be part of a room to favorite it [error-invalid-subscription]")
    hidden = bob.post("rooms.favorite", roomId=alice.creates_group("core"), favorite=True)
    refused(hidden, CHANNEL.not_found)


def test_which_room(alice):
    CHANNEL.refuses_what_is_no_room(lambda **room: alice.post("rooms.favorite", favorite=True, **room))


@both_kinds
def test_not_an_archived_room(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    answer = alice.post("rooms.favorite", roomId=room_id, favorite=True)
    refused(answer, CHANNEL.room_is_archived("team"))
