import pytest

from tests.refusals import refused
from tests.workspace import Client

UNKNOWN = "Token does not exist [error-token-does-not-exists]"


def test_the_token_stops_working_at_once(alice, bob):
    token, other = (
        alice.post("users.generatePersonalAccessToken", tokenName=name)["token"] for name in ("bot", "other")
    )
    theirs = bob.post("users.generatePersonalAccessToken", tokenName="bot")["token"]

    answer = alice.post("users.removePersonalAccessToken", tokenName="bot")

    assert (answer.status, answer.body) == (200, {"success": True})

    def works(token, person):
        return Client(alice.workspace, {"x-auth-token": token, "x-user-id": person.id}).get("me").succeeded

    assert not works(token, alice)
    assert works(other, alice)
    assert works(theirs, bob)
    assert alice.get("me").succeeded
    assert [one["name"] for one in alice.get("users.getPersonalAccessTokens")["tokens"]] == ["other"]
    # Its name is free again.
    assert alice.post("users.generatePersonalAccessToken", tokenName="bot").succeeded


def test_a_token_may_remove_itself(alice):
    token = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    bot = Client(alice.workspace, {"x-auth-token": token, "x-user-id": alice.id})
    assert bot.post("users.removePersonalAccessToken", tokenName="bot").succeeded
    assert bot.get("me").status == 401


@pytest.mark.parametrize("body", [{}, {"tokenName": ""}, {"tokenName": ["bot"]}], ids=str)
def test_a_name_is_required(alice, body):
    refused(alice.post("users.removePersonalAccessToken", body), "The 'tokenName' param is required")


def test_without_the_permission(alice, admin, grant):
    alice.post("users.generatePersonalAccessToken", tokenName="bot")
    grant("create-personal-access-tokens", "admin")
    # Also for a name that is not there: it is asked for before the token is looked up.
    for name in ("bot", "nothing"):
        refused(alice.post("users.removePersonalAccessToken", tokenName=name), "Not Authorized [not-authorized]")
    grant("create-personal-access-tokens", "admin", "user")
    assert alice.post("users.removePersonalAccessToken", tokenName="bot").succeeded


def test_unknown_names(alice, bob):
    bob.post("users.generatePersonalAccessToken", tokenName="bot")
    refused(alice.post("users.removePersonalAccessToken", tokenName="bot"), UNKNOWN)


def test_needs_a_login(anonymous):
    assert anonymous.post("users.removePersonalAccessToken", tokenName="bot").status == 401
