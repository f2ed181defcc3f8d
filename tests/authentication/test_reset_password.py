"""The mail for a forgotten password, the page behind its link, and a login with the new password."""

import re

import pytest

from tests.refusals import refused
from tests.users.conftest import log_in, mails

__all__ = ["log_in", "mails"]

GONE = "This link is no longer good"


@pytest.fixture
def asked(anonymous, deliver, mails):
    """`asked("alice@example.org")`: the path of the link that was mailed."""

    def ask(address="alice@example.org"):
        before = len(mails())
        answer = anonymous.post("users.forgotPassword", email=address)
        assert answer.body == {"success": True}
        deliver()
        if len(mails()) == before:
            return None
        _, [receiver], subject, text = mails()[-1]
        assert receiver == address.lower()
        assert subject == "pimentaCHAT: choose a new password"
        return re.search(r'href="https://chat\.example\.org(/reset-password/[\w-]{43})"', text)[1]

    return ask


def test_from_the_mail_to_a_new_login(alice, anonymous, asked, log_in):
    from tests.workspace import Client

    bot = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    path = asked()
    page = anonymous.get(path)
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<form method="post">' in page.text
    assert "name=password type=password" in page.text
    assert anonymous.post("login", user="alice", password="secret").succeeded, "a look changes nothing"

    done = anonymous.form(path, password="a new one")
    assert (done.status, "Your password is set" in done.text) == (200, True)
    assert anonymous.post("login", user="alice", password="secret").status == 401
    assert alice.get("me").status == 401
    assert Client(alice.workspace, {"x-auth-token": bot, "x-user-id": alice.id}).get("me").status == 401
    assert log_in("alice", "a new one").get("me").succeeded


def test_a_link_is_good_once(alice, anonymous, asked, log_in):
    path, other = asked(), asked()
    assert anonymous.form(path, password="first").status == 200
    for link in (path, other):
        again = anonymous.form(link, password="second")
        assert (again.status, GONE in again.text) == (400, True)
        assert anonymous.get(link).status == 400
    assert log_in("alice", "first").id == alice.id


def test_of_two_at_once_one_succeeds(alice, anonymous, asked):
    from tests.at_once import at_once

    path = asked()
    answers = at_once(*(lambda word=word: anonymous.form(path, password=word) for word in ("one", "two")))
    assert sorted(answer.status for answer in answers) == [200, 400]


def test_it_ends_after_three_days(alice, anonymous, asked, clock):
    path = asked()
    clock.advance(days=2, hours=23)
    assert anonymous.get(path).status == 200
    clock.advance(hours=2)
    assert GONE in anonymous.get(path).text
    assert anonymous.form(path, password="late").status == 400


def test_it_confirms_the_address_it_was_sent_to(newcomer, anonymous, asked):
    from pimentachat.store import users

    dora = newcomer("dora")
    unverified = [{"address": "dora@example.org", "verified": False}]
    users.change(dora.id, lambda user: user.model_copy(update={"emails": unverified}))
    assert anonymous.form(asked("Dora@example.org"), password="new").status == 200
    assert users.find(dora.id).verified_email == "dora@example.org"


def test_not_for_an_address_that_is_no_longer_theirs(alice, admin, anonymous, asked):
    path = asked()
    admin.post("users.update", userId=alice.id, data={"email": "alice@elsewhere.org"})
    assert GONE in anonymous.get(path).text


def test_the_policy_holds(alice, anonymous, asked, setting):
    path = asked()
    setting("Accounts_Password_Policy_Enabled", True)
    answer = anonymous.form(path, password="short")
    assert (answer.status, "minimum length" in answer.text) == (400, True)
    assert anonymous.form(path).status == 400
    assert anonymous.form(path, password="Long enough, and 1 more!").status == 200


def test_nothing_is_given_away(alice, admin, bob, asked, setting):
    setting("Accounts_Send_Email_When_Deactivating", False)
    admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False)
    assert asked("nobody@example.org") is None
    assert asked("bob@example.org") is None


def test_without_a_sender(alice, anonymous):
    for address in ("alice@example.org", "nobody@example.org"):
        refused(
            anonymous.post("users.forgotPassword", email=address),
            "Error trying to send email: From_Email is not set [error-email-send-failed]",
        )
    refused(anonymous.post("users.forgotPassword"), "The 'email' param is required")


def test_not_too_often(alice, anonymous, mails, clock):
    for address in ("alice@example.org", "nobody@example.org"):
        for _ in range(3):
            assert anonymous.post("users.forgotPassword", email=address).succeeded
        answer = anonymous.post("users.forgotPassword", email=address.upper())
        assert answer.status == 429
        assert answer.error.startswith("Error, too many requests. Please slow down. You must wait ")
    for number in range(12):
        assert anonymous.post("users.forgotPassword", email=f"x{number}@example.org").succeeded
    assert anonymous.post("users.forgotPassword", email="last@example.org").status == 429
    clock.advance(hours=1)
    assert anonymous.post("users.forgotPassword", email="alice@example.org").succeeded


def test_the_texts_are_settings(alice, asked, anonymous, deliver, mails, setting):
    setting("Forgot_Password_Email_Subject", "Oh dear, [name]")
    setting("Forgot_Password_Email", "Here: [Forgot_Password_Url]")
    anonymous.post("users.forgotPassword", email="alice@example.org")
    deliver()
    assert mails()[-1][2] == "Oh dear, Alice"
    assert re.fullmatch(r"Here: https://chat\.example\.org/reset-password/[\w-]{43}", mails()[-1][3])


def test_a_secret_is_stored_nowhere(alice, asked):
    from tests.workers.test_purge import items

    secret = asked().rpartition("/")[2]
    assert secret not in str([items(name) for name in ("accounts", "messages", "workspace")])


# --- the pages


def test_pages_are_safe(anonymous, setting, admin):
    setting("Site_Name", "<script>alert(1)</script>")
    page = anonymous.get("/reset-password/%3Cscript%3E")
    assert page.status == 400
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_the_style_is_the_one_that_the_policy_allows(workspace):
    import base64
    import hashlib

    from pimentachat.api import pages

    style = re.search("<style>(.*)</style>", pages.rendered(pages.Page("x", "y")).decode())[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in pages.HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/reset-password/x", "/verify-email/x", f"/reset-password/{'x' * 9000}"])
def test_links_that_never_were(anonymous, path):
    assert anonymous.get(path).status == anonymous.form(path, password="x").status == 400
