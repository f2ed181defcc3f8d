"""Every endpoint of rooms and subscriptions wants a login; only files tell strangers something else."""

import pytest

from tests.refusals import refused
from tests.workspace import Gateway

FAMILIES = ("channels.", "groups.", "im.", "dm.", "rooms.", "subscriptions.")
PUBLIC = {"channels.anonymousread"}
ENDPOINTS = sorted(
    (route.method, name.format(rid="GENERAL", fileId="nofile"))
    for route in Gateway().routes
    if (name := route.path.removeprefix("/api/v1/")).startswith(FAMILIES) and name not in PUBLIC
)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS, ids=[path for _, path in ENDPOINTS])
def test_nobody_without_a_login(anonymous, alice, bob, method, path):
    refusal = {"status": "error", "message": "You must be logged in to do this."}
    for login in ({}, {"x-user-id": alice.id}, {"x-user-id": bob.id, "x-auth-token": alice.token}):
        answer = anonymous.workspace.send(method, path, headers=login, raw=b"{}" if method == "POST" else None)
        assert (answer.status, answer.body) == (401, refusal)


def test_files_are_forbidden(anonymous):
    refused(anonymous.get("/file-upload/id/name"), "Forbidden", 403)
