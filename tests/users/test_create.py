"""users.create: who may, what is stored, and every refusal in the contract's order."""

import json
from typing import Any

import pytest

from tests.refusals import refused

FIELDS = json.dumps(
    {
        "department": {"type": "select", "options": ["sales", "it"], "required": True, "public": True},
        "badge": {"type": "text", "required": False, "minLength": 2, "maxLength": 4},
        "floor": {"type": "text", "defaultValue": "1"},
    }
)


def test_a_user_is_made(admin, alice, dora, log_in, clock):
    before = clock.now_text()
    user = admin.post("users.create", **dora)["user"]

    assert before <= user.pop("createdAt") <= clock.now_text()
    assert before <= user.pop("_updatedAt") <= clock.now_text()
    assert len(user["_id"]) == 17
    assert user == {
        "_id": user["_id"],
        "username": "dora",
        "name": "Dora Example",
        "emails": [{"address": "dora@example.org", "verified": False}],
        "type": "user",
        "status": "offline",
        "active": True,
        "roles": ["user"],
        "settings": {},
    }
    assert log_in("dora").id == user["_id"]
    assert alice.get("users.info", username="DORA")["user"]["_id"] == user["_id"]
    assert alice.get("users.list")["total"] == 4


def test_new_users_join_the_default_rooms(admin, dora, log_in):
    user_id = admin.post("users.create", **dora)["user"]["_id"]

    [joined] = [message for message in admin.reads("GENERAL") if message["u"]["_id"] == user_id]
    assert (joined["t"], joined["msg"]) == ("uj", "dora")
    subscription = log_in("dora").subscription("GENERAL")
    assert subscription["name"] == "general"
    assert subscription["open"] is True
    assert subscription["alert"] is True
    assert (subscription["unread"], subscription["userMentions"]) == (1, 1)


def test_or_no_room(admin, dora, log_in):
    assert admin.post("users.create", **dora, joinDefaultChannels=False).succeeded
    assert log_in("dora").subscription("GENERAL") == {}
    assert "uj" not in [message.get("t") for message in admin.reads("GENERAL") if message["u"]["username"] == "dora"]


def test_what_may_be_asked_for(admin, dora, log_in):
    more = {"verified": True, "active": True, "roles": ["user", "bot"], "requirePasswordChange": True}
    user = admin.post("users.create", **dora, **more)["user"]
    assert user["emails"] == [{"address": "dora@example.org", "verified": True}]
    assert user["roles"] == ["user", "bot"]
    assert user["requirePasswordChange"] is True
    assert log_in("dora").get("me")["email"] == "dora@example.org"


def test_inactive_from_the_start(admin, dora, setting, anonymous):
    assert admin.post("users.create", **dora, active=False)["user"]["active"] is False

    setting("Accounts_ManuallyApproveNewUsers", True)
    waiting = {**dora, "username": "waiting", "email": "waiting@example.org"}
    assert admin.post("users.create", **waiting)["user"]["active"] is False
    approved = {**dora, "username": "approved", "email": "approved@example.org"}
    assert admin.post("users.create", **approved, active=True)["user"]["active"] is True


def test_no_roles_at_all(admin, dora):
    assert admin.post("users.create", **dora, roles=[])["user"]["roles"] == []


def test_names_are_trimmed_and_may_be_absent_where_the_site_says_so(admin, dora, setting):
    trimmed = admin.post("users.create", **{**dora, "name": " Dora ", "username": " dora ", "email": " d@example.org "})
    assert (trimmed["user"]["name"], trimmed["user"]["username"]) == ("Dora", "dora")
    assert trimmed["user"]["emails"][0]["address"] == "d@example.org"

    setting("Accounts_RequireNameForSignUp", False)
    nameless = admin.post("users.create", **{**dora, "name": " ", "username": "nameless"})
    assert "name" not in nameless["user"]


def test_a_made_up_password(admin, dora, anonymous):
    assert admin.post("users.create", **{**dora, "password": ""}, setRandomPassword=True).succeeded
    assert anonymous.post("login", user="dora", password="").status == 401


def test_what_todays_clients_send_besides_is_taken(admin, dora):
    assert admin.post("users.create", **dora, bio="b", nickname="n", statusText="s").succeeded


def test_the_answer_holds_no_secret(admin, dora):
    answer = admin.post("users.create", **dora)
    for secret in ("secret", "services", "password_hash", "$2b$"):
        assert secret not in answer.text


def test_needs_a_login(anonymous, dora):
    assert anonymous.post("users.create", **dora).status == 401


# --- refusals


def test_without_the_permission(alice, admin, dora, grant):
    refused(alice.post("users.create", **dora), "Adding user is not allowed [error-action-not-allowed]")
    grant("create-user", "admin", "user")
    assert alice.post("users.create", **dora).succeeded


