"""removeOwner, removeModerator and removeLeader of channels and groups."""

import pytest

from tests.kinds import EDITING, Kind
from tests.refusals import refused

every_role = pytest.mark.parametrize("role", ["owner", "moderator", "leader"])


def add(role: str) -> str:
    return f"add{role.capitalize()}"


def remove(role: str) -> str:
    return f"remove{role.capitalize()}"


@pytest.fixture
def room_id(kind: Kind, alice, bob) -> str:
    """Alice owns it, bob is a member."""
    return kind.creates(alice, "team", members=["bob"])


@every_role
def test_the_role_is_gone_and_the_room_is_told(kind: Kind, alice, bob, room_id, role, clock):
    kind.post(alice, add(role), roomId=room_id, userId=bob.id)
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    assert kind.tries(alice, remove(role), roomName="team", user="bob").body == {"success": True}
    assert "roles" not in bob.subscription(room_id)
    assert [each["rid"] for each in bob.get("subscriptions.get", updatedSince=since)["update"]] == [room_id]
    told = kind.get(alice, "history", roomId=room_id)["messages"][0]
    assert (told["t"], told["msg"], told["role"], told["u"]["username"]) == (
        "subscription-role-removed",
        "bob",
        role,
        "alice",
    )
    refused(kind.tries(bob, "setTopic", roomId=room_id, topic="a"), EDITING)
    kind.post(alice, add(role), roomId=room_id, userId=bob.id)


def test_other_roles_stay(kind: Kind, alice, bob, room_id):
    for role in ("moderator", "leader"):
        kind.post(alice, add(role), roomId=room_id, userId=bob.id)
    kind.post(alice, "removeModerator", roomId=room_id, userId=bob.id)
    assert bob.subscription(room_id)["roles"] == ["leader"]


def test_the_last_owner_keeps_the_role(kind: Kind, alice, bob, room_id):
    last = "This is the last owner. Please set a new owner before removing this one. [error-remove-last-owner]"
    refused(kind.tries(alice, "removeOwner", roomId=room_id, userId=alice.id), last)
    assert alice.subscription(room_id)["roles"] == ["owner"]
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    kind.post(alice, "removeOwner", roomId=room_id, userId=alice.id)
    refused(kind.tries(bob, "removeOwner", roomId=room_id, userId=bob.id), last)


@every_role
def test_only_who_may_give_the_role(kind: Kind, alice, bob, room_id, role):
    kind.post(alice, add(role), roomId=room_id, userId=bob.id)
    if role != "owner":
        refused(kind.tries(bob, remove(role), roomId=room_id, userId=bob.id), "Not allowed [error-not-allowed]")
    else:
        kind.post(bob, "removeOwner", roomId=room_id, userId=alice.id)
        answer = kind.tries(alice, "removeOwner", roomId=room_id, userId=bob.id)
        refused(answer, "Not allowed [error-not-allowed]")
    assert bob.subscription(room_id)["roles"] == [role]


@pytest.mark.parametrize(
    ("role", "error"),
    [
        ("owner", "Invalid room [error-invalid-room]"),
        ("moderator", "Invalid room [error-invalid-room]"),
        ("leader", "User is not in this room [error-user-not-in-room]"),
    ],
)
def test_only_of_a_member(kind: Kind, alice, carol, room_id, role, error):
    refused(kind.tries(alice, remove(role), roomId=room_id, userId=carol.id), error)


@every_role
def test_only_who_has_it(kind: Kind, alice, bob, room_id, role):
    article = "an" if role == "owner" else "a"
    answer = kind.tries(alice, remove(role), roomId=room_id, userId=bob.id)
    refused(answer, f"User is not {article} {role} [error-user-not-{role}]")


@every_role
def test_a_user_must_be_named_and_exist(kind: Kind, alice, room_id, role):
    kind.refuses_what_is_no_user(lambda **user: kind.tries(alice, remove(role), roomId=room_id, **user))


@every_role
def test_what_is_no_room(kind: Kind, alice, bob, role):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, remove(role), userId=bob.id, **room))


@every_role
def test_not_in_an_archived_room(kind: Kind, alice, bob, room_id, role):
    kind.post(alice, add(role), roomId=room_id, userId=bob.id)
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, remove(role), roomId=room_id, userId=bob.id), kind.room_is_archived("team"))
