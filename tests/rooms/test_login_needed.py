"""Every endpoint of rooms and subscriptions wants a login; only files tell strangers something else."""

import pytest

from tests.refusals import refused

ENDPOINTS = [
    *[
        (method, f"{family}.{verb}")
        for family in ("channels", "groups")
        for method, verbs in (
            ("GET", ["counters", "files", "history", "info", "list", "members", "messages", "online"]),
            ("POST", ["addOwner", "archive", "create", "delete", "invite", "kick", "leave", "rename", "setTopic"]),
        )
        for verb in verbs
    ],
    ("GET", "channels.list.joined"),
    ("POST", "channels.cleanHistory"),
    ("GET", "channels.getAllUserMentionsByChannel"),
    ("POST", "channels.join"),
    ("GET", "groups.listAll"),
    *[
        (method, f"{family}.{verb}")
        for family in ("im", "dm")
        for method, verbs in (
            (
                "GET",
                ["counters", "files", "history", "list", "list.everyone", "members", "messages", "messages.others"],
            ),
            ("POST", ["create"]),
        )
        for verb in verbs
    ],
    ("POST", "rooms.cleanHistory"),
    ("GET", "rooms.adminRooms"),
    ("GET", "rooms.get"),
    ("GET", "rooms.images"),
    ("GET", "rooms.info"),
    ("POST", "rooms.upload/GENERAL"),
    ("POST", "rooms.media/GENERAL"),
    ("POST", "rooms.mediaConfirm/GENERAL/nofile"),
    ("GET", "subscriptions.get"),
    ("GET", "subscriptions.getOne"),
    ("POST", "subscriptions.read"),
    ("POST", "subscriptions.unread"),
]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS, ids=[path for _, path in ENDPOINTS])
def test_nobody_without_a_login(anonymous, alice, bob, method, path):
    refusal = {"status": "error", "message": "You must be logged in to do this."}
    for login in ({}, {"x-user-id": alice.id}, {"x-user-id": bob.id, "x-auth-token": alice.token}):
        answer = anonymous.workspace.send(method, path, headers=login, raw=b"{}" if method == "POST" else None)
        assert (answer.status, answer.body) == (401, refusal)


def test_files_are_forbidden(anonymous):
    refused(anonymous.get("/file-upload/id/name"), "Forbidden", 403)


def test_the_list_above_is_whole(gateway):
    families = ("channels.", "groups.", "im.", "dm.", "rooms.", "subscriptions.")
    served = {
        (route.method, route.path.removeprefix("/api/v1/").format(rid="GENERAL", fileId="nofile"))
        for route in gateway.routes
        if route.path.removeprefix("/api/v1/").startswith(families)
    }
    assert served == {*ENDPOINTS, ("GET", "channels.anonymousread")}
