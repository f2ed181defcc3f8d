"""channels.addOwner and groups.addOwner."""

from tests.kinds import Kind
from tests.refusals import refused


def test_the_member_owns_the_room_too(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    refused(
        kind.tries(bob, "setTopic", roomId=room_id, topic="a"), "Editing room is not allowed [error-action-not-allowed]"
    )
    assert kind.tries(alice, "addOwner", roomId=room_id, userId=bob.id).body == {"success": True}
    assert bob.subscription(room_id)["roles"] == ["owner"]
    kind.post(bob, "setTopic", roomId=room_id, topic="a")
    kind.post(bob, "addOwner", roomName="team", username="carol")
    messages = kind.get(alice, "history", roomId=room_id)["messages"]
    told = [(each["t"], each["msg"], each["role"], each["u"]["username"]) for each in messages if "role" in each]
    assert told == [
        ("subscription-role-added", "carol", "owner", "bob"),
        ("subscription-role-added", "bob", "owner", "alice"),
    ]
    assert kind.info(alice, room_id)["usersCount"] == 3


def test_only_who_may_set_owners(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    refused(kind.tries(bob, "addOwner", roomId=room_id, userId=carol.id), "Not allowed [error-not-allowed]")
    assert "roles" not in carol.subscription(room_id)
    kind.post(alice, "addOwner", roomId=room_id, userId=carol.id)


def test_only_a_member_and_only_once(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team")
    answer = kind.tries(alice, "addOwner", roomId=room_id, userId=bob.id)
    refused(answer, "User is not in this room [error-user-not-in-room]")
    kind.post(alice, "invite", roomId=room_id, userId=bob.id)
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    for user_id in (alice.id, bob.id):
        answer = kind.tries(alice, "addOwner", roomId=room_id, userId=user_id)
        refused(answer, "User is already an owner [error-user-already-owner]")


def test_a_user_must_be_named_and_exist(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    refused(
        kind.tries(alice, "addOwner", roomId=room_id),
        'The required "userId" or "username" param was not provided [error-user-param-not-provided]',
    )
    refused(
        kind.tries(alice, "addOwner", roomId=room_id, userId="nobody"),
        'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
    )


def test_what_is_no_room(kind: Kind, alice, bob):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "addOwner", userId=bob.id, **room))


def test_not_in_an_archived_room(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, "addOwner", roomId=room_id, userId=bob.id), kind.room_is_archived("team"))
