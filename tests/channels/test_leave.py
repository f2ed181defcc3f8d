"""channels.leave and groups.leave."""

from tests.kinds import CHANNEL, GROUP, Kind, becomes
from tests.refusals import refused

LAST_OWNER = "You are the last owner. Please set new owner before leaving the room. [error-you-are-last-owner]"
NOT_IN_ROOM = "You are not in this room [error-user-not-in-room]"


def test_the_caller_is_out(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    subscription_id = bob.subscription(room_id)["_id"]
    since = clock.now_text()
    clock.advance(seconds=1)
    answer = kind.post(bob, "leave", roomId=room_id)
    room = kind.info(alice, room_id)
    assert (room["usersCount"], room["msgs"]) == (1, 1)
    # groups.leave answers without the room.
    assert answer == ({"success": True} if kind is GROUP else {"channel": room, "success": True})
    assert kind.members(alice, room_id) == ["alice"]
    assert kind.system_messages(alice, room_id) == [("ul", "bob", "bob")]
    assert bob.subscription(room_id) == {}
    changes = bob.get("subscriptions.get", updatedSince=since)
    [removed] = changes["remove"]
    assert (changes["update"], removed["_id"]) == ([], subscription_id)
    assert since < removed["_deletedAt"] <= clock.now_text()


def test_the_only_owner_cannot_leave(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(alice, "leave", roomId=room_id), LAST_OWNER)
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    kind.post(alice, "leave", roomName="team")
    refused(kind.tries(bob, "leave", roomId=room_id), LAST_OWNER)
    assert bob.subscription(room_id)["roles"] == ["owner"]


def test_who_comes_back_is_no_longer_owner_and_has_seen_nothing(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    alice.says(room_id, "one")
    kind.post(alice, "leave", roomId=room_id)
    bob.says(room_id, "two")
    kind.post(bob, "invite", roomId=room_id, userId=alice.id)
    held = alice.subscription(room_id)
    assert (held["alert"], held["unread"], held["userMentions"]) == (True, 1, 1)
    assert "roles" not in held
    assert "ls" not in held
    assert kind.info(bob, room_id)["usersCount"] == 2


def test_leaving_needs_the_permission(kind: Kind, alice, bob, grant):
    room_id = kind.creates(alice, "team", members=["bob"])
    grant(kind.leave_permission, "admin")
    refused(kind.tries(bob, "leave", roomId=room_id), "Not allowed [error-not-allowed]")
    grant(kind.leave_permission, "user")
    kind.post(bob, "leave", roomId=room_id)


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "leave", **room))


def test_not_an_archived_room(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(bob, "leave", roomId=room_id), kind.room_is_archived("team"))


def test_not_a_channel_one_is_not_in(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    CHANNEL.post(bob, "leave", roomId=room_id)
    refused(CHANNEL.tries(bob, "leave", roomId=room_id), NOT_IN_ROOM)
    assert CHANNEL.info(alice, room_id)["usersCount"] == 1


def test_a_group_one_has_left_is_hidden(alice, bob):
    room_id = alice.creates_group("team", members=["bob"])
    GROUP.post(bob, "leave", roomId=room_id)
    refused(GROUP.tries(bob, "leave", roomId=room_id), GROUP.not_found)


def test_not_a_discussion_that_is_only_open_through_its_parent(alice, bob):
    parent = alice.creates_group("team", members=["bob"])
    room_id = alice.creates_group("talk")
    becomes(room_id, prid=parent)
    refused(GROUP.tries(bob, "leave", roomId=room_id), NOT_IN_ROOM)


def test_a_room_without_any_owner_can_be_left_by_anyone(alice):
    assert CHANNEL.post(alice, "leave", roomId="GENERAL")["channel"]["usersCount"] == 1
    assert CHANNEL.members(alice, "GENERAL") == ["rocket.cat"]


def test_members_of_a_room_without_system_messages_are_counted(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "news", members=["bob"], readOnly=True)
    kind.post(bob, "leave", roomId=room_id)
    room = kind.info(alice, room_id)
    assert (room["usersCount"], room["msgs"], kind.system_messages(alice, room_id)) == (1, 0, [])
