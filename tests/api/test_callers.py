"""Who calls: the two headers, and everything that makes them worth nothing."""

import json

import pytest

from tests.workspace import CONTEXT, Client, event

REFUSAL = (401, {"status": "error", "message": "You must be logged in to do this."})


def me(person, **headers):
    answer = Client(person.workspace, headers).get("me")
    return answer.status, answer.body


def logged_in(answer):
    status, body = answer
    return status == 200 and body["success"]


@pytest.mark.parametrize(
    "names", [("X-Auth-Token", "X-User-Id"), ("x-auth-token", "X-USER-ID"), ("X-AUTH-TOKEN", "x-uSER-iD")]
)
def test_headers_in_any_case(alice, gateway, names):
    function, route, _ = gateway.find("GET", "/api/v1/me")
    headers = dict(zip(names, (alice.token, alice.id), strict=True))
    reply = function.handler(event("GET", "/api/v1/me", headers=headers, route=route), CONTEXT)
    assert reply["statusCode"] == 200
    assert json.loads(reply["body"])["username"] == "alice"


def test_headers_that_do_not_belong_together(alice, bob):
    assert logged_in(me(alice, **alice.login))
    for token, user_id in (
        ("", alice.id),
        (alice.token, ""),
        ("x", alice.id),
        (alice.token, "nobody"),
        (alice.token, bob.id),
        (bob.token, alice.id),
        (alice.token, alice.username),
        (alice.token, alice.id.lower()),
        (alice.token.upper(), alice.id),
        (f"{alice.token} ", f"{alice.id} "),
        ("é" * 43, "é"),
        ("x" * 5000, alice.id),
        (alice.token, "x" * 5000),
    ):
        assert me(alice, **{"x-auth-token": token, "x-user-id": user_id}) == REFUSAL


def test_what_is_stored_of_a_token_is_no_token(alice):
    from pimentachat import ids

    assert me(alice, **{"x-auth-token": ids.fingerprint(alice.token), "x-user-id": alice.id}) == REFUSAL


def test_a_login_in_the_query_or_in_cookies_is_none(alice):
    query = {"rc_token": alice.token, "rc_uid": alice.id}
    assert alice.workspace.send("GET", "me", query=query).status == 401
    cookies = {"cookie": f"rc_token={alice.token}; rc_uid={alice.id}"}
    assert alice.workspace.send("GET", "me", headers=cookies).status == 401


def test_a_login_ends_after_its_days(alice, clock):
    clock.advance(days=89, hours=23)
    assert logged_in(me(alice, **alice.login))
    clock.advance(hours=1)
    assert me(alice, **alice.login) == REFUSAL


def test_the_days_are_a_setting(alice, admin, setting, clock):
    setting("Accounts_LoginExpiration", 100)
    clock.advance(days=99)
    assert logged_in(me(alice, **alice.login))
    setting("Accounts_LoginExpiration", 30)
    assert me(alice, **alice.login) == REFUSAL


@pytest.mark.parametrize("personal", [False, True])
def test_a_deactivated_user(alice, personal):
    from pimentachat.store import users as user_store

    login = dict(alice.login)
    if personal:
        login["x-auth-token"] = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    user_store.change(alice.id, lambda user: user.model_copy(update={"active": False}))
    assert me(alice, **login) == REFUSAL
    user_store.change(alice.id, lambda user: user.model_copy(update={"active": True}))
    assert logged_in(me(alice, **login))


def test_a_user_who_is_gone(alice):
    from pimentachat.store import table, writes
    from pimentachat.store import users as user_store

    table.write(writes.delete(user_store.key(alice.id)))
    assert me(alice, **alice.login) == REFUSAL


def test_every_endpoint_that_is_not_public_wants_a_login(anonymous, workspace, gateway):
    public = {
        "/api/v1/login",
        "/api/v1/users.register",
        "/api/v1/users.forgotPassword",
        "/api/v1/users.sendConfirmationEmail",
        "/reset-password/{token}",
        "/verify-email/{token}",
        "/unsubscribe/{token}",
        "/",
        "/channel/{name}",
        "/group/{name}",
        "/direct/{name}",
        "/invite/{id}",
        "/web/{version}/{file}",
        "/api-docs",
        "/api-docs/openapi.yaml",
        "/api/v1/settings.public",
        "/api/v1/validateInviteToken",
        "/api/v1/settings.oauth",
        "/api/v1/service.configurations",
        "/api/v1/users.getAvatar",
        "/avatar/{username}",
        "/avatar/room/{rid}",
        "/emoji-custom/{file}",
        "/assets/{name}",
        "/images/logo/{file}",
        "/favicon.ico",
        "/api/info",
        "/api/v1/info",
        "/api/v1/channels.anonymousread",
        "/api/v1/shield.svg",
        # Tells strangers "Forbidden" in its own way.
        "/file-upload/{id}/{name}",
    }
    # The address of a hook carries its token.
    closed = [route for route in gateway.routes if route.path not in public and not route.path.startswith("/hooks/")]
    routes = [(route.method, route.path) for route in closed]
    assert len(routes) > 50
    for method, path in routes:
        filled = path.replace("{", "").replace("}", "")
        # Before the parameters are looked at.
        answer = anonymous.workspace.send(method, filled, headers={"content-type": "application/json"}, raw=b"{}")
        assert (answer.status, answer.body) == REFUSAL, path
