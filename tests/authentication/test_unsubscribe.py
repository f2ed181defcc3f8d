"""The link in mails about messages that ends them, the page behind it, and what mail programs do with it."""

import re

import pytest

from tests.users.conftest import mails
from tests.voice.conftest import delays
from tests.workers.test_mails import GENERAL, arrived, at_the_beginning_of_a_window, sent

__all__ = ["arrived", "at_the_beginning_of_a_window", "delays", "mails", "sent"]


@pytest.fixture
def path(alice, bob, arrived):
    """Of the link in a mail to Bob."""
    alice.says(GENERAL, "@bob coffee?")
    [mail] = arrived()
    return re.search(r"<https://chat\.example\.org(/unsubscribe/[\w-]{43})>", mail.headers["List-Unsubscribe"])[1]


def test_the_page_has_a_button_that_ends_them(alice, bob, anonymous, arrived, path, clock):
    page = anonymous.get(path)
    assert (page.status, '<form method="post">' in page.text) == (200, True)
    assert bob.get("users.getPreferences")["preferences"] == {}
    alice.says(GENERAL, "@bob a look changes nothing")
    assert len(arrived()) == 1
    for _ in range(2):
        assert (done := anonymous.form(path)).status == 200
        assert "no more mails" in done.text
    assert bob.get("users.getPreferences")["preferences"] == {"emailNotificationMode": "nothing"}
    [told] = bob.get("subscriptions.get", updatedSince=clock.text_after(-1))["update"]
    assert told["emailNotifications"] == "nothing"
    alice.says(GENERAL, "@bob coffee?")
    alice.says(alice.opens_direct_room(bob), "coffee?")
    assert arrived() == []


def test_a_mail_program_does_it_by_itself(alice, bob, anonymous, arrived, path):
    """RFC 8058."""
    assert anonymous.form(path, **{"List-Unsubscribe": "One-Click"}).status == 200
    alice.says(GENERAL, "@bob coffee?")
    assert arrived() == []


def test_it_holds_for_rooms_with_a_wish_of_their_own_until_one_chooses_again(alice, bob, anonymous, arrived, path):
    wish = {"emailNotifications": "all"}
    assert bob.post("rooms.saveNotification", roomId=GENERAL, notifications=wish).succeeded
    assert anonymous.form(path).status == 200
    alice.says(GENERAL, "coffee?")
    assert arrived() == []
    assert bob.post("users.setPreferences", data={"emailNotificationMode": "nothing"}).succeeded
    alice.says(GENERAL, "coffee?")
    assert arrived() == []
    assert bob.post("users.setPreferences", data={"emailNotificationMode": "mentions"}).succeeded
    alice.says(GENERAL, "coffee?")
    assert [mail.to for mail in arrived()] == ["bob@example.org"]


def test_it_is_good_for_thirty_days(anonymous, path, clock):
    clock.advance(days=29)
    assert anonymous.get(path).status == 200
    clock.advance(days=2)
    for answer in (anonymous.get(path), anonymous.form(path)):
        assert (answer.status, "This link is too old" in answer.text) == (400, True)


@pytest.mark.parametrize("path", ["/unsubscribe/x", f"/unsubscribe/{'x' * 9000}"])
def test_links_that_never_were(anonymous, path):
    assert anonymous.get(path).status == anonymous.form(path).status == 400


def test_it_opens_nothing_else(anonymous, path):
    secret = path.rpartition("/")[2]
    for other in (f"/reset-password/{secret}", f"/verify-email/{secret}"):
        assert anonymous.form(other, password="mine").status == 400


def test_a_secret_is_stored_nowhere(path):
    from tests.workers.test_purge import items

    secret = path.rpartition("/")[2]
    assert secret not in str([items(name) for name in ("accounts", "messages", "workspace")])
