"""login: every form of the body, every refusal, and what a login leaves behind."""

import hashlib
import re
from typing import Any

import pytest

from tests.workspace import Answer, Client

DIGEST = hashlib.sha256(b"secret").hexdigest()
HASHED = {"digest": DIGEST, "algorithm": "sha-256"}


def login_of(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer.text
    assert set(answer.body) == {"status", "data"}
    assert set(answer["data"]) == {"userId", "authToken", "me"}
    return {"X-Auth-Token": answer["data"]["authToken"], "X-User-Id": answer["data"]["userId"]}


def refused(answer: Answer, message: str, **error: Any) -> None:
    """`error=...`, where the contract has one beside the message."""
    assert (answer.status, answer.body) == (401, {"status": "error", "message": message, **error})


@pytest.mark.parametrize(
    "body",
    [
        {"user": "alice", "password": "secret"},
        {"user": "ALICE", "password": "secret"},
        {"user": "alice@example.org", "password": "secret"},
        {"user": "Alice@Example.ORG", "password": "secret"},
        {"username": "alice", "password": "secret"},
        {"email": "alice@example.org", "password": "secret"},
        {"user": {"username": "alice"}, "password": "secret"},
        {"user": {"email": "alice@example.org"}, "password": "secret"},
        {"user": "alice", "password": HASHED},
        {"user": {"username": "alice"}, "password": HASHED},
        {"user": "alice", "password": {"digest": DIGEST.upper(), "algorithm": "sha-256"}},
        {"user": "alice", "password": "secret", "code": "224610"},
        {"totp": {"code": "224610", "login": {"user": {"username": "alice"}, "password": HASHED}}},
        {"ldap": True, "ldapOptions": {}, "username": "alice", "ldapPass": "secret"},
    ],
    ids=str,
)
def test_every_form_of_the_body_logs_in(alice, anonymous, body):
    login = login_of(anonymous.post("login", body))

    assert login["X-User-Id"] == alice.id
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", login["X-Auth-Token"])
    assert Client(anonymous.workspace, login).get("me")["username"] == "alice"


def test_by_id(alice, anonymous):
    login_of(anonymous.post("login", user={"id": alice.id}, password="secret"))
    refused(anonymous.post("login", user={"id": "nobody"}, password="secret"), "Unauthorized", error="Unauthorized")


def test_a_form_logs_in_too(alice, anonymous):
    assert login_of(anonymous.form("login", user="alice", password="secret"))["X-User-Id"] == alice.id


def test_the_answer_shows_who_logged_in(alice, anonymous):
    me = anonymous.post("login", user="alice", password="secret")["data"]["me"]
    expected = alice.get("me").body
    del expected["success"]
    assert me == expected


def test_each_login_makes_a_token_of_its_own_and_leaves_the_others(alice, anonymous):
    first = login_of(anonymous.post("login", user="alice", password="secret"))
    second = login_of(anonymous.post("login", user="alice", password="secret"))

    assert first != second
    for login in (first, second, alice.login):
        assert Client(anonymous.workspace, login).get("me").succeeded


def test_the_last_login_is_noted(alice, anonymous, clock):
    clock.advance(days=3)
    before = clock.now_text()
    login_of(anonymous.post("login", user="alice", password="secret"))
    assert before <= alice.get("users.info", username="alice")["user"]["lastLogin"] <= clock.now_text()


def test_a_token_is_stored_nowhere_in_clear(alice, anonymous, resources):
    from pimentachat.store import table

    token = login_of(anonymous.post("login", user="alice", password="secret"))["X-Auth-Token"]
    held = table.client().scan(TableName=resources["ACCOUNTS_TABLE"])["Items"]
    assert alice.id in str(held)
    assert token not in str(held)
    assert "secret" not in str(held)


@pytest.mark.parametrize(
    "who", [{"user": "nobody"}, {"user": "nobody@example.org"}, {"user": "alice"}, {"user": "x" * 900}], ids=str
)
@pytest.mark.parametrize(
    "password",
    ["wrong", "", HASHED | {"digest": "0" * 64}, HASHED | {"digest": "short"}, HASHED | {"digest": "x" * 500}],
    ids=lambda password: str(password)[:40],
)
def test_unknown_users_and_wrong_passwords_answer_alike(alice, anonymous, who, password):
    refused(anonymous.post("login", **who, password=password), "Unauthorized", error="Unauthorized")


def test_an_account_without_a_password_answers_like_an_unknown_one(workspace, anonymous):
    # rocket.cat has none.
    for password in ("", "secret", HASHED | {"digest": ""}):
        refused(anonymous.post("login", user="rocket.cat", password=password), "Unauthorized", error="Unauthorized")


@pytest.mark.parametrize("body", [{}, {"user": "alice"}, {"user": {"username": "alice"}}, {"code": "1"}], ids=str)
def test_neither_password_nor_token(alice, anonymous, body):
    refused(anonymous.post("login", body), "Unrecognized options for login request", error=400)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"password": "secret"}, "Failed Match.Where validation in field user"),
        ({"user": "alice", "password": "secret", "colour": "red"}, "Unknown key in field colour"),
        ({"user": 7, "password": "secret"}, "Expected string, got number in field user"),
        ({"user": {}, "password": "secret"}, "Failed Match.Where validation in field user"),
        (
            {"user": {"username": "alice", "email": "alice@example.org"}, "password": "secret"},
            "Failed Match.Where validation in field user",
        ),
        ({"user": {"username": 7}, "password": "secret"}, "Failed Match.Where validation in field user"),
        ({"user": "alice", "password": 7}, "Expected string, got number in field password"),
        ({"user": "alice", "password": {"algorithm": "sha-256"}}, "Missing key 'digest' in field password"),
        ({"resume": 7}, "Expected string, got number in field resume"),
        ({"accessToken": "t"}, "Expected string, got null in field serviceName"),
    ],
    ids=str,
)
def test_malformed_bodies(alice, anonymous, body, problem):
    refused(anonymous.post("login", body), f"Match error: {problem}")


