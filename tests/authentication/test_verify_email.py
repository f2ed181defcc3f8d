"""The link that confirms an address, and asking for it again."""

import re

import pytest

from tests.refusals import refused
from tests.users.conftest import log_in, mails, rita

__all__ = ["log_in", "mails", "rita"]


@pytest.fixture
def path(anonymous, rita, mails, setting):
    """Of Rita's link, where only those with a confirmed address get in."""
    setting("Accounts_EmailVerification", True)
    assert anonymous.post("users.register", **rita).succeeded
    return link_in(mails()[-1])


def link_in(mail):
    return re.search(r"chat\.example\.org(/verify-email/[\w-]{43})", mail[3])[1]


def test_from_the_mail_to_a_login(anonymous, path, log_in):
    login = {"user": "rita", "password": "secret"}
    assert anonymous.post("login", **login)["error"] == "error-invalid-email"
    page = anonymous.get(path)
    assert (page.status, "Confirm my address" in page.text) == (200, True)
    assert anonymous.post("login", **login).status == 401, "programs that open links confirm nothing"
    assert "confirmed" in anonymous.form(path).text
    assert log_in("rita").get("me")["email"] == "rita@example.org"
    assert anonymous.form(path).status == 400


def test_it_ends_after_three_days_and_comes_again(anonymous, path, log_in, mails, deliver, clock):
    clock.advance(days=3, seconds=1)
    assert anonymous.form(path).status == 400
    assert anonymous.post("users.sendConfirmationEmail", email="Rita@example.org").body == {"success": True}
    deliver()
    assert anonymous.form(link_in(mails()[-1])).status == 200
    assert log_in("rita").get("me").succeeded


def test_nothing_is_sent_where_nothing_is_to_be_confirmed(anonymous, alice, mails, deliver):
    for address in ("alice@example.org", "nobody@example.org"):
        assert anonymous.post("users.sendConfirmationEmail", email=address).body == {"success": True}
    deliver()
    assert mails() == []


def test_a_link_is_for_one_thing(anonymous, path, mails):
    assert anonymous.form(path.replace("verify-email", "reset-password"), password="x").status == 400


def test_another_address_is_confirmed_by_its_own_link(anonymous, path, admin, mails):
    rita = admin.get("users.info", username="rita")["user"]
    admin.post("users.update", userId=rita["_id"], data={"email": "other@example.org"})
    assert anonymous.form(path).status == 400
    assert anonymous.form(link_in(mails()[-1])).status == 200


def test_refusals(anonymous, alice):
    refused(anonymous.post("users.sendConfirmationEmail"), "The 'email' param is required")
    refused(
        anonymous.post("users.sendConfirmationEmail", email="alice@example.org"),
        "Error trying to send email: From_Email is not set [error-email-send-failed]",
    )
