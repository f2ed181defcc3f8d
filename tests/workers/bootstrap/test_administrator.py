"""The first administrator, whose password comes with the call of the bootstrap function and is kept nowhere."""

from typing import Any

from local.functions import load
from local.places import REPOSITORY
from tests.workspace import CONTEXT, Person


def bootstrap(**event: str) -> Any:
    return load(REPOSITORY / "functions" / "workers" / "bootstrap").handler(event, CONTEXT)


def test_a_given_password_is_the_administrators_and_is_not_shown(resources: dict[str, str], anonymous: Person) -> None:
    assert bootstrap(password="roses and thyme") == {"admin": "admin", "password": None}
    assert anonymous.post("login", user="admin", password="roses and thyme").succeeded


def test_a_later_one_changes_nothing(resources: dict[str, str], anonymous: Person) -> None:
    made = bootstrap()
    assert bootstrap(password="another one") == {"admin": "admin", "password": None}
    assert anonymous.post("login", user="admin", password=made["password"]).succeeded
    assert not anonymous.post("login", user="admin", password="another one").succeeded
