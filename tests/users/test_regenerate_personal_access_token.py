"""users.regeneratePersonalAccessToken."""

from tests.at_once import at_once, outcomes
from tests.refusals import refused
from tests.workspace import Client


def calls_with(token, person):
    return Client(person.workspace, {"x-auth-token": token, "x-user-id": person.id}).get("me").status == 200


def test_the_old_value_stops_at_once(alice, clock):
    old = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    clock.advance(hours=1)
    answer = alice.post("users.regeneratePersonalAccessToken", tokenName="bot")
    assert set(answer.body) == {"token", "success"}
    assert (calls_with(old, alice), calls_with(answer["token"], alice)) == (False, True)
    [token] = alice.get("users.getPersonalAccessTokens")["tokens"]
    assert (token["name"], token["lastTokenPart"]) == ("bot", answer["token"][-6:])


def test_of_two_at_once_one_is_left(alice):
    alice.post("users.generatePersonalAccessToken", tokenName="bot")
    answers = at_once(*[lambda: alice.post("users.regeneratePersonalAccessToken", tokenName="bot")] * 2)
    working = [answer["token"] for answer in answers if answer.succeeded and calls_with(answer["token"], alice)]
    assert len(working) == 1
    assert outcomes(answers)["ok"] >= 1


def test_refusals(alice, bob, admin, grant):
    bob.post("users.generatePersonalAccessToken", tokenName="bot")
    unknown = "Token does not exist [error-token-does-not-exists]"
    refused(alice.post("users.regeneratePersonalAccessToken", tokenName="bot"), unknown)
    refused(alice.post("users.regeneratePersonalAccessToken"), "The 'tokenName' param is required")
    grant("create-personal-access-tokens", "admin")
    refused(bob.post("users.regeneratePersonalAccessToken", tokenName="bot"), "Not Authorized [not-authorized]")
