"""People by the Python client, over real HTTP."""

from pathlib import Path

import pytest
from rocketchat_API.APIExceptions.RocketExceptions import RocketApiException, RocketBadStatusCodeException

from tests.clients.rocketchat_api.surface import Client
from tests.pictures import drawn


def test_who_is_here(admin: Client, bob: Client) -> None:
    me = bob.me()
    assert bob.users_info(username="bob")["user"]["_id"] == me["_id"]
    assert {"admin", "bob"} <= {user["username"] for user in admin.users_list()}
    bob.users_set_status("Gone for lunch", status="busy")
    assert bob.users_get_presence(user_id=me["_id"])["presence"] == "busy"
    assert admin.users_info(username="bob")["user"]["statusText"] == "Gone for lunch"


def test_the_life_of_an_account(server: str, admin: Client) -> None:
    dora = admin.users_create("dora@example.org", "Dora", "doras-secret", "dora")["user"]["_id"]
    admin.users_update(dora, name="Dora Rose")
    assert admin.users_info(user_id=dora)["user"]["name"] == "Dora Rose"
    client = Client("dora@example.org", "doras-secret", server_url=server)
    client.logout()
    with pytest.raises(RocketBadStatusCodeException):
        client.me()
    admin.users_set_active_status(dora, False)
    assert admin.users_info(user_id=dora)["user"]["active"] is False
    admin.users_delete(dora)
    with pytest.raises(RocketApiException):
        admin.users_info(user_id=dora)


def test_a_token_for_somebody_else(server: str, admin: Client, bob: Client) -> None:
    made = admin.users_create_token(bob.me()["_id"], "a secret that servers of this version do not ask for")["data"]
    again = Client(auth_token=made["authToken"], user_id=made["userId"], server_url=server)
    assert again.me()["username"] == "bob"


def test_preferences(bob: Client) -> None:
    bob.users_set_preferences(bob.me()["_id"], {"useEmojis": False})
    assert bob.users_get_preferences()["preferences"]["useEmojis"] is False


def test_pictures(server: str, bob: Client, tmp_path: Path) -> None:
    picture = tmp_path / "bob.png"
    picture.write_bytes(drawn())
    bob.users_set_avatar(str(picture))
    set_one = bob.users_info(username="bob")["user"]["avatarETag"]
    shown = bob.users_get_avatar(username="bob")
    bob.users_reset_avatar(username="bob")
    assert bob.users_info(username="bob")["user"].get("avatarETag") != set_one
    assert bob.users_get_avatar(username="bob") != shown


def test_a_forgotten_password(admin: Client) -> None:
    with pytest.raises(RocketApiException, match="From_Email is not set"):
        admin.users_forgot_password("bob@example.org")
    admin.settings_update("From_Email", "chat@example.org")
    assert admin.users_forgot_password("bob@example.org")["success"]