def test_a_digest_of_another_algorithm(alice, anonymous):
    refused(
        anonymous.post("login", user="alice", password={"digest": DIGEST, "algorithm": "md5"}),
        "Invalid password hash algorithm. Only 'sha-256' is allowed.",
    )


def test_totp_forms_do_not_nest(alice, anonymous):
    body: dict[str, Any] = {"user": "alice", "password": "secret"}
    for _ in range(60):
        body = {"totp": {"login": body}}
    refused(anonymous.post("login", body), "Unrecognized options for login request", error=400)


@pytest.mark.parametrize(
    ("service", "message"),
    [("google", "Service not configured"), ("foo", "Unexpected AccessToken service foo")],
)
def test_other_services(workspace, anonymous, service, message):
    refused(anonymous.post("login", serviceName=service, accessToken="t", idToken="i", expiresIn=200), message)


def test_inactive_users_may_not_log_in(admin, anonymous):
    new = {"name": "Dora", "username": "dora", "email": "dora@example.org", "password": "secret"}
    assert admin.post("users.create", **new, active=False).succeeded

    # Only who knows the password learns why.
    refused(anonymous.post("login", user="dora", password="wrong"), "Unauthorized", error="Unauthorized")
    refused(
        anonymous.post("login", user="dora", password="secret"),
        "User is not activated",
        error="error-user-is-not-activated",
    )


def test_users_without_roles_may_not_log_in(newcomer, anonymous):
    newcomer("dora", roles=[])
    refused(
        anonymous.post("login", user="dora", password="secret"), "User has no roles", error="error-user-has-no-roles"
    )


def test_an_unverified_address_may_be_asked_to_be_verified_first(admin, alice, anonymous, setting):
    new = {"name": "Dora", "username": "dora", "email": "dora@example.org", "password": "secret"}
    assert admin.post("users.create", **new).succeeded
    login_of(anonymous.post("login", user="dora", password="secret"))

    setting("Accounts_EmailVerification", True)

    refused(
        anonymous.post("login", user="dora", password="secret"),
        "Invalid email __email__",
        error="error-invalid-email",
    )
    login_of(anonymous.post("login", user="alice", password="secret"))
    boss = {"name": "Boss", "username": "boss", "email": "boss@example.org", "password": "secret", "roles": ["admin"]}
    assert admin.post("users.create", **boss).succeeded
    login_of(anonymous.post("login", user="boss", password="secret"))


def test_resume_gives_the_same_token_back(alice, anonymous):
    answer = anonymous.post("login", resume=alice.token)
    assert login_of(answer) == {"X-Auth-Token": alice.token, "X-User-Id": alice.id}
    assert answer["data"]["me"]["username"] == "alice"


def test_resume_with_a_personal_access_token(alice, anonymous, clock):
    token = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    clock.advance(days=4000)
    assert login_of(anonymous.post("login", resume=token)) == {"X-Auth-Token": token, "X-User-Id": alice.id}


def test_resume_with_an_unknown_token(alice, anonymous):
    gone = "You've been logged out by the server. Please log in again."
    refused(anonymous.post("login", resume="x" * 43), gone, error=403)
    assert alice.post("logout").status == 200
    refused(anonymous.post("login", resume=alice.token), gone, error=403)


def test_resume_with_an_expired_token(alice, anonymous, clock):
    clock.advance(days=89, hours=23)
    login_of(anonymous.post("login", resume=alice.token))
    clock.advance(hours=2)
    refused(anonymous.post("login", resume=alice.token), "Your session has expired. Please log in again.", error=403)


def test_resume_of_a_user_who_was_deactivated(alice, anonymous):
    from pimentachat.store import users as user_store

    user_store.change(alice.id, lambda user: user.model_copy(update={"active": False}))
    refused(anonymous.post("login", resume=alice.token), "User is not activated", error="error-user-is-not-activated")


def test_a_password_is_hashed_anew_when_the_cost_rises(alice, anonymous, monkeypatch):
    from pimentachat import config
    from pimentachat.store import users as user_store

    def cost() -> str:
        return user_store.find(alice.id).password_hash[:7]

    assert cost() == "$2b$04$"
    monkeypatch.setenv("PASSWORD_ROUNDS", "5")
    config.reload()

    refused(anonymous.post("login", user="alice", password="wrong"), "Unauthorized", error="Unauthorized")
    assert cost() == "$2b$04$"
    login_of(anonymous.post("login", user="alice", password="secret"))
    assert cost() == "$2b$05$"
    login_of(anonymous.post("login", user="alice", password="secret"))


def test_passwords_of_any_characters_and_length(admin, anonymous):
    password = "pimentão 🌶 " * 40
    new = {"name": "Dora", "username": "dora", "email": "dora@example.org", "password": password}
    assert admin.post("users.create", **new).succeeded
    login_of(anonymous.post("login", user="dora", password=password))
    refused(anonymous.post("login", user="dora", password=password + "!"), "Unauthorized", error="Unauthorized")
