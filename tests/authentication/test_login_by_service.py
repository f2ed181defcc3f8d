"""login with a token of Google, Facebook or Twitter: the provider is asked, whatever the client says."""

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.stranger import Says, stranger
from tests.workspace import Client, Person

DORA = {"id": "1001", "name": "Dora Example", "email": "dora@example.org", "verified_email": True}
GOOGLE = {"serviceName": "google", "accessToken": "good", "expiresIn": 3600}
FACEBOOK = {"serviceName": "facebook", "accessToken": "good", "secret": "claimed", "expiresIn": 3600}
TWITTER = {
    "serviceName": "twitter",
    "accessToken": "good",
    "accessTokenSecret": "token-secret",
    "appSecret": "claimed",
    "appId": "claimed",
    "expiresIn": 3600,
}


def says(body, status=200):
    return Says(json.dumps(body).encode(), status)


class Provider:
    """All three of them. `who` is whose token is good."""

    def __init__(self, server):
        self.server = server
        self.who = dict(DORA)
        self.audience = "google-app"
        server.answers = {
            "/oauth2/v1/tokeninfo": self.google_token,
            "/oauth2/v1/userinfo": self.google,
            "/v2.9/me": self.facebook,
            "/1.1/account/verify_credentials.json": self.twitter,
        }

    def google_token(self, received):
        good = parse_qs(urlsplit(received.path).query)["access_token"] == ["good"]
        return says({"audience": self.audience}) if good else says({"error": "invalid_token"}, 400)

    def google(self, received):
        return says(self.who if received.headers["authorization"] == "Bearer good" else {})

    def facebook(self, received):
        asked = parse_qs(urlsplit(received.path).query)
        proof = hmac.new(b"facebook-secret", b"good", hashlib.sha256).hexdigest()
        if asked["access_token"] != ["good"] or asked["appsecret_proof"] != [proof]:
            return says({"error": {"message": "Invalid OAuth access token."}}, 400)
        return says({name: self.who[name] for name in ("id", "name", "email") if name in self.who})

    def twitter(self, received):
        from oauthlib.oauth1.rfc5849 import signature

        given = dict(re.findall(r'(\w+)="([^"]*)"', received.headers["authorization"]))
        known = (given["oauth_consumer_key"], given["oauth_token"]) == ("twitter-app", "good")
        parameters: Any = [(name, value) for name, value in given.items() if name != "oauth_signature"]
        parameters.append(("include_email", "true"))
        base = signature.signature_base_string(
            "GET",
            f"{self.server.url}/1.1/account/verify_credentials.json",
            signature.normalize_parameters(parameters),
        )
        key = b"twitter-secret&token-secret"
        import base64
        from urllib.parse import unquote

        expected = base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()
        if not known or unquote(given["oauth_signature"]) != expected:
            return says({"errors": [{"code": 89, "message": "Invalid or expired token."}]}, 401)
        return says({"id_str": self.who["id"], "name": self.who["name"], "email": self.who.get("email")})


@pytest.fixture
def provider(workspace, admin, setting, monkeypatch):
    from pimentachat import config

    with stranger() as server:
        for name in ("GOOGLE", "FACEBOOK", "TWITTER"):
            monkeypatch.setenv(f"{name}_API_URL", server.url)
        config.reload()
        setting("SSRF_Allowlist", server.host)
        for name in ("Google", "Facebook", "Twitter"):
            setting(f"Accounts_OAuth_{name}", True)
            setting(f"Accounts_OAuth_{name}_id", f"{name.lower()}-app")
            setting(f"Accounts_OAuth_{name}_secret", f"{name.lower()}-secret")
        yield Provider(server)


@pytest.fixture
def enter(anonymous):
    def log_in(body):
        answer = anonymous.post("login", body)
        assert answer.succeeded, answer.text
        data = answer["data"]
        login = {"x-auth-token": data["authToken"], "x-user-id": data["userId"]}
        return Person(anonymous.workspace, login, data["userId"], "", data["authToken"])

    return log_in


def refused(answer, message, **error):
    assert (answer.status, answer.body) == (401, {"status": "error", "message": message, **error})


@pytest.mark.parametrize("body", [GOOGLE, FACEBOOK, TWITTER], ids=lambda body: body["serviceName"])
def test_somebody_new(provider, enter, body, admin, deliver):
    total = admin.get("users.list")["total"]
    dora = enter(body)
    me = dora.get("me").body
    assert (me["name"], me["email"], me["roles"]) == ("Dora Example", "dora@example.org", ["user"])
    assert "username" not in me
    assert enter(body).id == dora.id
    assert admin.get("users.list")["total"] == total + 1

    suggested = dora.get("users.getUsernameSuggestion")["result"]
    assert suggested == "dora.example"
    assert dora.post("users.updateOwnBasicInfo", data={"username": suggested}).succeeded
    deliver()
    assert dora.get("me")["username"] == "dora.example"
    assert dora.subscription("GENERAL")["open"] is True


@pytest.mark.parametrize("body", [GOOGLE, FACEBOOK, TWITTER], ids=lambda body: body["serviceName"])
def test_what_a_client_claims_counts_for_nothing(provider, enter, alice, body):
    claimed = {"id": "1", "email": "alice@example.org", "verified_email": True, "name": "Alice"}
    assert enter(body | {"identity": claimed}).id != alice.id


