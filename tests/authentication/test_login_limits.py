"""Ten wrong passwords for one account from one address are enough for a while."""

import hashlib

import pytest

from tests.workspace import Client

ERROR = "Error, too many requests. Please slow down. You must wait {} seconds before trying again."


@pytest.fixture
def elsewhere(anonymous, monkeypatch):
    """Calls from another address."""
    from tests import workspace

    real = workspace.event

    class Elsewhere(Client):
        def post(self, path, body=None, /, **fields):
            def event(*args, **more):
                made = real(*args, **more)
                made["requestContext"]["http"]["sourceIp"] = "198.51.100.9"
                return made

            with monkeypatch.context() as patch:
                patch.setattr(workspace, "event", event)
                return super().post(path, body, **fields)

    return Elsewhere(anonymous.workspace)


def try_ten(client, *names):
    for number in range(10):
        assert client.post("login", user=names[number % len(names)], password="wrong").status == 401


def test_nobody_gets_in_from_there_for_a_while(alice, anonymous, clock):
    try_ten(anonymous, "alice", "ALICE", "alice@example.org")
    answer = anonymous.post("login", user="alice", password="secret")
    assert answer.status == 429
    assert set(answer.body) == {"success", "error"}
    assert answer.error.startswith("Error, too many requests. Please slow down. You must wait ")
    assert anonymous.post("login", user={"id": alice.id}, password="secret").status == 429
    assert alice.get("me").succeeded
    clock.advance(minutes=16)
    assert anonymous.post("login", user="alice", password="secret").succeeded


def test_the_owner_gets_in_from_elsewhere(alice, bob, anonymous, elsewhere):
    try_ten(anonymous, "alice")
    assert elsewhere.post("login", user="alice", password="secret").succeeded
    assert anonymous.post("login", user="bob", password="secret").succeeded


def test_accounts_that_do_not_exist_answer_alike(anonymous):
    try_ten(anonymous, "nobody")
    assert anonymous.post("login", user="nobody", password="wrong").status == 429


def test_a_right_password_costs_nothing(alice, anonymous):
    from tests.workers.test_purge import items

    for _ in range(12):
        assert anonymous.post("login", user="alice", password="secret").succeeded
    assert not [item for item in items("accounts") if item["pk"].startswith("ATTEMPTS#")]


def test_the_password_is_no_easier_to_guess_with_a_token(alice):
    wrong = {"newPassword": "mine", "currentPassword": "0" * 64}
    for _ in range(10):
        assert alice.post("users.updateOwnBasicInfo", data=wrong).error_type == "error-invalid-password"
    right = wrong | {"currentPassword": hashlib.sha256(b"secret").hexdigest()}
    assert alice.post("users.updateOwnBasicInfo", data=right).status == 429


def test_many_at_once_have_no_more_attempts(alice, anonymous):
    from tests.at_once import at_once

    answers = at_once(*[lambda: anonymous.post("login", user="alice", password="wrong")] * 16)
    assert sorted(answer.status for answer in answers) == [401] * 10 + [429] * 6


def test_accounts_from_one_address(anonymous, elsewhere, clock):
    def registers(client, number):
        body = {"username": f"person{number}", "name": "Person", "pass": "secret", "email": f"p{number}@example.org"}
        return client.post("users.register", **body)

    assert all(registers(anonymous, number).succeeded for number in range(20))
    assert registers(anonymous, 20).status == 429
    assert registers(elsewhere, 20).succeeded
    clock.advance(hours=1)
    assert registers(anonymous, 21).succeeded
