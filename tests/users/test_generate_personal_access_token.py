import re

import pytest

from tests.refusals import refused
from tests.workspace import Client

REQUIRED = "The 'tokenName' param is required"
NOT_ALLOWED = "Not Authorized [not-authorized]"


def caller_with(token, person):
    return Client(person.workspace, {"x-auth-token": token, "x-user-id": person.id})


def test_a_token_calls_for_its_owner_without_an_end(alice, clock):
    answer = alice.post("users.generatePersonalAccessToken", tokenName="bot")
    assert set(answer.body) == {"token", "success"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", answer["token"])

    clock.advance(days=4000)
    assert alice.get("me").status == 401
    assert caller_with(answer["token"], alice).get("me")["username"] == "alice"


def test_it_is_stored_by_its_fingerprint_alone(alice, resources):
    from pimentachat.store import table

    token = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    held = str(table.client().scan(TableName=resources["ACCOUNTS_TABLE"])["Items"])
    assert token not in held
    assert token[-6:] in held


def test_it_belongs_to_nobody_else(alice, bob):
    token = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    assert Client(bob.workspace, {"x-auth-token": token, "x-user-id": bob.id}).get("me").status == 401


def test_it_outlives_the_permission(alice, admin, grant):
    token = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    grant("create-personal-access-tokens", "admin")
    assert caller_with(token, alice).get("me").succeeded


@pytest.mark.parametrize("body", [{}, {"tokenName": ""}, {"tokenName": None}, {"tokenName": 7}], ids=str)
def test_a_name_is_required(alice, body):
    refused(alice.post("users.generatePersonalAccessToken", body), REQUIRED)


def test_a_name_that_is_too_long(alice):
    refused(
        alice.post("users.generatePersonalAccessToken", tokenName="x" * 256),
        "Match error: Failed Match.Where validation in field tokenName",
    )
    assert alice.post("users.generatePersonalAccessToken", tokenName="🌶" * 255).succeeded


def test_without_the_permission(alice, admin, grant):
    grant("create-personal-access-tokens", "admin")
    refused(alice.post("users.generatePersonalAccessToken", tokenName="bot"), NOT_ALLOWED)
    assert admin.post("users.generatePersonalAccessToken", tokenName="bot").succeeded


def test_names_are_unique_for_each_user(alice, bob):
    first = alice.post("users.generatePersonalAccessToken", tokenName="bot")["token"]
    refused(
        alice.post("users.generatePersonalAccessToken", tokenName="bot"),
        "A token with this name already exists [error-token-already-exists]",
    )
    assert caller_with(first, alice).get("me").succeeded
    assert alice.post("users.generatePersonalAccessToken", tokenName="Bot").succeeded
    assert bob.post("users.generatePersonalAccessToken", tokenName="bot").succeeded


def test_needs_a_login(anonymous):
    assert anonymous.post("users.generatePersonalAccessToken", tokenName="bot").status == 401
