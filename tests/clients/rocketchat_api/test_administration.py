"""What administrators do by the Python client, over real HTTP."""

from pathlib import Path

import httpx

from tests.clients.rocketchat_api.surface import Client
from tests.pictures import drawn


def test_settings(admin: Client, bob: Client) -> None:
    assert admin.settings_update("Site_Name", "Rose garden")["success"]
    assert admin.settings_get("Site_Name")["value"] == "Rose garden"
    assert "Site_Name" in [each["_id"] for each in admin.settings()]
    assert "Site_Name" in [each["_id"] for each in bob.settings_public(count=100)]
    assert isinstance(bob.service_configurations()["configurations"], list)
    assert bob.info()["info"]["version"]


def test_permissions_and_roles(admin: Client, bob: Client) -> None:
    listed = {each["_id"]: each["roles"] for each in admin.permissions_list_all()["update"]}
    admin.permissions_update([{"_id": "create-c", "roles": [*listed["create-c"], "guest"]}])
    assert "guest" in {e["_id"]: e["roles"] for e in admin.permissions_list_all()["update"]}["create-c"]
    admin.permissions_update([{"_id": "create-c", "roles": listed["create-c"]}])
    role = admin.roles_create("gardener", description="Waters the roses")["role"]["_id"]
    admin.roles_add_user_to_role(role, "bob")
    assert [user["username"] for user in admin.roles_get_users_in_role(role)] == ["bob"]
    assert role in [each["_id"] for each in admin.roles_list()["roles"]]
    assert role in [each["_id"] for each in admin.roles_sync("2020-01-01T00:00:00.000Z")["roles"]["update"]]
    admin.roles_remove_user_from_role(role, "bob")
    assert list(admin.roles_get_users_in_role(role)) == []
    admin.roles_delete(role)
    assert role not in [each["_id"] for each in admin.roles_list()["roles"]]


def test_custom_emoji(server: str, admin: Client, tmp_path: Path) -> None:
    picture = tmp_path / "rose.png"
    picture.write_bytes(drawn(64, 64))
    admin.custom_emoji_create("wild-rose", str(picture), aliases="wild")
    [emoji] = [each for each in admin.custom_emoji_list()["emojis"]["update"] if each["name"] == "wild-rose"]
    assert emoji["aliases"] == ["wild"]
    assert httpx.get(f"{server}/emoji-custom/wild-rose.png", follow_redirects=True).status_code == 200
    admin.custom_emoji_update(emoji["_id"], "tame-rose", aliases="tame")
    assert "tame-rose" in [each["name"] for each in admin.custom_emoji_list()["emojis"]["update"]]
    admin.custom_emoji_delete(emoji["_id"])
    assert emoji["_id"] not in [each["_id"] for each in admin.custom_emoji_list()["emojis"]["update"]]


def test_assets(server: str, admin: Client, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(drawn())
    admin.assets_set_asset("logo", str(picture))
    assert httpx.get(f"{server}/assets/logo.png", follow_redirects=True).content
    assert admin.assets_unset_asset("logo")["success"]


def test_integrations(server: str, admin: Client, name: str, kind: str) -> None:
    room = admin.of(kind).create(name)
    [room_id] = [room[each]["_id"] for each in ("channel", "group") if each in room]
    hook = admin.integrations_create("webhook-incoming", "news", True, "rocket.cat", f"#{name}", False)["integration"]
    posted = httpx.post(f"{server}/hooks/{hook['_id']}/{hook['token']}", json={"text": "The roses bloom"})
    assert posted.json()["success"]
    assert "The roses bloom" in [message["msg"] for message in admin.of(kind).history(room_id)]
    assert hook["_id"] in [each["_id"] for each in admin.integrations_list()]
    assert hook["_id"] in [each["_id"] for each in admin.of(kind).get_integrations(room_id)]
    changed = admin.integrations_update(
        "webhook-incoming", "old news", True, "rocket.cat", f"#{name}", False, hook["_id"]
    )["integration"]
    assert changed["name"] == "old news"
    assert admin.integrations_get(hook["_id"])["integration"]["name"] == "old news"
    admin.integrations_remove("webhook-incoming", hook["_id"])
    assert hook["_id"] not in [each["_id"] for each in admin.integrations_list()]


def test_the_history_of_an_outgoing_integration(admin: Client, name: str) -> None:
    admin.channels_create(name)
    urls = ["https://example.org/roses"]
    hook = admin.integrations_create(
        "webhook-outgoing", "roses", True, "rocket.cat", f"#{name}", False, event="sendMessage", urls=urls
    )["integration"]
    assert list(admin.integrations_history(hook["_id"])) == []
    admin.integrations_remove("webhook-outgoing", hook["_id"])


def test_statistics(admin: Client) -> None:
    assert admin.statistics(refresh="true")["statistics"]["totalUsers"] >= 1
    assert "totalUsers" in next(iter(admin.statistics_list()))
