"""What the mobile client (RocketChat/Rocket.Chat.ReactNative) asks for by REST, from its start to an open room.

Order and parameters are those that it has for a server of version 1.0.0, the fields looked at those that it keeps.
"""

import json
from typing import Any

import httpx
import pytest

from tests.clients.conftest import PASSWORD

SETTINGS = [
    "Site_Name",
    "UI_Use_Real_Name",
    "FileUpload_MediaTypeWhiteList",
    "FileUpload_MaxFileSize",
    "Message_AllowEditing",
]
ICON = "Assets_favicon_512"
EPOCH = "1970-01-01T00:00:00.000Z"


class App:
    """The app on one telephone."""

    def __init__(self, server: str) -> None:
        self.http = httpx.Client(base_url=server, timeout=30, headers={"Content-Type": "application/json"})
        self.user_id = ""

    def get(self, endpoint: str, **params: Any) -> Any:
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        return self._answer(self.http.get(f"/api/v1/{endpoint}", params=texts))

    def post(self, endpoint: str, **body: Any) -> Any:
        return self._answer(self.http.post(f"/api/v1/{endpoint}", json=body))

    def delete(self, endpoint: str, **body: Any) -> Any:
        return self._answer(self.http.request("DELETE", f"/api/v1/{endpoint}", json=body))

    def log_in(self, **credentials: str) -> Any:
        data = self.post("login", **credentials)["data"]
        self.user_id = data["userId"]
        self.http.headers.update({"X-Auth-Token": data["authToken"], "X-User-Id": data["userId"]})
        return data

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        answer = response.json()
        assert response.status_code == 200, f"{response.request.url}: {answer}"
        assert answer.get("success") or answer.get("status") == "success"
        return answer


@pytest.fixture
def app(server: str) -> App:
    return App(server)


@pytest.fixture
def inside(app: App) -> App:
    app.log_in(user="admin", password=PASSWORD)
    return app


def test_before_the_login(server: str, app: App) -> None:
    info = app.http.get("/api/info").json()
    assert info["success"]
    assert info["version"] == "1.0.0"
    query = {"_id": {"$in": [*SETTINGS, ICON]}}
    found: list[Any] = []
    while True:  # it asks for pages until it has them all
        page = app.get("settings.public", query=query, offset=len(found), count=4)
        found += page["settings"]
        assert page["settings"]
        if len(found) >= page["total"]:
            break
    values = {setting["_id"]: setting["value"] for setting in found}
    assert values.keys() == {*SETTINGS, ICON}
    icon = values[ICON].get("url") or values[ICON]["defaultUrl"]
    assert httpx.get(f"{server}/{icon}", follow_redirects=True).headers["Content-Type"].startswith("image/")
    [unique] = app.get("settings.public", query={"_id": "uniqueID"})["settings"]
    assert unique["value"]
    assert app.get("settings.oauth")["services"] == []


def test_the_login_and_the_next_start(server: str, app: App) -> None:
    data = app.log_in(user="admin", password=PASSWORD)
    assert data["me"]["_id"] == data["userId"]
    assert data["me"]["username"] == "admin"
    assert {"name", "status", "emails", "roles", "settings"} <= data["me"].keys()
    again = App(server)
    assert again.log_in(resume=data["authToken"])["userId"] == data["userId"]
    assert again.get("me")["username"] == "admin"


def test_after_the_login(inside: App) -> None:
    rooms = {room["_id"]: room for room in inside.get("rooms.get")["update"]}
    subscriptions = {each["rid"]: each for each in inside.get("subscriptions.get")["update"]}
    assert rooms.keys() == subscriptions.keys()
    general = subscriptions["GENERAL"]
    assert {"_id", "t", "name", "u", "open", "alert", "unread", "userMentions", "groupMentions", "_updatedAt"} <= (
        general.keys()
    )
    assert {"t", "name", "usersCount", "_updatedAt"} <= rooms["GENERAL"].keys()
    later = max(room["_updatedAt"] for room in [*rooms.values(), *subscriptions.values()])
    for endpoint in ("rooms.get", "subscriptions.get"):
        answer = inside.get(endpoint, updatedSince=later)
        assert all(each["_updatedAt"] >= later for each in answer["update"])
        assert all(each.keys() == {"_id", "_deletedAt"} for each in answer["remove"])
    permissions = inside.get("permissions.listAll")["update"]
    assert all({"_id", "roles", "_updatedAt"} <= permission.keys() for permission in permissions)
    emojis = inside.get("emoji-custom.list", query="")["emojis"]
    assert emojis.keys() == {"update", "remove"}
    assert {"_id", "description"} <= inside.get("roles.list")["roles"][0].keys()
    commands = inside.get("commands.list")["commands"]
    assert {"command", "params", "description", "clientOnly"} <= commands[0].keys()
    assert inside.post("push.token", type="gcm", value="telephone", appName="chat.garden")["result"]["_id"]
    presence = inside.get("users.presence")["users"]
    assert {"_id", "status"} <= next(user for user in presence if user["_id"] == inside.user_id).keys()


def test_opening_a_room(inside: App) -> None:
    sent = inside.post("chat.sendMessage", message={"_id": "fromTheTelephone1", "rid": "GENERAL", "msg": "Hello"})[
        "message"
    ]
    assert sent["_id"] == "fromTheTelephone1"
    inside.post("subscriptions.read", rid="GENERAL")
    history = inside.get("channels.history", roomId="GENERAL", count=50)["messages"]
    message = next(message for message in history if message["_id"] == sent["_id"])
    assert {"rid", "msg", "ts", "u", "_updatedAt"} <= message.keys()
    older = inside.get("channels.history", roomId="GENERAL", count=50, latest=message["ts"])["messages"]
    assert message["_id"] not in [each["_id"] for each in older]
    missed = inside.get("chat.syncMessages", roomId="GENERAL", lastUpdate=EPOCH)["result"]
    assert sent["_id"] in [message["_id"] for message in missed["updated"]]
    assert isinstance(missed["deleted"], list)
    assert inside.get("rooms.info", roomId="GENERAL")["room"]["_id"] == "GENERAL"
    roles = inside.get("channels.roles", roomId="GENERAL")["roles"]
    assert all({"u", "roles"} <= one.keys() for one in roles)
    assert inside.get("channels.counters", roomId="GENERAL")["joined"] is True
    assert inside.get("users.info", userId=inside.user_id)["user"]["username"] == "admin"
    threads = inside.get("chat.getThreadsList", rid="GENERAL", count=50, offset=0)
    assert threads["threads"] == []
    changed = inside.get("chat.syncThreadsList", rid="GENERAL", updatedSince=EPOCH)["threads"]
    assert changed.keys() == {"update", "remove"}
    for query in (
        {"mentions._id": {"$in": [inside.user_id]}},
        {"starred._id": {"$in": [inside.user_id]}},
        {"pinned": True},
    ):
        assert inside.get("channels.messages", roomId="GENERAL", query=query, offset=0, sort={"ts": -1})["total"] == 0
    assert inside.get("channels.files", roomId="GENERAL", offset=0, sort={"uploadedAt": -1})["files"] == []
    found = inside.get("directory", query={"text": "", "type": "channels", "workspace": "local"}, count=50, offset=0)
    assert "GENERAL" in [room["_id"] for room in found["result"]]


def test_logging_out(inside: App) -> None:
    inside.post("push.token", type="apn", value="another telephone", appName="chat.garden")
    inside.delete("push.token", token="another telephone")
    inside.post("logout")
    assert inside.http.get("/api/v1/me").status_code == 401
