"""users.register: what is stored, and every refusal."""

import json
import re

import pytest

from tests.refusals import refused


def test_somebody_registers(anonymous, alice, rita, log_in, clock):
    before = clock.now_text()
    user = anonymous.post("users.register", **{**rita, "email": " Rita@Example.ORG "})["user"]

    assert before <= user.pop("createdAt") <= clock.now_text()
    assert before <= user.pop("_updatedAt") <= clock.now_text()
    assert user == {
        "_id": user["_id"],
        "username": "rita",
        "name": "Rita Example",
        "emails": [{"address": "rita@example.org", "verified": False}],
        "type": "user",
        "status": "offline",
        "active": True,
        "roles": ["user"],
        "settings": {},
    }
    assert log_in("rita").id == user["_id"]
    assert alice.get("users.list")["total"] == 3
    [joined] = [message for message in alice.reads("GENERAL") if message["u"]["_id"] == user["_id"]]
    assert (joined["t"], joined["msg"]) == ("uj", "rita")
    assert log_in("rita").subscription("GENERAL")["unread"] == 1


def test_nobody_becomes_administrator_by_being_first(anonymous, workspace, rita):
    assert anonymous.post("users.register", **rita)["user"]["roles"] == ["user"]


def test_the_answer_holds_no_secret(anonymous, rita):
    answer = anonymous.post("users.register", **rita)
    for secret in ("secret", "services", "password_hash", "$2b$"):
        assert secret not in answer.text


def test_unknown_keys_are_ignored(anonymous, rita):
    user = anonymous.post("users.register", **rita, roles=["admin"], active=False, verified=True, colour="red")["user"]
    assert (user["roles"], user["active"], user["emails"][0]["verified"]) == (["user"], True, False)
    assert "customFields" not in user
    assert "colour" not in user


def test_as_a_form(anonymous, rita, log_in):
    assert anonymous.form("users.register", **rita).succeeded
    assert log_in("rita").get("me").succeeded


def test_who_waits_for_approval_says_why(anonymous, admin, rita, setting):
    setting("Accounts_ManuallyApproveNewUsers", True)
    user = anonymous.post("users.register", **rita, reason="work")["user"]
    assert (user["active"], user["reason"]) == (False, "work")
    answer = anonymous.post("login", user="rita", password="secret")
    assert (answer.status, answer["error"]) == (401, "error-user-is-not-activated")


def test_a_reason_is_only_kept_for_approval(anonymous, rita):
    assert "reason" not in anonymous.post("users.register", **rita, reason="work")["user"]


# --- refusals


@pytest.mark.parametrize("missing", ["username", "email", "pass", "name"])
def test_missing_fields(anonymous, rita, missing):
    del rita[missing]
    refused(anonymous.post("users.register", **rita), f"Match error: Missing key '{missing}'")


