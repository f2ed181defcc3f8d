"""channels.kick and groups.kick."""

from tests.kinds import GROUP, Kind
from tests.refusals import refused

LAST_OWNER = "You are the last owner. Please set new owner before leaving the room. [error-you-are-last-owner]"


def test_the_member_is_out(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    subscription_id = bob.subscription(room_id)["_id"]
    since = clock.now_text()
    clock.advance(seconds=1)
    answer = kind.post(alice, "kick", roomId=room_id, userId=bob.id)
    room = kind.info(alice, room_id)
    assert (room["usersCount"], room["msgs"]) == (1, 1)
    # groups.kick answers without the room.
    assert answer == ({"success": True} if kind is GROUP else {"channel": room, "success": True})
    assert kind.members(alice, room_id) == ["alice"]
    assert kind.system_messages(alice, room_id) == [("ru", "bob", "alice")]
    assert bob.subscription(room_id) == {}
    changes = bob.get("subscriptions.get", updatedSince=since)
    assert (changes["update"], [each["_id"] for each in changes["remove"]]) == ([], [subscription_id])
    assert room_id not in [each["_id"] for each in bob.get("rooms.get")["update"]]


def test_roles_end_with_the_membership(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    kind.post(alice, "kick", roomName="team", username="bob")
    kind.post(alice, "invite", roomId=room_id, userId=bob.id)
    assert "roles" not in bob.subscription(room_id)
    refused(kind.tries(alice, "leave", roomId=room_id), LAST_OWNER)


def test_the_only_owner_stays(kind: Kind, alice, bob, admin):
    room_id = kind.creates(alice, "team", members=["bob", "admin"])
    refused(kind.tries(admin, "kick", roomId=room_id, userId=alice.id), LAST_OWNER)
    refused(kind.tries(alice, "kick", roomId=room_id, userId=alice.id), LAST_OWNER)
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    kind.post(admin, "kick", roomId=room_id, userId=alice.id)
    assert kind.members(bob, room_id) == ["admin", "bob"]


def test_only_who_may_remove_people(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    refused(kind.tries(bob, "kick", roomId=room_id, userId=carol.id), "Not allowed [error-not-allowed]")
    kind.post(alice, "kick", roomId=room_id, userId=carol.id)


def test_only_members_can_be_removed(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "kick", roomId=room_id, userId=bob.id)
    answer = kind.tries(alice, "kick", roomId=room_id, userId=bob.id)
    refused(answer, "User is not in this room [error-user-not-in-room]")
    assert kind.info(alice, room_id)["usersCount"] == 1


def test_a_user_must_be_named_and_exist(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    refused(
        kind.tries(alice, "kick", roomId=room_id),
        'The required "userId" or "username" param was not provided [error-user-param-not-provided]',
    )
    refused(
        kind.tries(alice, "kick", roomId=room_id, user="nobody"),
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
    )


def test_what_is_no_room(kind: Kind, alice, bob):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "kick", userId=bob.id, **room))


def test_not_from_an_archived_room(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, "kick", roomId=room_id, userId=bob.id), kind.room_is_archived("team"))


def test_a_muted_name_stays_muted(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "news", members=["bob"], readOnly=True)
    kind.post(alice, "kick", roomId=room_id, userId=bob.id)
    assert kind.info(alice, room_id)["muted"] == ["bob"]
