"""What no route takes, and browsers of other origins."""

import pytest

from tests.refusals import refused

HEADERS = "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token"
PREFLIGHT = {"Origin": "https://web.example.org", "Access-Control-Request-Method": "POST"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "/api/v1",
        "/api/v1/",
        "/api/v2/me",
        "me/more",
        "settings/",
        "settings/a/b",
        "ME",
        "/api/v1/%2e%2e",
    ],
)
def test_unknown_paths(anonymous, workspace, method, path):
    refused(anonymous.workspace.send(method, path, raw=b"{}"), "Resource not found", 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "me", {"GET", "OPTIONS"}),
        ("GET", "login", {"POST", "OPTIONS"}),
        ("PUT", "logout", {"GET", "POST", "OPTIONS"}),
        ("GET", "push.token", {"POST", "DELETE", "OPTIONS"}),
        ("DELETE", "settings/Site_Name", {"GET", "POST", "OPTIONS"}),
        ("PATCH", "chat.postMessage", {"POST", "OPTIONS"}),
        ("POST", "/api/info", {"GET", "OPTIONS"}),
        ("POST", "dm.list", {"GET", "OPTIONS"}),
    ],
)
def test_wrong_methods(alice, method, path, allowed):
    for headers in ({}, alice.login):
        answer = alice.workspace.send(method, path, headers=headers, raw=b"{}")
        assert (answer.status, answer.body) == (405, {"status": "error", "message": "API endpoint does not exist"})
        assert set(answer.headers["allow"].split(", ")) == allowed


def test_the_fallback_knows_every_route(gateway, anonymous, workspace):
    for route in gateway.routes:
        filled = route.path.replace("{", "").replace("}", "")
        assert anonymous.workspace.send("PATCH", filled).status == 405, route.path


# --- browsers of other origins


def test_a_preflight_while_switched_off(anonymous, workspace):
    answer = anonymous.workspace.send("OPTIONS", "me", headers=PREFLIGHT)
    assert answer.status == 405
    assert answer.text == 'CORS not enabled. Go to "Admin > General > REST Api" to enable it.'
    assert answer.headers["content-type"].startswith("text/plain")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["me", "settings/Site_Name", "chat.postMessage", "nowhere"])
def test_a_preflight_while_switched_on(anonymous, setting, path):
    setting("API_Enable_CORS", True)
    answer = anonymous.workspace.send("OPTIONS", path, headers=PREFLIGHT)
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE, HEAD, PATCH"
    assert answer.headers["access-control-allow-headers"] == f"{HEADERS}, x-visitor-token"


def test_the_origin_is_a_setting(anonymous, setting):
    setting("API_Enable_CORS", True)
    setting("API_CORS_Origin", "https://web.example.org")
    answer = anonymous.workspace.send("OPTIONS", "me", headers=PREFLIGHT)
    assert answer.headers["access-control-allow-origin"] == "https://web.example.org"


def test_options_that_are_no_preflight(anonymous, setting):
    setting("API_Enable_CORS", True)
    refused(anonymous.workspace.send("OPTIONS", "me"), "Resource not found", 404)


def answers_of_all_kinds(person, stranger):
    send = person.workspace.send
    return {
        200: person.get("me"),
        400: send("POST", "login", headers={"content-type": "application/json"}, raw=b"{"),
        401: stranger.get("me"),
        403: person.get("settings/Site_Name"),
        404: stranger.get("nowhere"),
        405: stranger.get("login"),
        413: send("POST", "login", raw=b" " * 6_300_000),
    }


def test_answers_carry_the_headers_while_switched_on_refusals_too(alice, anonymous, setting):
    for status, answer in answers_of_all_kinds(alice, anonymous).items():
        assert answer.status == status
        assert "access-control-allow-origin" not in answer.headers

    setting("API_Enable_CORS", True)

    for status, answer in answers_of_all_kinds(alice, anonymous).items():
        assert answer.status == status
        assert answer.headers["access-control-allow-origin"] == "*", status
        assert answer.headers["access-control-allow-headers"] == HEADERS
