"""addOwner, addModerator and addLeader of channels and groups."""

import pytest

from tests.kinds import EDITING, Kind
from tests.refusals import refused

every_role = pytest.mark.parametrize("role", ["owner", "moderator", "leader"])


def add(role: str) -> str:
    return f"add{role.capitalize()}"


@every_role
def test_the_member_has_the_role_and_the_room_is_told(kind: Kind, alice, bob, role, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    assert kind.tries(alice, add(role), roomName="team", username="bob").body == {"success": True}
    assert bob.subscription(room_id)["roles"] == [role]
    [changed] = bob.get("subscriptions.get", updatedSince=since)["update"]
    assert (changed["rid"], changed["roles"]) == (room_id, [role])
    [told] = [each for each in kind.get(alice, "history", roomId=room_id)["messages"] if "t" in each]
    assert (told["t"], told["msg"], told["role"], told["u"]["username"]) == (
        "subscription-role-added",
        "bob",
        role,
        "alice",
    )
    assert kind.info(alice, room_id)["usersCount"] == 2


def test_an_owner_owns_the_room_too(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    refused(kind.tries(bob, "setTopic", roomId=room_id, topic="a"), EDITING)
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    kind.post(bob, "setTopic", roomId=room_id, topic="a")
    kind.post(bob, "addOwner", roomId=room_id, userId=carol.id)
    kind.post(alice, "leave", roomId=room_id)


def test_a_moderator_edits_and_removes_but_gives_no_roles(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    kind.post(alice, "addModerator", roomId=room_id, userId=bob.id)
    kind.post(bob, "setTopic", roomId=room_id, topic="a")
    kind.post(bob, "kick", roomId=room_id, userId=carol.id)
    kind.post(bob, "invite", roomId=room_id, userId=carol.id)
    refused(kind.tries(bob, "addModerator", roomId=room_id, userId=carol.id), "Not allowed [error-not-allowed]")


def test_a_role_counts_in_its_room_alone(kind: Kind, alice, bob):
    kind.post(alice, "addModerator", roomId=kind.creates(alice, "team", members=["bob"]), userId=bob.id)
    other = kind.creates(alice, "crew", members=["bob"])
    refused(kind.tries(bob, "setTopic", roomId=other, topic="a"), EDITING)


def test_several_roles_at_once(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    for role in ("moderator", "owner", "leader"):
        kind.post(alice, add(role), roomId=room_id, userId=bob.id)
    assert bob.subscription(room_id)["roles"] == ["leader", "moderator", "owner"]


@every_role
def test_only_who_may_give_the_role(kind: Kind, alice, bob, carol, role):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    refused(kind.tries(bob, add(role), roomId=room_id, userId=carol.id), "Not allowed [error-not-allowed]")
    assert "roles" not in carol.subscription(room_id)
    kind.post(alice, add(role), roomId=room_id, userId=carol.id)


@every_role
def test_only_a_member_and_only_once(kind: Kind, alice, bob, role):
    room_id = kind.creates(alice, "team")
    answer = kind.tries(alice, add(role), roomId=room_id, userId=bob.id)
    refused(answer, "User is not in this room [error-user-not-in-room]")
    kind.post(alice, "invite", roomId=room_id, userId=bob.id)
    kind.post(alice, add(role), roomId=room_id, userId=bob.id)
    article = "an" if role == "owner" else "a"
    again = kind.tries(alice, add(role), roomId=room_id, userId=bob.id)
    refused(again, f"User is already {article} {role} [error-user-already-{role}]")


@every_role
def test_a_user_must_be_named_and_exist(kind: Kind, alice, role):
    room_id = kind.creates(alice, "team")
    kind.refuses_what_is_no_user(lambda **user: kind.tries(alice, add(role), roomId=room_id, **user))


@every_role
def test_what_is_no_room(kind: Kind, alice, bob, role):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, add(role), userId=bob.id, **room))


@every_role
def test_not_in_an_archived_room(kind: Kind, alice, bob, role):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, add(role), roomId=room_id, userId=bob.id), kind.room_is_archived("team"))
