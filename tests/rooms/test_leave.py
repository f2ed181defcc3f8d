"""rooms.leave."""

from tests.kinds import CHANNEL, Kind, both_kinds
from tests.refusals import refused

NOT_ALLOWED = "Not allowed [error-not-allowed]"


@both_kinds
def test_the_caller_is_no_member_any_more(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    assert bob.post("rooms.leave", roomName="team").body == {"success": True}
    assert bob.subscription(room_id) == {}
    assert kind.system_messages(alice, room_id) == [("ul", "bob", "bob")]
    assert kind.info(alice, room_id)["usersCount"] == 1


def test_who_is_no_member(alice, bob):
    alice.creates_channel("team")
    refused(bob.post("rooms.leave", roomName="team"), "You are not in this room [error-user-not-in-room]")


@both_kinds
def test_not_the_last_owner(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    refused(
        alice.post("rooms.leave", roomId=room_id),
        "You are the last owner. Please set new owner before leaving the room. [error-you-are-last-owner]",
    )


@both_kinds
def test_only_who_may_leave_rooms_of_this_kind(kind: Kind, alice, bob, grant):
    room_id = kind.creates(alice, "team", members=["bob"])
    grant(kind.leave_permission, "admin")
    refused(bob.post("rooms.leave", roomId=room_id), NOT_ALLOWED)


def test_nobody_leaves_a_direct_room(alice, bob):
    refused(alice.post("rooms.leave", roomId=alice.opens_direct_room(bob)), NOT_ALLOWED)


def test_which_room(alice, bob, carol):
    CHANNEL.refuses_what_is_no_room(lambda **room: bob.post("rooms.leave", **room))
    for hidden in (alice.creates_group("core"), alice.opens_direct_room(carol)):
        refused(bob.post("rooms.leave", roomId=hidden), CHANNEL.not_found)


@both_kinds
def test_not_an_archived_room(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "archive", roomId=room_id)
    refused(bob.post("rooms.leave", roomId=room_id), CHANNEL.room_is_archived("team"))
