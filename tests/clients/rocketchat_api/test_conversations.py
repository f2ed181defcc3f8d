"""Conversations by the Python client that most bots use, over real HTTP."""

from pathlib import Path

import httpx
import pytest
from rocketchat_API.APIExceptions.RocketExceptions import RocketApiException, RocketAuthenticationException
from rocketchat_API.rocketchat import RocketChat

from tests.clients.rocketchat_api.surface import Client


def test_logging_in(server: str, admin: Client) -> None:
    assert admin.me()["username"] == "admin"
    assert admin.info()["info"]["version"] == "1.0.0"
    with pytest.raises(RocketAuthenticationException):
        RocketChat("admin", "wrong", server_url=server)


def test_a_conversation(admin: Client, bob: Client) -> None:
    room = admin.channels_create("garden")["channel"]["_id"]
    admin.channels_invite(room, bob.me()["_id"])
    said = bob.chat_post_message("The roses bloom", room_id=room)["message"]
    admin.chat_react(said["_id"], "rose")
    admin.chat_update(room, said["_id"], "All the roses bloom")
    texts = [message["msg"] for message in admin.channels_history(room, count=10)]
    assert "All the roses bloom" in texts
    assert {member["username"] for member in admin.channels_members(room_id=room)} == {"admin", "bob"}
    assert {"garden", "general"} <= {channel["name"] for channel in admin.channels_list()}


def test_a_direct_conversation(admin: Client, bob: Client) -> None:
    room = admin.dm_create("bob")["room"]["_id"]
    admin.chat_post_message("Lunch at noon?", room_id=room)
    assert [message["msg"] for message in bob.dm_history(room)] == ["Lunch at noon?"]
    unread = {each["rid"]: each["unread"] for each in bob.subscriptions_get()["update"]}
    assert unread[room] == 1
    bob.subscriptions_read(room)
    assert bob.subscriptions_get_one(room)["subscription"]["unread"] == 0


def test_a_file_comes_back_byte_for_byte(server: str, admin: Client, bob: Client, plan: Path) -> None:
    room = admin.groups_create("papers", members=["bob"])["group"]["_id"]
    file = bob.rooms_media(room, str(plan))["file"]
    message = bob.rooms_media_confirm(room, file["_id"], msg="the plan")["message"]
    assert message["file"]["name"] == "plan.pdf"
    link = f"{server}{message['attachments'][0]['title_link']}"
    redirect = httpx.get(link, headers=admin.headers)
    assert redirect.status_code == 302
    assert httpx.get(redirect.headers["Location"]).content == plan.read_bytes()


def test_people_register_and_are_found(server: str, admin: Client) -> None:
    admin.users_register("erin@example.org", "Erin Rosales", "erins-secret", "erin")
    assert RocketChat("erin@example.org", "erins-secret", server_url=server).me()["name"] == "Erin Rosales"
    assert [user["username"] for user in admin.spotlight("erin")["users"]] == ["erin"]


def test_what_is_not_served_is_an_exception(admin: Client) -> None:
    with pytest.raises(RocketApiException, match="Resource not found"):
        admin.call_api_get("teams.listAll")
