import re

import pytest

from tests.workspace import Client


@pytest.fixture(params=["/api/info", "/api/v1/info"])
def path(request):
    return request.param


def test_the_version_is_where_every_client_looks(anonymous, workspace, path):
    answer = anonymous.get(path)
    assert answer.status == 200
    assert answer.body == {"version": "1.0.0", "info": {"version": "1.0.0"}, "success": True}
    assert re.fullmatch(r"\d+\.\d+\.\d+", answer["version"])


def test_only_administrators_learn_about_the_build(alice, admin, path):
    assert alice.get(path).body == {"version": "1.0.0", "info": {"version": "1.0.0"}, "success": True}
    answer = admin.get(path)
    assert answer["version"] == "1.0.0"
    assert set(answer["info"]) == {"version", "build", "commit"}


@pytest.mark.parametrize("user_id", ["", "nobody", "rocket.cat"])
def test_bad_logins_are_ignored(admin, anonymous, path, user_id):
    login = {"x-auth-token": admin.token, "x-user-id": user_id}
    answer = Client(anonymous.workspace, login).get(path)
    assert (answer.status, set(answer["info"])) == (200, {"version"})
    assert Client(anonymous.workspace, {"x-auth-token": "x", "x-user-id": admin.id}).get(path).status == 200
