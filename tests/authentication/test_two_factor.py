"""Logging in with a second factor, and switching it on and off."""

import re
from typing import cast

import pyotp
import pytest

from tests.refusals import refused

REQUIRED = {
    "status": "error",
    "error": "totp-required",
    "message": "TOTP Required",
    "details": {"method": "totp", "codeGenerated": False, "availableMethods": ["totp"]},
}
INVALID = {
    "status": "error",
    "error": "totp-invalid",
    "message": "TOTP Invalid",
    "details": {"method": "totp"},
}
WRONG = "[invalid-totp]"
LOGIN = {"user": "alice", "password": "secret"}


@pytest.fixture
def app(alice, clock):
    """Alice's authenticator: `app()` is its code; `app.backup` are her backup codes."""

    class App:
        def __init__(self):
            answer = alice.post("users.2fa.enableTotp")
            assert re.fullmatch(r"[A-Z2-7]{32}", answer["secret"])
            self.totp = cast("pyotp.TOTP", pyotp.parse_uri(answer["url"]))
            assert (self.totp.secret, self.totp.name, self.totp.issuer) == (answer["secret"], "alice", "pimentaCHAT")
            self.backup = alice.post("users.2fa.validateTotp", code=self())["codes"]
            clock.advance(seconds=30)

        def __call__(self, steps=0):
            return self.totp.at(int(clock.now().timestamp()) + 30 * steps)

    return App()


def test_a_code_is_asked_for(anonymous, app):
    answer = anonymous.post("login", **LOGIN)
    assert (answer.status, answer.body) == (401, REQUIRED)
    for code in ("000000" if app() != "000000" else "000001", "x", "12345", "abcdefgh"):
        answer = anonymous.post("login", **LOGIN, code=code)
        assert (answer.status, answer.body) == (401, INVALID)
    assert anonymous.post("login", user="alice", password="wrong", code=app())["error"] == "Unauthorized"
    assert anonymous.post("login", **LOGIN, code=app()).succeeded


def test_wherever_the_code_stands(anonymous, app, clock):
    assert anonymous.post("login", totp={"code": app(), "login": LOGIN}).succeeded
    clock.advance(seconds=30)
    header = {"x-2fa-code": app(), "x-2fa-method": "totp", "content-type": "application/json"}
    body = b'{"user": "alice", "password": "secret"}'
    assert anonymous.workspace.send("POST", "login", headers=header, raw=body).succeeded


def test_a_code_is_good_once(anonymous, app):
    code = app()
    assert anonymous.post("login", **LOGIN, code=code).succeeded
    assert anonymous.post("login", **LOGIN, code=code).body == INVALID
    assert anonymous.post("login", **LOGIN, code=app(-1)).body == INVALID


def test_of_two_at_once_one_gets_in(anonymous, app):
    from tests.at_once import at_once

    code = app.backup[0]
    answers = at_once(*[lambda: anonymous.post("login", **LOGIN, code=code)] * 2)
    assert sorted(answer.status for answer in answers) == [200, 401]


def test_backup_codes(alice, anonymous, app):
    assert len(set(app.backup)) == 12
    assert all(len(code) == 8 for code in app.backup)
    assert alice.get("users.2fa.checkCodesRemaining").body == {"remaining": 12, "success": True}
    assert anonymous.post("login", **LOGIN, code=app.backup[3]).succeeded
    assert anonymous.post("login", **LOGIN, code=app.backup[3]).body == INVALID
    assert alice.get("users.2fa.checkCodesRemaining")["remaining"] == 11
    fresh = alice.post("users.2fa.regenerateCodes", code=app())["codes"]
    assert anonymous.post("login", **LOGIN, code=app.backup[4]).body == INVALID
    assert anonymous.post("login", **LOGIN, code=fresh[0]).succeeded


def test_how_far_clocks_may_differ(anonymous, app, clock, setting):
    assert anonymous.post("login", **LOGIN, code=app(2)).body == INVALID
    assert anonymous.post("login", **LOGIN, code=app(1)).succeeded
    setting("Accounts_TwoFactorAuthentication_MaxDelta", 3)
    assert anonymous.post("login", **LOGIN, code=app(3)).succeeded


def test_tokens_need_no_code(alice, anonymous, app):
    assert alice.get("me").succeeded
    assert anonymous.post("login", resume=alice.token).succeeded


def test_ten_wrong_codes_are_enough(anonymous, app):
    for _ in range(10):
        assert anonymous.post("login", **LOGIN, code="x").status == 401
    assert anonymous.post("login", **LOGIN, code=app()).status == 429


def test_switched_off_for_all(alice, bob, anonymous, app, setting):
    setting("Accounts_TwoFactorAuthentication_Enabled", False)
    assert anonymous.post("login", **LOGIN).succeeded
    off = "Two-factor authentication is disabled [error-not-allowed]"
    refused(bob.post("users.2fa.enableTotp"), off)
    refused(bob.post("users.2fa.validateTotp", code="1"), off)


def test_switched_off_by_oneself(alice, anonymous, app):
    refused(alice.post("users.2fa.disableTotp", code="000"), WRONG)
    assert alice.post("users.2fa.disableTotp", code=app()).body == {"success": True}
    assert anonymous.post("login", **LOGIN).succeeded
    refused(alice.get("users.2fa.checkCodesRemaining"), WRONG)
    refused(alice.post("users.2fa.disableTotp", code=app()), WRONG)
    refused(alice.post("users.2fa.regenerateCodes", code=app()), WRONG)


def test_nothing_is_asked_for_before_the_app_works(alice, anonymous):
    refused(alice.post("users.2fa.validateTotp", code="123456"), WRONG)
    alice.post("users.2fa.enableTotp")
    refused(alice.post("users.2fa.validateTotp", code="123"), WRONG)
    assert anonymous.post("login", **LOGIN).succeeded


def test_it_is_not_replaced_by_whoever_has_a_token(alice, app):
    on = "Two-factor authentication is already enabled [error-2fa-already-enabled]"
    refused(alice.post("users.2fa.enableTotp"), on)
    refused(alice.post("users.2fa.validateTotp", code=app()), on)
    for _ in range(10):
        refused(alice.post("users.2fa.disableTotp", code="1"), WRONG)
    assert alice.post("users.2fa.disableTotp", code=app()).status == 429


def test_the_secret_is_never_read_again(alice, admin, app):
    for viewer in (alice, admin):
        for answer in (viewer.get("me"), viewer.get("users.info", userId=alice.id), viewer.get("users.list")):
            for hidden in (app.totp.secret, "totp", "backup", "secondFactor"):
                assert hidden not in answer.text
