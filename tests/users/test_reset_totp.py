"""users.resetTOTP: an administrator helps somebody who lost their second factor."""

from typing import cast

import pyotp
import pytest

from tests.refusals import refused
from tests.workspace import Client

LOGIN = {"user": "bob", "password": "secret"}


@pytest.fixture
def locked(bob):
    """Bob, whose login asks for a code."""
    totp = cast("pyotp.TOTP", pyotp.parse_uri(bob.post("users.2fa.enableTotp")["url"]))
    assert bob.post("users.2fa.validateTotp", code=totp.now()).succeeded
    return bob


def asks_for_a_code(anonymous):
    return anonymous.post("login", **LOGIN).body.get("error") == "totp-required"


@pytest.mark.parametrize("named", ["userId", "username"])
def test_the_password_is_enough_again(admin, anonymous, locked, named):
    assert asks_for_a_code(anonymous)
    whom = {"userId": locked.id, "username": "Bob"}[named]
    assert admin.post("users.resetTOTP", **{named: whom}).body == {"success": True}
    assert anonymous.post("login", **LOGIN).succeeded


def test_sessions_and_personal_tokens_are_over(admin, locked, deliver):
    token = locked.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    assert admin.post("users.resetTOTP", userId=locked.id).succeeded
    assert locked.get("me").status == 401
    assert Client(locked.workspace, {"x-auth-token": token, "x-user-id": locked.id}).get("me").status == 401
    deliver()
    assert locked.get("me").status == 401


def test_they_are_told_once(admin, locked, mails, deliver):
    for _ in range(2):
        assert admin.post("users.resetTOTP", userId=locked.id).succeeded
    deliver()
    [(_, receivers, subject, body)] = mails()
    assert (receivers, subject) == (["bob@example.org"], "pimentaCHAT: your second factor was switched off")
    assert "Hello Bob" in body


def test_a_secret_that_was_not_confirmed_goes_too(admin, bob):
    code = cast("pyotp.TOTP", pyotp.parse_uri(bob.post("users.2fa.enableTotp")["url"])).now()
    assert admin.post("users.resetTOTP", userId=bob.id).succeeded
    fresh = Client(bob.workspace).post("login", **LOGIN)["data"]
    again = Client(bob.workspace, {"x-auth-token": fresh["authToken"], "x-user-id": fresh["userId"]})
    refused(again.post("users.2fa.validateTotp", code=code), "[invalid-totp]")


def test_who_has_none_stays_logged_in(admin, bob, mails, deliver):
    assert admin.post("users.resetTOTP", userId=bob.id).succeeded
    deliver()
    assert bob.get("me").succeeded
    assert mails() == []


def test_who_may(admin, alice, locked, anonymous, grant):
    not_allowed = "Not allowed [error-not-allowed]"
    refused(alice.post("users.resetTOTP", userId=locked.id), not_allowed)
    refused(locked.post("users.resetTOTP", userId=locked.id), not_allowed)
    grant("edit-other-user-totp", "user")
    refused(locked.post("users.resetTOTP", userId=locked.id), not_allowed)
    refused(admin.post("users.resetTOTP", userId=admin.id), not_allowed)
    assert asks_for_a_code(anonymous)
    assert alice.post("users.resetTOTP", userId=locked.id).succeeded
    assert anonymous.post("users.resetTOTP", userId=locked.id).status == 401


def test_whom(admin):
    missing = 'The required "userId" or "username" param was not provided [error-user-param-not-provided]'
    refused(admin.post("users.resetTOTP"), missing)
    unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
    refused(admin.post("users.resetTOTP", userId="nobody"), unknown)
