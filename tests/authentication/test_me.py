import pytest

from tests.workspace import Client

FIELDS = {"_id", "name", "emails", "status", "statusConnection", "username", "active", "roles", "settings"}


def test_shows_the_caller(alice):
    me = alice.get("me").body
    assert me["_id"] == alice.id
    assert me["username"] == "alice"
    assert me["name"] == "Alice"
    assert me["emails"] == [{"address": "alice@example.org", "verified": True}]
    assert me["email"] == "alice@example.org"
    assert me["roles"] == ["user"]
    assert me["active"] is True
    assert me["status"] == me["statusConnection"] == "offline"
    assert me["avatarUrl"] == "https://chat.example.org/avatar/alice"
    assert set(me) == FIELDS | {"email", "avatarUrl", "success"}


def test_what_a_user_set_comes_along(newcomer):
    dora = newcomer("dora", language="pt", utc_offset=-3, custom_fields={"twitter": "@dora"})
    me = dora.get("me").body
    assert (me["language"], me["utcOffset"], me["customFields"]) == ("pt", -3, {"twitter": "@dora"})


def test_an_unverified_address_is_not_named_as_theirs(admin, anonymous):
    new = {"name": "Dora", "username": "dora", "email": "dora@example.org", "password": "secret"}
    assert admin.post("users.create", **new).succeeded
    me = anonymous.post("login", user="dora", password="secret")["data"]["me"]
    assert me["emails"] == [{"address": "dora@example.org", "verified": False}]
    assert "email" not in me


def test_preferences_are_the_users_own_or_the_sites(newcomer, admin, setting):
    dora = newcomer("dora", settings={"preferences": {"useEmojis": False, "highlights": ["dora"]}})
    found = dora.get("me")["settings"]
    assert set(found) == {"preferences"}
    assert found["preferences"]["useEmojis"] is False
    assert found["preferences"]["desktopNotifications"] == "mentions"
    # No setting gives it a default, so it is not one of those shown here.
    assert "highlights" not in found["preferences"]
    assert admin.get("me")["settings"]["preferences"]["useEmojis"] is True

    setting("Accounts_Default_User_Preferences_desktopNotifications", "all")
    setting("Accounts_Default_User_Preferences_useEmojis", True)
    changed = dora.get("me")["settings"]["preferences"]
    assert (changed["desktopNotifications"], changed["useEmojis"]) == ("all", False)


def test_there_is_one_preference_for_each_setting(alice, anonymous):
    prefix = "Accounts_Default_User_Preferences_"
    listed = anonymous.get("settings.public", query={"_id": {"$regex": f"^{prefix}"}}, count=0)["settings"]
    shown = alice.get("me")["settings"]["preferences"]
    assert {f"{prefix}{name}": value for name, value in shown.items()} == {one["_id"]: one["value"] for one in listed}


def test_the_picture_is_at_the_address_of_the_site(alice, setting):
    setting("Site_Url", "https://other.example.org/")
    assert alice.get("me")["avatarUrl"] == "https://other.example.org/avatar/alice"


@pytest.mark.parametrize("missing", ["x-auth-token", "x-user-id"])
def test_needs_a_login(alice, missing):
    half = Client(alice.workspace, {name: value for name, value in alice.login.items() if name != missing})
    answer = half.get("me")
    assert (answer.status, answer.body) == (401, {"status": "error", "message": "You must be logged in to do this."})
