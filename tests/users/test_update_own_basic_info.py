"""users.updateOwnBasicInfo: one thing after the other, by oneself."""

import hashlib
import json
import re

import pytest

from tests.refusals import refused

DIGEST = hashlib.sha256(b"secret").hexdigest()
WRONG = "Invalid password [error-invalid-password]"


@pytest.fixture
def own(alice):
    def update(*, customFields=None, **data):  # noqa: N803
        fields = {} if customFields is None else {"customFields": customFields}
        return alice.post("users.updateOwnBasicInfo", data=data, **fields)

    return update


def test_all_of_it(alice, own, setting, log_in, mails):
    setting("Accounts_CustomFields", json.dumps({"twitter": {"type": "text"}}))
    answer = own(
        name="Alice Example",
        username="alicia",
        email="alicia@example.org",
        currentPassword=DIGEST,
        newPassword="another",
        customFields={"twitter": "@alicia", "other": 1},
    )
    assert answer.succeeded, answer.text
    user = answer["user"]
    assert (user["name"], user["username"]) == ("Alice Example", "alicia")
    assert user["emails"] == [{"address": "alicia@example.org", "verified": False}]
    assert user["customFields"] == {"twitter": "@alicia"}
    assert "$2b$" not in answer.text
    assert [receivers for _, receivers, _, _ in mails()] == [["alicia@example.org"]]
    assert alice.get("me").succeeded, "tokens are kept"
    assert log_in("alicia", "another").id == alice.id


def test_nothing_given_changes_nothing(alice, own):
    alice.get("me")
    before = alice.get("me").body
    assert own(name="Alice", username="ALICE", email="alice@example.org", currentPassword=DIGEST).succeeded
    assert alice.get("me").body == before
    assert own().succeeded


def test_the_password_that_one_has(own, alice):
    refused(own(newPassword="another"), WRONG)
    refused(own(newPassword="another", currentPassword="secret"), WRONG)
    refused(own(email="a@example.org", currentPassword="0" * 64), WRONG)
    refused(own(name="Stays", email="a@example.org"), WRONG)
    assert alice.get("me")["name"] == "Stays"


def test_who_has_no_password_needs_none(newcomer):
    from pimentachat.store import users

    dora = newcomer("dora")
    users.change(dora.id, lambda user: user.model_copy(update={"password_hash": None}))
    assert dora.post("users.updateOwnBasicInfo", data={"newPassword": "first"}).succeeded
    refused(dora.post("users.updateOwnBasicInfo", data={"newPassword": "second"}), WRONG)


def test_the_policy_holds_for_a_new_password(own, setting):
    setting("Accounts_Password_Policy_Enabled", True)
    answer = own(newPassword="short", currentPassword=DIGEST)
    assert answer.error_type == "error-password-policy-not-met-minLength"


def test_passwords_may_not_be_for_users_to_change(own, setting, log_in, alice):
    setting("Accounts_AllowPasswordChange", False)
    assert own(newPassword="another", currentPassword=DIGEST).succeeded
    assert log_in("alice", "secret").id == alice.id


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("Accounts_AllowUserProfileChange", {}, "Not allowed [error-not-allowed]"),
        ("Accounts_AllowRealNameChange", {"name": "A"}, "Not allowed [error-not-allowed]"),
        ("Accounts_AllowUsernameChange", {"username": "alice"}, "Not allowed [error-not-allowed]"),
        ("Accounts_AllowEmailChange", {"email": "a@b.org"}, "Changing email is not allowed [error-action-not-allowed]"),
    ],
)
def test_what_the_settings_forbid(own, setting, name, data, error):
    setting(name, False)
    refused(own(**data), error)


def test_names_and_addresses_that_cannot_be_had(own, bob, setting):
    refused(own(name="  "), "Could not change name [error-could-not-change-name]")
    rule = "is not a valid username, use only letters, numbers, dots, hyphens and underscores [username-invalid]"
    refused(own(username="a b"), f"a b {rule}")
    refused(own(username="Bob"), "<strong>Bob</strong> is already in use :( [error-field-unavailable]")
    taken = "bob@example.org is already in use :( [error-field-unavailable]"
    refused(own(email="bob@example.org", currentPassword=DIGEST), taken)
    refused(own(email="bob", currentPassword=DIGEST), "Invalid email bob [error-invalid-email]")
    setting("Accounts_BlockedDomainsList", "spam.org")
    blocked = "The email domain is blacklisted [error-email-domain-blacklisted]"
    refused(own(email="a@spam.org", currentPassword=DIGEST), blocked)


def test_custom_fields_are_checked(own, setting):
    setting("Accounts_CustomFields", json.dumps({"size": {"type": "select", "options": ["s", "l"]}}))
    refused(own(customFields={"size": "m"}), "Value for field size is invalid [error-user-registration-custom-field]")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "A"}, {"name": "B"}),
        ({"username": "aa"}, {"username": "bb"}),
        (
            {"email": "aa@example.org", "currentPassword": DIGEST},
            {"email": "bb@example.org", "currentPassword": DIGEST},
        ),
    ],
    ids=["name", "username", "email"],
)
def test_once_a_minute(own, first, second, clock, grant):
    assert own(**first).succeeded
    clock.advance(seconds=20)
    answer = own(**second)
    assert answer.status == 429
    waits = re.fullmatch(
        r"Error, too many requests\. Please slow down\. You must wait (\d+) seconds before trying again\. "
        r"\[error-too-many-requests\]",
        answer.error,
    )
    assert waits
    assert 1 <= int(waits[1]) <= 40
    clock.advance(seconds=41)
    assert own(**second).succeeded
    grant("edit-other-user-info", "user")
    assert own(**first).succeeded


def test_other_keys_are_refused(alice):
    refused(alice.post("users.updateOwnBasicInfo", data={}, x=1), "Match error: Unknown key in field x")
    refused(alice.post("users.updateOwnBasicInfo"), "Match error: Missing key 'data'")