LONG = "x" * 256
INVALID = "is not a valid username, use only letters, numbers, dots, hyphens and underscores [username-invalid]"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"username": 7}, "Match error: Expected string, got number in field username"),
        ({"pass": ["secret"]}, "Match error: Expected string, got array in field pass"),
        ({"name": {}}, "Match error: Expected string, got object in field name"),
        ({"name": LONG}, "Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation in field name"),
        ({"username": "alice"}, "Username is already in use"),
        ({"username": " ALICE "}, "Username is already in use"),
        ({"username": ""}, "Username is already in use"),
        ({"email": "rita"}, "Invalid email rita [error-invalid-email]"),
        ({"email": "<r>@example.org"}, "Invalid email &lt;r&gt;@example.org [error-invalid-email]"),
        ({"username": "ri ta"}, f"ri ta {INVALID}"),
        ({"username": LONG}, f"{LONG} {INVALID}"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_fields_that_do_not_fit(anonymous, alice, rita, changes, error):
    refused(anonymous.post("users.register", {**rita, **changes}), error)
    assert anonymous.post("users.register", **rita).succeeded


@pytest.mark.parametrize("missing", ["email", "pass", "name"])
def test_a_taken_username_is_named_before_anything_else(anonymous, alice, rita, missing):
    rest = {name: value for name, value in rita.items() if name != missing}
    refused(anonymous.post("users.register", **{**rest, "username": "Alice"}), "Username is already in use")
    refused(anonymous.post("users.register", **rest), f"Match error: Missing key '{missing}'")
    refused(anonymous.post("users.register", **{**rita, "username": "alice", missing: 7}), "Username is already in use")


def test_an_address_that_somebody_has(anonymous, alice, rita):
    for address in ("alice@example.org", "ALICE@example.org"):
        answer = anonymous.post("users.register", **{**rita, "email": address})
        assert (answer.status, answer.body) == (
            400,
            {"success": False, "error": "Email already exists. [403]", "errorType": 403},
        )
    assert anonymous.post("users.register", **rita).succeeded


def test_blocked_usernames(anonymous, rita, setting):
    setting("Accounts_BlockedUsernameList", "root,RITA")
    refused(anonymous.post("users.register", **rita), "Username is already in use")


@pytest.mark.parametrize("name", ["all", "HERE"])
def test_names_that_mention_everybody(anonymous, rita, name):
    refused(anonymous.post("users.register", **{**rita, "username": name}), "Username is already in use")
    assert anonymous.post("users.register", **{**rita, "username": f"{name}2"}).succeeded


def test_registration_is_closed(anonymous, rita, setting):
    setting("Accounts_RegistrationForm", "Disabled")
    refused(
        anonymous.post("users.register", **rita), "User registration is disabled [error-user-registration-disabled]"
    )
    setting("Accounts_RegistrationForm", "Public")
    assert anonymous.post("users.register", **rita).succeeded


def test_registration_by_secret_address(anonymous, rita, admin, setting):
    setting("Accounts_RegistrationForm", "Secret URL")
    for secret in ({}, {"secretURL": ""}, {"secretURL": "guess"}):
        refused(
            anonymous.post("users.register", **rita, **secret),
            "User registration is only allowed via Secret URL [error-user-registration-secret]",
        )
    secret = admin.get("settings/Accounts_RegistrationForm_SecretURL")["value"]
    assert len(secret) >= 32
    assert anonymous.post("users.register", **rita, secretURL=secret).succeeded


def test_domains(anonymous, rita, setting):
    setting("Accounts_BlockedDomainsList", "example.org")
    refused(
        anonymous.post("users.register", **rita), "The email domain is blacklisted [error-email-domain-blacklisted]"
    )
    setting("Accounts_AllowedDomainsList", "example.net")
    answer = anonymous.post("users.register", **{**rita, "email": "rita@example.com"})
    refused(answer, "[error-invalid-domain]")
    assert anonymous.post("users.register", **{**rita, "email": "rita@example.net"}).succeeded


BLOCKED = "The email domain is blacklisted [error-email-domain-blacklisted]"


@pytest.mark.parametrize("domain", ["mailinator.com", "MAILINATOR.com", "inbox.mailinator.com"])
def test_disposable_addresses(anonymous, rita, setting, domain):
    rita["email"] = f"rita@{domain}"
    refused(anonymous.post("users.register", **rita), BLOCKED)
    setting("Accounts_UseDefaultBlockedDomainsList", False)
    assert anonymous.post("users.register", **rita).succeeded


def test_a_disposable_domain_may_be_allowed(anonymous, rita, setting):
    setting("Accounts_AllowedDomainsList", "mailinator.com")
    refused(anonymous.post("users.register", **rita), "[error-invalid-domain]")
    assert anonymous.post("users.register", **{**rita, "email": "rita@mailinator.com"}).succeeded


POLICY = "Accounts_Password_Policy_"
NO_CHARACTER = "The password does not contain at least one {} character which is against the password policy."
RULES = [
    (None, None, "  ", "x", "The password provided does not meet the server's password policy.", ""),
    (
        "MinLength",
        8,
        "seven77",
        "eight888",
        "The password does not meet the minimum length password policy.",
        "minLength",
    ),
    (
        "MaxLength",
        8,
        "nine99999",
        "eight888",
        "The password does not meet the maximum length password policy.",
        "maxLength",
    ),
    (
        "ForbidRepeatingCharacters",
        True,
        "xaaaa",
        "xaaax",
        "The password contains repeating characters which is against the password policy.",
        "repeatingCharacters",
    ),
    ("AtLeastOneLowercase", True, "ABC", "ABc", NO_CHARACTER.format("lowercase"), "oneLowercase"),
    ("AtLeastOneUppercase", True, "abc", "abC", NO_CHARACTER.format("uppercase"), "oneUppercase"),
    ("AtLeastOneNumber", True, "abc", "abc1", NO_CHARACTER.format("numerical"), "oneNumber"),
    ("AtLeastOneSpecialCharacter", True, "abc 1", "abc!", NO_CHARACTER.format("special"), "oneSpecial"),
]


@pytest.mark.parametrize(("rule", "value", "bad", "good", "error", "code"), RULES, ids=lambda value: str(value)[:30])
def test_password_policy(anonymous, rita, setting, rule, value, bad, good, error, code):
    for other, example, *_ in RULES[1:]:
        setting(f"{POLICY}{other}", False if example is True else -1)
    if rule:
        setting(f"{POLICY}{rule}", value)
    setting(f"{POLICY}Enabled", True)

    ending = f"[error-password-policy-not-met{'-' * bool(code)}{code}]"
    refused(anonymous.post("users.register", **{**rita, "pass": bad}), f"{error} {ending}")
    assert anonymous.post("users.register", **{**rita, "pass": good}).succeeded


def test_how_often_a_character_may_repeat(anonymous, rita, setting):
    for rule in ("AtLeastOneLowercase", "AtLeastOneUppercase", "AtLeastOneNumber", "AtLeastOneSpecialCharacter"):
        setting(f"{POLICY}{rule}", False)
    setting(f"{POLICY}ForbidRepeatingCharactersCount", 5)
    setting(f"{POLICY}Enabled", True)
    answer = anonymous.post("users.register", **{**rita, "pass": "baaaaaac"})
    assert answer.error_type == "error-password-policy-not-met-repeatingCharacters"
    assert anonymous.post("users.register", **{**rita, "pass": "baaaaac"}).succeeded


def test_any_password_goes_without_the_policy(anonymous, rita):
    assert anonymous.post("users.register", **{**rita, "pass": "x"}).succeeded


def test_custom_fields_stand_beside_the_others(anonymous, rita, setting):
    fields = {"twitter": {"type": "text", "required": True, "maxLength": 8}, "age": {"type": "text"}}
    setting("Accounts_CustomFields", json.dumps(fields))
    refused(
        anonymous.post("users.register", **rita), "Field twitter is required [error-user-registration-custom-field]"
    )
    refused(
        anonymous.post("users.register", **rita, twitter="@ritaritarita"),
        "Max length of field twitter 8 [error-user-registration-custom-field]",
    )
    assert anonymous.post("users.register", **rita, twitter="@rita")["user"]["customFields"] == {"twitter": "@rita"}


# --- the verification mail


def test_a_verification_mail(anonymous, rita, mails):
    assert anonymous.post("users.register", **rita).succeeded
    [(sender, receivers, subject, text)] = mails()
    assert (sender, receivers) == ("chat@example.org", ["rita@example.org"])
    assert subject == "pimentaCHAT: please confirm your address"
    assert re.search(r'<a href="https://chat\.example\.org/verify-email/[A-Za-z0-9_-]{43}">', text)


def test_its_link_is_stored_by_its_fingerprint_alone(anonymous, rita, mails, resources, clock):
    from pimentachat import ids
    from pimentachat.store import table
    from pimentachat.store.items import Key

    user_id = anonymous.post("users.register", **rita)["user"]["_id"]
    [(_, _, _, text)] = mails()
    secret = re.search(r"/verify-email/([\w-]+)", text)[1]
    held = table.get(Key("accounts", f"LINK#{ids.fingerprint(secret)}", "LINK"))
    assert (held["user_id"], held["address"]) == (user_id, "rita@example.org")
    assert 0 < held["expires_at"] - clock.epoch_seconds() <= 3 * clock.DAY
    assert secret not in str(table.client().scan(TableName=resources["ACCOUNTS_TABLE"])["Items"])


def test_the_text_of_the_mail_is_a_setting(anonymous, rita, mails, setting):
    setting("Verification_Email_Subject", "Hello from [Site_Name]")
    setting("Verification_Email", "Here: [Verification_Url]")
    setting("Site_Name", "Garden")
    assert anonymous.post("users.register", **rita).succeeded
    [(_, _, subject, text)] = mails()
    assert subject == "Hello from Garden"
    assert re.fullmatch(r"Here: https://chat\.example\.org/verify-email/[\w-]{43}", text)


def test_that_it_cannot_be_sent_stops_nobody(anonymous, rita, mails, setting, log_in):
    setting("From_Email", "stranger@example.net")
    assert anonymous.post("users.register", **rita).succeeded
    assert mails() == []
    assert log_in("rita").get("me").succeeded
