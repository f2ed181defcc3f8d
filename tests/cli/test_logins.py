"""Who calls, and where: login, logout, options and environment, and what goes wrong on the way."""

import json
import stat
from pathlib import Path

import httpx
import pytest

URL = "https://chat.example.org"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "login.json"


def test_a_login_is_kept_for_the_commands_that_follow(terminal, admin, file, monkeypatch):
    monkeypatch.setenv("PIMENTACHAT_PASSWORD", admin.password)
    ran = terminal("login", URL, "--user", "admin")
    assert (ran.code, ran.out) == (0, f"logged in as admin at {URL}\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "admin" in terminal("user", "list").out
    assert terminal("logout").code == 0
    assert not file.exists()
    assert terminal("user", "list").code == 2


def test_a_wrong_password(terminal, admin, file, monkeypatch):
    monkeypatch.setenv("PIMENTACHAT_PASSWORD", "wrong")
    ran = terminal("login", URL, "--user", "admin")
    assert (ran.code, ran.err) == (1, "error: the username or the password is wrong, or admin may not log in\n")
    assert not file.exists()


def test_nobody_to_ask_for_the_password(terminal, admin, file, monkeypatch):
    monkeypatch.delenv("PIMENTACHAT_PASSWORD", raising=False)
    ran = terminal("login", URL, "--user", "admin")
    assert (ran.code, ran.err) == (2, "error: nobody is there to ask for the password: set PIMENTACHAT_PASSWORD\n")
    assert not file.exists()


def test_a_token_of_the_environment(terminal, alice, monkeypatch):
    monkeypatch.setenv("PIMENTACHAT_URL", URL)
    monkeypatch.setenv("PIMENTACHAT_TOKEN", alice.token)
    monkeypatch.setenv("PIMENTACHAT_USER_ID", alice.id)
    assert terminal("user", "show", "alice", "--json").json["_id"] == alice.id


def test_a_kept_token_goes_to_its_own_server_only(terminal, alice, file):
    file.write_text(json.dumps({"url": URL, "token": alice.token, "user_id": alice.id}))
    file.chmod(0o600)
    assert terminal("user", "show", "alice", "--url", f"{URL}/").code == 0
    ran = terminal("user", "show", "alice", "--url", "https://elsewhere.example.org")
    assert (ran.code, ran.err[:7]) == (2, "error: ")


def test_a_file_that_others_may_read_is_not_used(terminal, alice, file):
    file.write_text(json.dumps({"url": URL, "token": alice.token, "user_id": alice.id}))
    file.chmod(0o644)
    ran = terminal("user", "list")
    assert ran.code == 2
    assert "chmod 600" in ran.err


@pytest.mark.parametrize("text", ["", "[]", '{"url": 1}', "null"])
def test_a_file_that_holds_something_else(terminal, file, text):
    file.write_text(text)
    file.chmod(0o600)
    ran = terminal("user", "list")
    assert ran.code == 2
    assert "log in again" in ran.err


def test_a_login_that_is_over(terminal, alice):
    assert alice.post("logout").succeeded
    ran = terminal("user", "list", by=alice)
    assert ran.code == 1
    assert "run pimentachat login" in ran.err


def away(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        away,
        lambda _: httpx.Response(200, text="<html>a shop</html>"),
        lambda _: httpx.Response(200, json=["something else"]),
    ],
)
def test_no_server_there(terminal, alice, answer):
    ran = terminal("user", "list", by=alice, transport=httpx.MockTransport(answer))
    assert ran.code == 3
    assert ran.err.startswith(f"error: {URL} ")
    assert "Traceback" not in ran.err


def test_a_fault_of_ours_shows_no_trace_unless_asked_for(terminal, alice):
    def broken(_: httpx.Request) -> httpx.Response:
        raise RuntimeError("oh")

    ran = terminal("user", "list", by=alice, transport=httpx.MockTransport(broken))
    assert (ran.code, "Traceback" in ran.err) == (1, False)
    ran = terminal("user", "list", "--debug", by=alice, transport=httpx.MockTransport(broken))
    assert "RuntimeError" in ran.err
    assert "Traceback" in ran.err


@pytest.mark.parametrize("arguments", [["nothing"], ["user", "show"], ["tail", "--lines", "many", "general"]])
def test_what_is_not_understood(terminal, arguments):
    assert terminal(*arguments).code == 2


def test_an_address_that_is_none(terminal, monkeypatch):
    monkeypatch.setenv("PIMENTACHAT_PASSWORD", "secret")
    assert terminal("login", "chat.example.org", "--user", "alice").code == 2


def test_an_administrator_is_made_at_the_tables(terminal, workspace, monkeypatch):
    ran = terminal("admin", "create", "ana", "--email", "ana@example.org", "--json")
    assert ran.code == 0
    monkeypatch.setenv("PIMENTACHAT_PASSWORD", ran.json["password"])
    assert terminal("login", URL, "--user", "ana").code == 0
    assert terminal("room", "list").code == 0
    again = terminal("admin", "create", "ana")
    assert (again.code, "choose others" in again.err) == (1, True)


@pytest.mark.parametrize("arguments", [["an a"], ["ana", "--email", "nowhere"]])
def test_an_administrator_who_cannot_be(terminal, arguments):
    assert terminal("admin", "create", *arguments).code == 2
