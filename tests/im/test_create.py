"""im.create and dm.create."""

import pytest

from tests.refusals import refused

PARAM_MISSING = 'Body param "roomId" or "username" is required [error-room-param-not-provided]'
NOT_FOUND = 'The required "roomId" or "username" param provided does not match any dirct message [error-room-not-found]'
NOT_ALLOWED = "Not allowed [error-not-allowed]"

both_names = pytest.mark.parametrize("family", ["im", "dm"])


def direct_id(one, two) -> str:
    return "".join(sorted([one.id, two.id]))


@both_names
def test_the_room_of_two_people(family, alice, bob):
    answer = alice.post(f"{family}.create", username="bob")
    room = answer["room"]
    assert answer.body == {"room": room, "success": True}
    assert room == {
        "_id": direct_id(alice, bob),
        "rid": direct_id(alice, bob),
        "t": "d",
        "usernames": ["alice", "bob"],
        "uids": [alice.id, bob.id],
        "msgs": 0,
        "usersCount": 2,
        "ts": room["ts"],
        "_updatedAt": room["_updatedAt"],
    }
    mine, theirs = alice.subscription(room["_id"]), bob.subscription(room["_id"])
    assert mine == {
        "_id": mine["_id"],
        "rid": room["_id"],
        "t": "d",
        "name": "bob",
        "fname": "Bob",
        "u": {"_id": alice.id, "username": "alice", "name": "Alice"},
        "ts": room["ts"],
        "ls": room["ts"],
        "open": True,
        "alert": False,
        "unread": 0,
        "userMentions": 0,
        "groupMentions": 0,
        "_updatedAt": mine["_updatedAt"],
    }
    assert (theirs["name"], theirs["fname"], theirs["open"], theirs["alert"]) == ("alice", "Alice", False, False)
    assert "ls" not in theirs


@pytest.mark.parametrize("how", ["name", "@name", "NAME", "id", "id as username", "room id", "usernames"])
def test_a_person_by_name_or_id(alice, bob, how):
    params = {
        "name": {"username": "bob"},
        "@name": {"username": "@bob"},
        "NAME": {"username": "BOB"},
        "id": {"roomId": bob.id},
        "id as username": {"username": bob.id},
        "room id": {"roomId": bob.opens_direct_room(alice)},
        "usernames": {"usernames": "alice, bob"},
    }[how]
    assert alice.post("im.create", **params)["room"]["_id"] == direct_id(alice, bob)


def test_the_username_wins(alice, bob, carol):
    assert alice.post("im.create", username="carol", roomId=bob.id)["room"]["_id"] == direct_id(alice, carol)


def test_there_is_one_room_from_both_sides(alice, bob):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "hi")
    room = bob.post("im.create", username="alice")["room"]
    assert (room["_id"], room["usernames"], room["msgs"]) == (room_id, ["alice", "bob"], 1)
    assert [each["_id"] for each in bob.get("im.list")["ims"]] == [room_id]


def test_creating_shows_a_hidden_room_again(alice, bob):
    room_id = alice.opens_direct_room(bob)
    assert bob.subscription(room_id)["open"] is False
    bob.opens_direct_room(alice)
    assert bob.subscription(room_id)["open"] is True
    assert alice.subscription(room_id)["open"] is True


def test_a_room_with_oneself(alice, setting):
    room = alice.post("im.create", username="alice")["room"]
    assert (room["_id"], room["usernames"]) == (alice.id * 2, ["alice", "alice"])
    held = alice.subscription(room["_id"])
    assert (held["name"], held["open"]) == ("alice", True)
    assert alice.posts(room["_id"], "note").succeeded
    assert alice.subscription(room["_id"])["unread"] == 0
    setting("Message_AllowDirectMessagesToYourself", False)
    # Only making one is refused.
    assert alice.post("im.create", username="alice").succeeded


def test_no_room_with_oneself_when_switched_off(alice, setting):
    setting("Message_AllowDirectMessagesToYourself", False)
    refused(alice.post("im.create", username="alice"), "Invalid user [error-invalid-user]")


def test_somebody_must_be_named(alice):
    for nothing in ({}, {"username": " "}, {"roomId": "", "username": "@"}, {"usernames": " "}, {"usernames": "@, ,"}):
        refused(alice.post("im.create", nothing), PARAM_MISSING)


def test_neither_a_person_nor_a_direct_room(alice):
    for params in ({"username": "nobody"}, {"roomId": "nowhere"}, {"roomId": "GENERAL"}, {"usernames": "alice,nobody"}):
        refused(alice.post("im.create", params), "[invalid-channel]")


def test_the_room_of_other_people(alice, bob, carol):
    room_id = alice.opens_direct_room(bob)
    refused(carol.post("im.create", roomId=room_id), NOT_FOUND)


def test_making_a_room_needs_the_permission_and_finding_it_does_not(alice, bob, carol, grant):
    room_id = alice.opens_direct_room(bob)
    grant("create-d", "admin")
    assert alice.opens_direct_room(bob) == room_id
    refused(alice.post("im.create", username="carol"), NOT_ALLOWED)
    assert carol.get("im.list")["total"] == 0


def test_the_other_must_be_allowed_to_receive(alice, newcomer):
    newcomer("gus", roles=["guest"])
    refused(alice.post("im.create", username="gus"), "Target user not allowed to receive messages [error-not-allowed]")


def test_custom_fields_of_the_user_show_in_the_subscription(alice, newcomer):
    dora = newcomer("dora", custom_fields={"floor": "3"})
    room_id = dora.opens_direct_room(alice)
    assert dora.subscription(room_id)["customFields"] == {"floor": "3"}
    assert "customFields" not in alice.subscription(room_id)


# --- a deactivated person


def is_active(person, active: bool) -> None:
    """No endpoint deactivates anybody yet."""
    from pimentachat.store import users as user_store

    assert user_store.change(person.id, lambda user: user.model_copy(update={"active": active}))


def test_with_somebody_deactivated_it_is_archived_for_the_caller(alice, bob):
    is_active(bob, False)
    room_id = alice.opens_direct_room(bob)
    mine = alice.subscription(room_id)
    assert (mine["archived"], mine["open"], mine["alert"]) == (True, True, False)
    listed = {each["rid"]: each.get("archived") for each in alice.get("subscriptions.get")["update"]}
    assert listed == {"GENERAL": None, room_id: True}
    is_active(bob, True)
    assert "archived" not in bob.subscription(room_id)


def test_a_room_that_exists_follows_the_other_side(alice, bob):
    room_id = alice.opens_direct_room(bob)
    assert "archived" not in alice.subscription(room_id)
    for active in (False, True):
        is_active(bob, active)
        assert alice.opens_direct_room(bob) == room_id
        assert alice.subscription(room_id).get("archived") is (None if active else True)


def test_with_oneself_nothing_is_archived(alice):
    room_id = alice.opens_direct_room(alice)
    assert "archived" not in alice.subscription(room_id)
