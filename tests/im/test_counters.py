"""im.counters and dm.counters."""

import pytest

from tests.im.test_create import NOT_FOUND, PARAM_MISSING
from tests.refusals import forbidden, refused


@pytest.mark.parametrize("family", ["im", "dm"])
def test_what_is_unread(family, alice, bob, clock):
    room_id = alice.opens_direct_room(bob)
    clock.advance(seconds=1)
    bob.post("im.create", username="alice")
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    read = bob.subscription(room_id)["ls"]
    clock.advance(seconds=1)
    alice.says(room_id, "one")
    last = alice.posts(room_id, "@bob two")["message"]["ts"]
    assert bob.get(f"{family}.counters", roomId=room_id).body == {
        "joined": True,
        "members": 2,
        "unreads": 2,
        "unreadsFrom": read,
        "msgs": 2,
        "latest": last,
        "userMentions": 1,
        "success": True,
    }


def test_null_before_anything_was_read_or_written(alice, bob):
    room_id = alice.opens_direct_room(bob)
    answer = alice.get("im.counters", username="bob")
    assert (answer["joined"], answer["members"], answer["msgs"]) == (True, 2, 0)
    assert (answer["unreads"], answer["unreadsFrom"], answer["userMentions"]) == (None, None, 0)
    assert answer["latest"] == alice.get("im.list")["ims"][0]["_updatedAt"]
    alice.says(room_id, "hi")
    # Bob has never read the room.
    answer = bob.get("im.counters", roomId=room_id)
    assert (answer["joined"], answer["unreads"], answer["unreadsFrom"]) == (True, None, None)


def test_a_hidden_room_is_not_joined(alice, bob, admin):
    room_id = alice.opens_direct_room(bob)
    nothing = dict.fromkeys(["members", "unreads", "unreadsFrom", "msgs", "latest", "userMentions"])
    assert bob.get("im.counters", roomId=room_id).body == {"joined": False, **nothing, "success": True}


def test_as_somebody_else_for_administrators(alice, bob, admin):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "hi")
    answer = admin.get("im.counters", username="alice", userId=bob.id)
    assert (answer["joined"], answer["members"], answer["msgs"], answer["userMentions"]) == (True, 2, 1, 0)
    refused(
        admin.get("im.counters", username="alice", userId="nobody"),
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
    )
    for user_id in (bob.id, alice.id):
        forbidden(alice.get("im.counters", roomId=room_id, userId=user_id))


def test_somebody_must_be_named(alice, bob, carol):
    refused(alice.get("im.counters"), PARAM_MISSING)
    refused(alice.get("im.counters", username="nobody"), "[invalid-channel]")
    refused(carol.get("im.counters", roomId=alice.opens_direct_room(bob)), NOT_FOUND)