@pytest.mark.parametrize("body", [GOOGLE, FACEBOOK, TWITTER], ids=lambda body: body["serviceName"])
def test_a_confirmed_address_links(provider, enter, alice, anonymous, body):
    provider.who["email"] = "Alice@example.org"
    assert enter(body).id == alice.id
    assert alice.get("me").succeeded
    assert anonymous.post("login", user="alice", password="secret").succeeded
    provider.who["email"] = "other@example.org"
    assert enter(body).id == alice.id, "by the identity, from now on"


def test_an_address_that_nobody_had_confirmed_lets_nobody_else_in(provider, enter, anonymous, admin):
    body = {"username": "squatter", "name": "S", "pass": "secret", "email": "dora@example.org"}
    anonymous.post("users.register", body)
    squatter = anonymous.post("login", user="squatter", password="secret")["data"]
    dora = enter(GOOGLE)
    assert dora.id == squatter["userId"]
    old = Client(anonymous.workspace, {"x-auth-token": squatter["authToken"], "x-user-id": dora.id})
    assert old.get("me").status == 401
    assert anonymous.post("login", user="squatter", password="secret").status == 401
    user = admin.get("users.info", userId=dora.id)["user"]
    assert (user["emails"][0]["verified"], user["requirePasswordChange"]) == (True, True)


def test_an_address_that_google_does_not_confirm_is_not_looked_at(provider, enter, alice):
    provider.who |= {"email": "alice@example.org", "verified_email": False}
    dora = enter(GOOGLE)
    assert dora.id != alice.id
    assert dora.get("me")["emails"] == []


def test_a_token_for_another_application(provider, anonymous):
    provider.audience = "somebody-elses"
    message = "Failed to fetch identity from Google. The token is for another application"
    refused(anonymous.post("login", GOOGLE), message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (GOOGLE, "Google. invalid_token"),
        (FACEBOOK, "Facebook. Invalid OAuth access token."),
        (TWITTER, "Twwiter. Invalid or expired token."),
    ],
    ids=["google", "facebook", "twitter"],
)
def test_a_token_that_the_provider_refuses(provider, anonymous, body, message):
    answer = anonymous.post("login", body | {"accessToken": "bad"})
    refused(answer, f"Failed to fetch identity from {message}")


@pytest.mark.parametrize("answer", [Says(b"<html>"), Says(b"[]"), Says(b"{}"), Says(b"", 500)], ids=str)
def test_a_provider_that_talks_nonsense(provider, anonymous, answer):
    provider.server.answers["/oauth2/v1/userinfo"] = answer
    reply = anonymous.post("login", GOOGLE)
    assert reply.status == 401
    assert reply["message"].startswith("Failed to fetch identity from Google. ")


def test_what_is_not_configured(provider, anonymous, setting, admin):
    refused(anonymous.post("login", GOOGLE | {"serviceName": "myspace"}), "Unexpected AccessToken service myspace")
    setting("Accounts_OAuth_Google", False)
    setting("Accounts_OAuth_Twitter_secret", "")
    for body in (GOOGLE, TWITTER):
        refused(anonymous.post("login", body), "Service not configured")
    missing = {name: value for name, value in FACEBOOK.items() if name != "serviceName"}
    assert anonymous.post("login", missing)["message"].startswith("Match error: ")
    for body in (GOOGLE | {"accessToken": 7}, TWITTER | {"accessTokenSecret": None}):
        assert anonymous.post("login", body)["message"].startswith("Match error: ")


def test_nobody_new(provider, anonymous, setting, enter, alice):
    setting("Accounts_Registration_AuthenticationServices_Enabled", False)
    refused(
        anonymous.post("login", GOOGLE),
        "User registration is disabled for authentication services",
        error="registration-disabled-authentication-services",
    )
    provider.who["email"] = "alice@example.org"
    assert enter(GOOGLE).id == alice.id


def test_domains(provider, anonymous, setting):
    setting("Accounts_AllowedDomainsList", "example.com")
    refused(anonymous.post("login", GOOGLE), "[error-invalid-domain]", error="error-invalid-domain")


def test_new_ones_may_wait_for_approval(provider, anonymous, setting):
    setting("Accounts_ManuallyApproveNewUsers", True)
    assert anonymous.post("login", GOOGLE)["error"] == "error-user-is-not-activated"


def test_their_roles_are_a_setting(provider, enter, setting):
    setting("Accounts_Registration_AuthenticationServices_Default_Roles", "guest, admin, nonsense")
    assert enter(GOOGLE).get("me")["roles"] == ["guest"]


def test_two_at_once_are_one_person(provider, anonymous, admin):
    from tests.at_once import at_once

    answers = at_once(*[lambda: anonymous.post("login", GOOGLE)] * 4)
    assert len({answer["data"]["userId"] for answer in answers}) == 1


def test_a_deleted_account_frees_its_identity(provider, enter, admin):
    first = enter(GOOGLE)
    assert admin.post("users.delete", userId=first.id).succeeded
    assert enter(GOOGLE).id != first.id
