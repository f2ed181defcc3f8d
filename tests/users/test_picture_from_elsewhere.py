"""Pictures that new users have at Gravatar, or at another server that a deployment names."""

import asyncio
import hashlib

import pytest

from pimentachat.config import reload
from tests.pictures import drawn, kept
from tests.stranger import Says, stranger
from tests.workspace import File

NEW = {"name": "Dora", "password": "dora-secret", "email": "Dora@example.org", "username": "dora"}
NAMED = f"/avatar/{hashlib.md5(b'dora@example.org').hexdigest()}"
PICTURE = {"content-type": "image/png"}


@pytest.fixture
def elsewhere(setting, monkeypatch):
    with stranger() as server:
        setting("SSRF_Allowlist", server.host)
        monkeypatch.setenv("GRAVATAR_URL", f"{server.url}/avatar")
        reload()
        yield server


def origin(admin):
    return admin.get("users.info", username="dora")["user"].get("avatarOrigin")


def test_a_picture_that_is_there(admin, anonymous, elsewhere, deliver):
    elsewhere.answers[NAMED] = Says(drawn(), headers=PICTURE)
    assert admin.post("users.create", **NEW).succeeded
    assert elsewhere.received == []  # nobody waits for it
    assert origin(admin) is None
    deliver()
    [asked] = elsewhere.received
    assert asked.path == f"{NAMED}?default=404&size=200"
    assert origin(admin) == "gravatar"
    assert anonymous.get("/avatar/dora").headers["content-type"] == "image/jpeg"


def test_who_registers_has_one_too(admin, anonymous, elsewhere, deliver):
    elsewhere.answers[NAMED] = Says(drawn(), headers=PICTURE)
    assert anonymous.post("users.register", **{**NEW, "pass": NEW["password"]}).succeeded
    deliver()
    assert origin(admin) == "gravatar"


@pytest.mark.parametrize(
    "says",
    [
        Says(status=404),
        Says(b"Not today", status=500),
        Says(b"<html>", headers={"content-type": "text/html"}),
        Says(b"no picture", headers=PICTURE),
    ],
)
def test_what_is_no_picture_is_passed_over(admin, elsewhere, deliver, says):
    elsewhere.answers[NAMED] = says
    assert admin.post("users.create", **NEW).succeeded
    deliver()
    assert len(elsewhere.received) == 1
    assert origin(admin) is None
    assert kept() == []


def test_a_server_that_is_not_public_is_not_asked(admin, setting, elsewhere, deliver):
    elsewhere.answers[NAMED] = Says(drawn(), headers=PICTURE)
    setting("SSRF_Allowlist", "")
    assert admin.post("users.create", **NEW).succeeded
    deliver()
    assert elsewhere.received == []


def test_who_has_set_a_picture_meanwhile_keeps_it(admin, elsewhere, deliver):
    def answer(_):
        # A handler finds the event loop of its thread, and this one is the other server's.
        asyncio.set_event_loop(asyncio.new_event_loop())
        sent = admin.upload("users.setAvatar", File("me.png", drawn(), "image/png", "image"), username="dora")
        assert sent.succeeded
        return Says(drawn(), headers=PICTURE)

    elsewhere.answers[NAMED] = answer
    assert admin.post("users.create", **NEW).succeeded
    deliver()
    assert origin(admin) == "rest"
    assert len(kept()) == 1


def test_who_is_gone_by_then(admin, elsewhere, deliver):
    elsewhere.answers[NAMED] = Says(drawn(), headers=PICTURE)
    made = admin.post("users.create", **NEW)
    assert admin.post("users.delete", userId=made["user"]["_id"]).succeeded
    deliver()
    assert kept() == []


def test_a_setting_says_whether(admin, setting, elsewhere, deliver):
    elsewhere.answers[NAMED] = Says(drawn(), headers=PICTURE)
    setting("Accounts_SetDefaultAvatar", False)
    assert admin.post("users.create", **NEW).succeeded
    deliver()
    assert elsewhere.received == []


def test_nobody_is_asked_unless_the_deployment_says_whom(admin, elsewhere, deliver, monkeypatch):
    monkeypatch.delenv("GRAVATAR_URL")
    reload()
    assert admin.post("users.create", **NEW).succeeded
    deliver()
    assert elsewhere.received == []
