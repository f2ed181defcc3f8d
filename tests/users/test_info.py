"""users.info: what a user shows to whom."""

import json

import pytest

from tests.refusals import refused

BASIC = {"_id", "type", "status", "active", "name", "username"}
FULL = BASIC | {"createdAt", "emails", "roles"}
FIELDS = json.dumps({"department": {"type": "text", "public": True}, "badge": {"type": "text"}})


def not_found(answer):
    """The code stands beside the text, not in it."""
    body = {"success": False, "error": "User not found.", "errorType": "error-invalid-user"}
    assert (answer.status, answer.body) == (400, body)


def test_others_see_the_basics(alice, bob):
    user = alice.get("users.info", userId=bob.id)["user"]
    assert user == {
        "_id": bob.id,
        "type": "user",
        "status": "offline",
        "active": True,
        "name": "Bob",
        "username": "bob",
    }


def test_oneself_and_those_with_the_permission_see_all(alice, bob, admin, grant):
    assert set(alice.get("users.info", username="alice")["user"]) == FULL
    assert set(admin.get("users.info", username="alice")["user"]) == FULL
    assert set(bob.get("users.info", username="alice")["user"]) == BASIC
    grant("view-full-other-user-info", "user")
    assert set(bob.get("users.info", username="alice")["user"]) == FULL
    assert set(admin.get("users.info", username="alice")["user"]) == BASIC


def test_nobody_sees_secrets(alice, admin):
    for viewer in (alice, admin):
        text = viewer.get("users.info", userId=alice.id).text
        for secret in ("services", "password", "version", "$2b$", alice.token):
            assert secret not in text


@pytest.mark.parametrize("name", ["username", "user"])
def test_by_name_in_any_case(alice, bob, name):
    assert alice.get("users.info", **{name: "BOB"})["user"]["_id"] == bob.id


def test_the_first_that_is_not_blank_counts(alice, bob, carol):
    assert alice.get("users.info", userId=bob.id, username="carol")["user"]["username"] == "bob"
    assert alice.get("users.info", userId=" ", username="carol", user="bob")["user"]["username"] == "carol"
    assert alice.get("users.info", userId="", username="", user="bob")["user"]["username"] == "bob"
    not_found(alice.get("users.info", userId="nobody", username="carol"))


def test_a_bot_and_an_inactive_user_have_infos_too(alice, bob):
    from pimentachat.store import users as user_store

    user_store.change(bob.id, lambda user: user.model_copy(update={"active": False}))
    assert alice.get("users.info", userId="rocket.cat")["user"]["type"] == "bot"
    assert alice.get("users.info", userId=bob.id)["user"]["active"] is False


def test_custom_fields(newcomer, alice, admin, setting):
    bob = newcomer("bob", custom_fields={"department": "it", "badge": "77", "gone": "x"})
    assert "customFields" not in alice.get("users.info", userId=bob.id)["user"]

    setting("Accounts_CustomFields", FIELDS)
    assert alice.get("users.info", userId=bob.id)["user"]["customFields"] == {"department": "it"}
    for viewer in (bob, admin):
        shown = viewer.get("users.info", userId=bob.id)["user"]["customFields"]
        assert shown == {"department": "it", "badge": "77"}

    setting("Accounts_CustomFields", "{")
    assert "customFields" not in alice.get("users.info", userId=bob.id)["user"]


def test_rooms_for_those_with_the_permission(alice, bob, admin):
    ops = bob.creates_channel("ops")
    secrets = bob.creates_group("secrets")
    direct = bob.opens_direct_room(alice)
    left = alice.creates_channel("left")
    assert bob.post("channels.join", roomId=left).succeeded
    assert bob.post("channels.leave", roomId=left).succeeded

    rows = admin.get("users.info", userId=bob.id, fields={"userRooms": 1})["user"]["rooms"]

    assert [(row["t"], row["name"], row["rid"]) for row in rows] == [
        ("c", "general", "GENERAL"),
        ("c", "ops", ops),
        ("d", "alice", direct),
        ("p", "secrets", secrets),
    ]
    assert rows[1]["roles"] == ["owner"]
    assert "roles" not in rows[0]
    assert rows[0]["_id"]

    assert "rooms" not in alice.get("users.info", userId=bob.id, fields={"userRooms": 1})["user"]
    assert "rooms" not in admin.get("users.info", userId=bob.id, fields={"userRooms": 0, "name": 1})["user"]
    assert "rooms" not in admin.get("users.info", userId=bob.id)["user"]


def test_ones_own_rooms(alice, bob):
    room_id = bob.creates_group("secrets")
    rows = bob.get("users.info", username="bob", fields={"userRooms": 1})["user"]["rooms"]
    assert [row["rid"] for row in rows] == ["GENERAL", room_id]
    assert "rooms" not in bob.get("users.info", username="bob")["user"]
    assert "rooms" not in bob.get("users.info", username="alice", fields={"userRooms": 1})["user"]


def test_nobody_is_named(alice):
    missing = 'The required "userId" or "username" param was not provided [error-user-param-not-provided]'
    refused(alice.get("users.info"), missing)
    refused(alice.get("users.info", userId=" ", username="\t"), missing)


@pytest.mark.parametrize(
    "named", [{"userId": "nobody"}, {"username": "nobody"}, {"user": "nobody"}, {"userId": "BOB"}], ids=str
)
def test_unknown_users(alice, bob, named):
    not_found(alice.get("users.info", **named))


def test_a_user_without_a_username(alice, newcomer):
    nameless = newcomer("nameless")
    from pimentachat.store import users as user_store

    user_store.change(nameless.id, lambda user: user.model_copy(update={"username": ""}))
    refused(alice.get("users.info", userId=nameless.id), 'Failed to get the user data for the userId of "".')


def test_fields_that_are_none(alice):
    refused(
        alice.get("users.info", username="alice", fields="{"),
        'Invalid fields parameter provided: "{" [error-invalid-fields]',
    )


def test_needs_a_login(anonymous):
    assert anonymous.get("users.info", username="rocket.cat").status == 401
