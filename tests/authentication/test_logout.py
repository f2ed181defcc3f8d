import pytest

from tests.workspace import Client

BYE = {"status": "success", "data": {"message": "You've been logged out!"}}
NOT_LOGGED_IN = {"status": "error", "message": "You must be logged in to do this."}


@pytest.mark.parametrize("method", ["get", "post"])
def test_ends_the_token_it_was_called_with_and_no_other(alice, anonymous, method):
    data = anonymous.post("login", user="alice", password="secret")["data"]
    phone = Client(anonymous.workspace, {"x-auth-token": data["authToken"], "x-user-id": alice.id})

    answer = getattr(phone, method)("logout")

    assert (answer.status, answer.body) == (200, BYE)
    assert phone.get("me").status == 401
    assert alice.get("me").succeeded


def test_removes_a_personal_access_token_too(alice):
    token = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    bot = Client(alice.workspace, {"x-auth-token": token, "x-user-id": alice.id})

    assert bot.post("logout").body == BYE

    assert bot.get("me").status == 401
    assert alice.get("users.getPersonalAccessTokens")["tokens"] == []
    assert alice.post("users.generatePersonalAccessToken", tokenName="bot").succeeded


@pytest.mark.parametrize("method", ["get", "post"])
def test_needs_a_login(alice, anonymous, method):
    assert (getattr(anonymous, method)("logout").status, anonymous.get("logout").body) == (401, NOT_LOGGED_IN)
    alice.post("logout")
    answer = getattr(alice, method)("logout")
    assert (answer.status, answer.body) == (401, NOT_LOGGED_IN)
