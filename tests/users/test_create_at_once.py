"""Many at once want the same names: one gets them, and nothing of the others stays behind."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.at_once import at_once
from tests.workspace import Answer

MANY = 32


def by_kind(sender: Any, taker: Any, number: int, *, same: str) -> Callable[[], Answer]:
    """Half are made by the administrator, half register themselves; all want the same user name or address."""
    username = "wanted" if same == "username" else f"person{number}"
    email = "wanted@example.org" if same == "email" else f"person{number}@example.org"
    body = {"name": f"Person {number}", "username": username, "email": email}
    if number % 2:
        return lambda: sender.post("users.create", **body, password="secret")
    return lambda: taker.post("users.register", **body, **{"pass": "secret"})


@pytest.mark.parametrize(
    ("same", "refusals"),
    [
        ("username", {"Username is already in use", "wanted is already in use :( [error-field-unavailable]"}),
        ("email", {"Email already exists. [403]", "wanted@example.org is already in use :( [error-field-unavailable]"}),
    ],
)
def test_one_winner_and_nothing_half_written(admin, anonymous, resources, same, refusals):
    answers = at_once(*(by_kind(admin, anonymous, number, same=same) for number in range(MANY)))

    [winner] = [answer["user"] for answer in answers if answer.succeeded]
    assert {answer.error for answer in answers if not answer.succeeded} <= refusals

    listed = admin.get("users.list", count=0)
    assert [user["username"] for user in listed["users"]] == sorted(["admin", "rocket.cat", winner["username"]])
    assert listed["total"] == 3
    joined = [message for message in admin.reads("GENERAL") if message.get("t") == "uj"]
    assert [message["u"]["_id"] for message in joined].count(winner["_id"]) == 1
    assert len(joined) == 3
    assert admin.get("channels.info", roomId="GENERAL")["channel"]["usersCount"] == 3
    assert anonymous.post("login", user=winner["username"], password="secret").status == 200
    assert _people_in(resources["ACCOUNTS_TABLE"]) == {admin.id, "rocket.cat", winner["_id"]}


def _people_in(table_name: str) -> set[str]:
    """Every user that any record of the table belongs to."""
    from pimentachat.store import table
    from pimentachat.store.items import incoming

    found = set()
    for item in map(incoming, table.client().scan(TableName=table_name)["Items"]):
        kind, _, rest = item["pk"].partition("#")
        if kind == "USER":
            found.add(rest)
        elif kind == "ATTEMPTS":
            continue
        elif kind in {"HOLDERS", "ONLINE"}:
            found.add(item["sk"])
        elif kind in {"WORDS", "PEOPLE"}:
            found.add(item["sk"].rpartition("#")[2])
        else:
            found.add(item["user_id"])
    return found


def test_one_name_for_a_personal_access_token(alice):
    answers = at_once(*[lambda: alice.post("users.generatePersonalAccessToken", tokenName="bot")] * 16)
    [winner] = [answer for answer in answers if answer.succeeded]
    assert {answer.error_type for answer in answers if not answer.succeeded} == {"error-token-already-exists"}
    [held] = alice.get("users.getPersonalAccessTokens")["tokens"]
    assert held["lastTokenPart"] == winner["token"][-6:]


def test_changes_of_settings_at_once_are_all_kept(admin):
    names = [f"Accounts_{name}Placeholder" for name in ("EmailOrUsername", "Password", "ConfirmPassword", "Name")]
    calls = [lambda name=name: admin.post(f"settings/{name}", value=name) for name in names * 2]
    assert all(answer.succeeded for answer in at_once(*calls))
    assert [admin.get(f"settings/{name}")["value"] for name in names] == names
