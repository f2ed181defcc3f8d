"""Bounces and complaints, as SES tells of them: the addresses get no mail any more, until they are confirmed again."""

import json
import re
from typing import Any

import pytest

from tests.users.conftest import mails
from tests.voice.conftest import delays
from tests.workers.test_mails import GENERAL, arrived, at_the_beginning_of_a_window, receivers, sent
from tests.workers.test_pushes import chooses
from tests.workers_at_hand import EFFECTS
from tests.workspace import CONTEXT, acting

__all__ = ["arrived", "at_the_beginning_of_a_window", "delays", "mails", "sent"]

GREETING = "Successfully validated SNS topic for Amazon SES event publishing."


def bounce(address: str, kind: str = "Permanent") -> dict[str, Any]:
    return {"eventType": "Bounce", "bounce": {"bounceType": kind, "bouncedRecipients": [{"emailAddress": address}]}}


def complaint(address: str, **more: str) -> dict[str, Any]:
    return {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": address}], **more}}


def told(*bodies: Any) -> list[int]:
    """Tells the effects worker, as SNS puts events into its queue; which of them should come again."""
    records = [
        {"messageId": str(number), "body": body if isinstance(body, str) else json.dumps(body)}
        for number, body in enumerate(bodies)
    ]
    with acting("effects"):
        answer = EFFECTS({"Records": [{**each, "eventSource": "aws:sqs"} for each in records]}, CONTEXT)
    return [int(each["itemIdentifier"]) for each in answer["batchItemFailures"]]


def marked(person: Any) -> list[str]:
    from pimentachat.store import users

    return users.find(person.id).undeliverable


@pytest.mark.parametrize(
    "event",
    [
        bounce("bob@example.org"),
        bounce("Bob@Example.org"),
        bounce('"Bob" <bob@example.org>'),
        complaint("bob@example.org"),
        complaint("bob@example.org", complaintFeedbackType="abuse"),
    ],
)
def test_an_address_that_is_lost_gets_nothing_more(alice, bob, carol, arrived, event):
    assert told(event) == []
    assert marked(bob) == ["bob@example.org"]
    alice.says(GENERAL, "@bob @carol coffee?")
    assert receivers(arrived()) == ["carol"]
    assert told(event, event) == []
    assert marked(bob) == ["bob@example.org"], "once"


def test_what_is_lost_while_a_mail_waits(alice, bob, arrived):
    alice.says(GENERAL, "@bob coffee?")
    told(bounce("bob@example.org"))
    assert arrived() == []


@pytest.mark.parametrize(
    "event",
    [
        bounce("bob@example.org", "Transient"),
        bounce("bob@example.org", "Undetermined"),
        complaint("bob@example.org", complaintFeedbackType="not-spam"),
        bounce("nobody@example.org"),
        bounce(""),
    ],
)
def test_what_passes_is_ignored(bob, event):
    assert told(event) == []
    assert marked(bob) == []


@pytest.mark.parametrize(
    "garbage",
    [
        {"eventType": "Delivery"},
        {"eventType": ["Bounce"]},
        {"eventType": "Bounce", "bounce": "forged"},
        {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{}]}},
        {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": "x" * 501}]}},
        bounce("bob@example.org") | {"bounce": {"bounceType": "Permanent", "bouncedRecipients": [{}] * 51}},
        "no JSON",
        "[1, 2]",
        "null",
        "{}",
    ],
)
def test_garbage_is_put_aside_and_its_neighbours_are_done(bob, carol, garbage):
    assert told(bounce("bob@example.org"), garbage, GREETING, bounce("carol@example.org")) == [1]
    assert (marked(bob), marked(carol)) == (["bob@example.org"], ["carol@example.org"])


def test_nobody_sees_the_mark(admin, bob):
    told(bounce("bob@example.org"))
    for answer in (bob.get("me"), admin.get("users.info", userId=bob.id), admin.get("users.list")):
        assert answer.succeeded
        assert "undeliverable" not in answer.text
        assert "unsubscribed" not in answer.text


# --- until it is confirmed again, or another one


def test_asking_for_a_confirmation_brings_it_back(alice, bob, anonymous, sent, arrived, deliver):
    told(bounce("bob@example.org"))
    assert anonymous.post("users.sendConfirmationEmail", email="bob@example.org").succeeded
    deliver()
    [mail] = sent
    path = re.search(r"chat\.example\.org(/verify-email/[\w-]{43})", mail.html)[1]
    assert marked(bob) == ["bob@example.org"]
    assert anonymous.form(path).status == 200
    assert marked(bob) == []
    alice.says(GENERAL, "@bob coffee?")
    assert "bob" in receivers(arrived())


def test_another_address_is_another_address(admin, bob):
    told(bounce("bob@example.org"))
    for address in ("bob@elsewhere.org", "bob@example.org"):
        assert admin.post("users.update", userId=bob.id, data={"email": address}).succeeded
        assert marked(bob) == []


def test_an_administrator_may_confirm_it(admin, bob):
    told(bounce("bob@example.org"))
    assert admin.post("users.update", userId=bob.id, data={"verified": True}).succeeded
    assert marked(bob) == []


# --- the mails that were there before


def test_no_new_password_for_an_address_that_is_lost(bob, carol, anonymous, sent, deliver):
    told(bounce("bob@example.org"))
    for person in (bob, carol):
        assert anonymous.post("users.forgotPassword", email=f"{person.username}@example.org").succeeded
    deliver()
    assert receivers(sent) == ["carol"]


def test_no_word_about_an_account(admin, bob, carol, sent, deliver, setting):
    told(bounce("bob@example.org"))
    for person in (bob, carol):
        assert admin.post("users.setActiveStatus", userId=person.id, activeStatus=False).succeeded
    deliver()
    assert receivers(sent) == ["carol"]


def test_administrators_who_cannot_be_reached_are_passed_over(admin, anonymous, newcomer, sent, deliver, setting):
    newcomer("dora", roles=["admin"])
    told(bounce("admin@example.org"))
    setting("Accounts_ManuallyApproveNewUsers", True)
    rita = {"name": "Rita", "username": "rita", "email": "rita@example.org", "pass": "secret", "reason": "tea"}
    assert anonymous.post("users.register", **rita).succeeded
    sent.clear()
    deliver()
    assert receivers(sent) == ["dora"]


def test_other_changes_leave_the_mark(bob):
    chooses(bob, name="Robert")
    told(bounce("bob@example.org"))
    chooses(bob, name="Bob")
    assert marked(bob) == ["bob@example.org"]