def test_active_needs_a_permission_of_its_own(admin, alice, dora, grant):
    grant("create-user", "admin", "user")
    for active in (True, False):
        refused(
            alice.post("users.create", **dora, active=active),
            "Editing user is not allowed [error-action-not-allowed]",
        )
    grant("edit-other-user-active-status", "user")
    assert alice.post("users.create", **dora, active=True).succeeded


def test_unknown_roles(admin, dora):
    refused(
        admin.post("users.create", **dora, roles=["user", "king"]),
        "The field Roles consist invalid role name [error-action-not-allowed]",
    )


def test_making_administrators_needs_a_permission_of_its_own(admin, alice, dora, grant):
    grant("create-user", "admin", "user")
    refused(
        alice.post("users.create", **dora, roles=["admin"]),
        "Assigning admin is not allowed [error-action-not-allowed]",
    )
    grant("assign-admin-role", "user")
    assert alice.post("users.create", **dora, roles=["admin"])["user"]["roles"] == ["admin"]


LONG = "x" * 256


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": " "}, "The field Name is required [error-the-field-is-required]"),
        ({"username": " "}, "The field Username is required [error-the-field-is-required]"),
        ({"username": "do ra"}, "do ra is not a valid username [error-input-is-not-a-valid-field]"),
        ({"username": "<b>"}, "&lt;b&gt; is not a valid username [error-input-is-not-a-valid-field]"),
        ({"username": "dora\n"}, None),
        ({"username": LONG}, f"{LONG} is not a valid username [error-input-is-not-a-valid-field]"),
        ({"password": ""}, "The field Password is required [error-the-field-is-required]"),
        ({"username": "alice"}, "alice is already in use :( [error-field-unavailable]"),
        ({"username": "ALICE"}, "ALICE is already in use :( [error-field-unavailable]"),
        ({"email": "alice@example.org"}, "alice@example.org is already in use :( [error-field-unavailable]"),
        ({"email": "Alice@EXAMPLE.org"}, "Alice@EXAMPLE.org is already in use :( [error-field-unavailable]"),
        ({"email": "dora"}, "Invalid email dora [error-invalid-email]"),
        ({"email": "<d>@example.org"}, "Invalid email &lt;d&gt;@example.org [error-invalid-email]"),
        ({"email": f"{LONG}@example.org"}, f"Invalid email {LONG}@example.org [error-invalid-email]"),
        ({"email": None}, "Match error: Missing key 'email'"),
        ({"name": 7}, "Match error: Expected string, got number in field name"),
        ({"password": {}}, "Match error: Expected string, got object in field password"),
        ({"roles": "admin"}, "Match error: Expected array, got string in field roles"),
        ({"verified": "yes"}, "Match error: Expected boolean, got string in field verified"),
        ({"customFields": []}, "Match error: Expected object, got array in field customFields"),
        ({"admin": True}, "Match error: Unknown key in field admin"),
        (
            {"name": LONG},
            "Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation in field name",
        ),
    ],
    ids=lambda value: str(value)[:50],
)
def test_fields_that_do_not_fit(admin, alice, dora, changes, error):
    answer = admin.post("users.create", {**dora, **changes})
    if error is None:
        assert answer["user"]["username"] == changes["username"].strip()
    else:
        refused(answer, error)
        # Nothing of it stayed behind: the same names are free.
        assert admin.post("users.create", **dora).succeeded


@pytest.mark.parametrize("missing", ["email", "name", "password", "username"])
def test_missing_fields(admin, dora, missing):
    del dora[missing]
    refused(admin.post("users.create", **dora), f"Match error: Missing key '{missing}'")


def test_blocked_usernames(admin, dora, setting):
    setting("Accounts_BlockedUsernameList", "root, Dora")
    refused(admin.post("users.create", **dora), "dora is already in use :( [error-field-unavailable]")
    assert admin.post("users.create", **{**dora, "username": "dorama"}).succeeded


def test_the_pattern_of_usernames_is_a_setting(admin, dora, setting):
    setting("UTF8_Names_Validation", "[a-zé]+")
    assert admin.post("users.create", **{**dora, "username": "doré"}).succeeded
    other = {**dora, "username": "d0ra", "email": "d0ra@example.org"}
    refused(admin.post("users.create", **other), "d0ra is not a valid username [error-input-is-not-a-valid-field]")
    # A pattern that is none must not lock everybody out.
    setting("UTF8_Names_Validation", "[a-z")
    assert admin.post("users.create", **other).succeeded


def test_domains(admin, dora, setting):
    setting("Accounts_BlockedDomainsList", "example.com, Example.org")
    refused(
        admin.post("users.create", **dora),
        "The email domain is blacklisted [error-email-domain-blacklisted]",
    )
    setting("Accounts_AllowedDomainsList", "example.org")
    assert admin.post("users.create", **dora).succeeded
    other = {**dora, "username": "erik", "email": "erik@example.net"}
    answer = admin.post("users.create", **other)
    refused(answer, "[error-invalid-domain]")


