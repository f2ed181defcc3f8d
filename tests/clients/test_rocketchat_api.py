"""The Python client that most bots use, over real HTTP."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from rocketchat_API.APIExceptions.RocketExceptions import RocketAuthenticationException
from rocketchat_API.rocketchat import RocketChat

from tests.clients.conftest import PASSWORD


@pytest.fixture(scope="module")
def admin(server: str) -> Any:
    return RocketChat("admin", PASSWORD, server_url=server)


@pytest.fixture(scope="module")
def bob(server: str, admin: Any) -> Any:
    admin.users_create("bob@example.org", "Bob", "bobs-secret", "bob")
    return RocketChat("bob", "bobs-secret", server_url=server)


def test_logging_in(server: str, admin: Any) -> None:
    assert admin.me()["username"] == "admin"
    assert admin.info()["info"]["version"] == "1.0.0"
    with pytest.raises(RocketAuthenticationException):
        RocketChat("admin", "wrong", server_url=server)


def test_a_conversation(admin: Any, bob: Any) -> None:
    room = admin.channels_create("garden")["channel"]["_id"]
    admin.channels_invite(room, bob.me()["_id"])
    said = bob.chat_post_message("The roses bloom", room_id=room)["message"]
    admin.chat_react(said["_id"], "rose")
    admin.chat_update(room, said["_id"], "All the roses bloom")
    texts = [message["msg"] for message in admin.channels_history(room, count=10)]
    assert "All the roses bloom" in texts
    assert {member["username"] for member in admin.channels_members(room_id=room)} == {"admin", "bob"}
    assert [channel["name"] for channel in admin.channels_list()] == ["garden", "general"]


def test_a_direct_conversation(admin: Any, bob: Any) -> None:
    room = admin.dm_create("bob")["room"]["_id"]
    admin.chat_post_message("Lunch at noon?", room_id=room)
    assert [message["msg"] for message in bob.dm_history(room)] == ["Lunch at noon?"]
    unread = {each["rid"]: each["unread"] for each in bob.subscriptions_get()["update"]}
    assert unread[room] == 1
    bob.subscriptions_read(room)
    assert bob.subscriptions_get_one(room)["subscription"]["unread"] == 0


def test_a_file_comes_back_byte_for_byte(server: str, admin: Any, bob: Any, plan: Path) -> None:
    room = admin.groups_create("papers", members=["bob"])["group"]["_id"]
    file = bob.rooms_media(room, str(plan))["file"]
    message = bob.rooms_media_confirm(room, file["_id"], msg="the plan")["message"]
    assert message["file"]["name"] == "plan.pdf"
    link = f"{server}{message['attachments'][0]['title_link']}"
    redirect = httpx.get(link, headers=admin.headers)
    assert redirect.status_code == 302
    assert httpx.get(redirect.headers["Location"]).content == plan.read_bytes()


def test_people_register_and_are_found(server: str, admin: Any) -> None:
    admin.users_register("carol@example.org", "Carol Rose", "carols-secret", "carol")
    assert RocketChat("carol@example.org", "carols-secret", server_url=server).me()["name"] == "Carol Rose"
    assert [user["username"] for user in admin.spotlight("ros")["users"]] == ["carol"]


def test_the_life_of_a_room(admin: Any, bob: Any) -> None:
    room = admin.channels_create("park", members=["bob"])["channel"]["_id"]
    bob_id = bob.me()["_id"]
    admin.channels_add_moderator(room, bob_id)
    admin.channels_add_leader(room, bob_id)
    assert [each["username"] for each in admin.channels_moderators(room_id=room)["moderators"]] == ["bob"]
    roles = {each["u"]["username"]: each["roles"] for each in bob.channels_roles(room_id=room)["roles"]}
    assert roles == {"admin": ["owner"], "bob": ["leader", "moderator"]}
    admin.channels_remove_leader(room, bob_id)
    bob.channels_set_description(room, "Trees and benches")
    bob.channels_set_announcement(room, "Closed at night")
    bob.channels_set_custom_fields(room, {"trees": 12})
    admin.channels_set_default(room, True)
    admin.channels_set_read_only(room, True)
    found = bob.channels_info(room_id=room)["channel"]
    shown = {name: found[name] for name in ("description", "announcement", "customFields", "default", "ro")}
    assert shown == {
        "description": "Trees and benches",
        "announcement": "Closed at night",
        "customFields": {"trees": 12},
        "default": True,
        "ro": True,
    }
    bob.channels_close(room)
    bob.channels_open(room)
    bob.rooms_favorite(room_id=room, favorite=True)
    assert bob.subscriptions_get_one(room)["subscription"]["f"] is True
    admin.channels_archive(room)
    admin.channels_unarchive(room)
    admin.channels_set_type(room, "p")
    admin.groups_set_encrypted(room, True)
    discussion = admin.rooms_create_discussion(room, "Where to plant roses")["discussion"]["_id"]
    assert admin.groups_info(room_id=discussion)["group"]["prid"] == room
    bob.rooms_leave(room)
    admin.groups_delete(room_id=room)