# --- custom fields


def test_custom_fields_are_kept_as_far_as_they_are_defined(admin, dora, setting):
    assert "customFields" not in admin.post("users.create", **dora, customFields={"badge": "77"})["user"]
    setting("Accounts_CustomFields", FIELDS)
    erik = {**dora, "username": "erik", "email": "erik@example.org"}
    fields = {"department": "it", "badge": " 77 ", "salary": 1000}
    user = admin.post("users.create", **erik, customFields=fields)["user"]
    assert user["customFields"] == {"department": "it", "badge": "77", "floor": "1"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Field department is required"),
        ({"department": " "}, "Field department is required"),
        ({"department": "art"}, "Value for field department is invalid"),
        ({"department": "it", "badge": "12345"}, "Max length of field badge 4"),
        ({"department": "it", "badge": "1"}, "Min length of field badge 2"),
    ],
    ids=str,
)
def test_custom_fields_that_do_not_fit(admin, alice, dora, setting, fields: dict[str, Any], problem):
    setting("Accounts_CustomFields", FIELDS)
    error = f"{problem} [error-user-registration-custom-field]"
    refused(admin.post("users.create", **dora, customFields=fields), error)
    # They are looked at first of all, even before the permission.
    refused(alice.post("users.create", **dora, customFields=fields), error)


@pytest.mark.parametrize("text", ["{", "[]", "7"])
def test_a_setting_of_custom_fields_that_is_none(admin, dora, setting, text):
    setting("Accounts_CustomFields", text)
    refused(
        admin.post("users.create", **dora, customFields={"badge": "77"}),
        "Invalid JSON for Custom Fields [error-invalid-customfield-json]",
    )


# --- the welcome mail


def test_a_welcome_mail(admin, dora, mails, setting):
    setting("Site_Name", "Chat & Co")
    dora["name"] = "Dora <b>[password]</b>"
    assert admin.post("users.create", **dora, sendWelcomeEmail=True).succeeded

    [(sender, receivers, subject, text)] = mails()
    assert (sender, receivers, subject) == ("chat@example.org", ["dora@example.org"], "Welcome to Chat & Co")
    assert "Welcome to Chat &amp; Co, Dora &lt;b&gt;[password]&lt;/b&gt;!" in text
    assert "E-mail: dora@example.org<br>Password: secret</p>" in text
    assert '<a href="https://chat.example.org">' in text


def test_its_text_is_a_setting(admin, dora, mails, setting):
    setting("Accounts_UserAddedEmail_Subject", "Hi\r\nBcc: [name]")
    setting("Accounts_UserAddedEmail_Email", "[name] [unknown] [email]")
    assert admin.post("users.create", **dora, sendWelcomeEmail=True).succeeded
    [(_, _, subject, text)] = mails()
    assert (subject, text) == ("Hi Bcc: Dora Example", "Dora Example [unknown] dora@example.org")


def test_a_made_up_password_is_in_it(admin, dora, mails, setting, log_in):
    setting("Accounts_UserAddedEmail_Email", "[password]")
    assert admin.post(
        "users.create", **{**dora, "password": ""}, setRandomPassword=True, sendWelcomeEmail=True
    ).succeeded
    [(_, _, _, password)] = mails()
    assert log_in("dora", password).get("me").succeeded


def test_nobody_is_mailed_unasked(admin, dora, mails):
    assert admin.post("users.create", **dora).succeeded
    assert admin.post("users.create", **{**dora, "username": "erik"}, sendWelcomeEmail=True).status == 400
    assert mails() == []


def test_a_mail_that_ses_does_not_take(admin, dora, mails, setting, log_in):
    setting("From_Email", "stranger@example.net")
    refused(
        admin.post("users.create", **dora, sendWelcomeEmail=True),
        "Error trying to send email: MessageRejected [error-email-send-failed]",
    )
    assert mails() == []
    # The user exists by then.
    assert log_in("dora").get("me").succeeded


def test_no_sender_is_set(admin, dora, log_in):
    refused(
        admin.post("users.create", **dora, sendWelcomeEmail=True),
        "Error trying to send email: From_Email is not set [error-email-send-failed]",
    )
    assert log_in("dora").get("me").succeeded


@pytest.mark.parametrize("name", ["all", "Here"])
def test_names_that_mention_everybody(admin, dora, name):
    refused(
        admin.post("users.create", **{**dora, "username": name}),
        f"{name} is already in use :( [error-field-unavailable]",
    )
    assert admin.post("users.create", **{**dora, "username": f"{name}2"}).succeeded


def test_disposable_addresses(admin, dora, setting):
    dora["email"] = "dora@mailinator.com"
    blocked = "The email domain is blacklisted [error-email-domain-blacklisted]"
    refused(admin.post("users.create", **dora), blocked)
    setting("Accounts_UseDefaultBlockedDomainsList", False)
    assert admin.post("users.create", **dora).succeeded
