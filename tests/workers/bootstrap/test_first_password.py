"""The administrator whom a deployment makes, and the password that SSM keeps until another one is chosen."""

import hashlib
from collections.abc import Callable

import pytest

from local.functions import load
from local.places import REPOSITORY
from tests.cloudformation import bootstrap_event, told_to_cloudformation
from tests.workspace import CONTEXT, Client, Person, acting

Kept = Callable[[], str | None]


def deployed(kind: str, *, admin: str = "admin", before: str = "admin") -> None:
    told = told_to_cloudformation(bootstrap_event(kind, admin=admin, before=before))
    assert told["Status"] == "SUCCESS", told
    assert not told["Data"], "the stack would keep it"


def a_day_passes() -> None:
    with acting("clock"):
        load(REPOSITORY / "functions" / "workers" / "clock").handler({}, CONTEXT)


def administrators() -> list[str]:
    """Their usernames."""
    from pimentachat.store import users as user_store

    return sorted(user.username for user in user_store.find_many(user_store.holders("admin", most=10), consistent=True))


def logs_in(client: Client, password: str | None, username: str = "admin") -> bool:
    return client.post("login", user=username, password=password).succeeded


def signed_in(client: Client, password: str | None) -> Person:
    data = client.post("login", user="admin", password=password)["data"]
    return Person(client.workspace, {"x-auth-token": data["authToken"], "x-user-id": data["userId"]})


def changes(client: Client, password: str | None, **data: str) -> None:
    """The administrator changes something about their account."""
    confirmed = {"currentPassword": hashlib.sha256(str(password).encode()).hexdigest(), **data}
    assert signed_in(client, password).post("users.updateOwnBasicInfo", data=confirmed).succeeded


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Gives the parameter AdminUsername another value, which the function finds in its environment."""
    from pimentachat import config

    def name(username: str) -> None:
        monkeypatch.setenv("ADMIN_USERNAME", username)
        config.reload()

    return name


def test_the_first_deployment_makes_the_administrator(anonymous: Client, kept_password: Kept) -> None:
    assert kept_password() is None
    deployed("Create")
    assert logs_in(anonymous, kept_password())
    assert administrators() == ["admin"]


def test_one_that_is_tried_again_keeps_the_password(anonymous: Client, kept_password: Kept) -> None:
    from pimentachat.services.server import first_password

    # The first try died before there was an administrator, the second one after it.
    password = first_password.take()
    for _ in range(2):
        deployed("Create")
        assert kept_password() == password
        assert logs_in(anonymous, password)


def test_a_password_that_was_put_there_before_is_taken(anonymous: Client, kept_password: Kept) -> None:
    from pimentachat.cloud import secrets

    secrets.add("/garden/admin-password", "roses and thyme", "by hand")
    deployed("Create")
    assert logs_in(anonymous, "roses and thyme")


def test_later_deployments_and_days_change_nothing(anonymous: Client, kept_password: Kept) -> None:
    deployed("Create")
    password = kept_password()
    deployed("Update")
    a_day_passes()
    assert kept_password() == password
    assert logs_in(anonymous, password)


@pytest.mark.parametrize("then", [a_day_passes, lambda: deployed("Update")], ids=["a day", "a deployment"])
def test_it_is_forgotten_when_another_one_was_chosen(
    anonymous: Client, kept_password: Kept, then: Callable[[], None]
) -> None:
    deployed("Create")
    changes(anonymous, kept_password(), newPassword="sage and mint")
    assert kept_password()
    then()
    assert kept_password() is None
    assert logs_in(anonymous, "sage and mint")


def test_who_renamed_or_deleted_the_administrator_does_not_get_one_back(anonymous: Client, kept_password: Kept) -> None:
    deployed("Create")
    changes(anonymous, kept_password(), username="ana")
    deployed("Update")
    assert administrators() == ["ana"]


def test_a_new_stack_over_old_tables_makes_nobody(
    anonymous: Client, kept_password: Kept, newcomer: Callable[..., Person]
) -> None:
    from pimentachat.cloud import secrets

    newcomer("ana", roles=["admin"])
    secrets.add("/garden/admin-password", "of nobody", "by hand")
    deployed("Create")
    assert administrators() == ["ana"]
    assert kept_password() is None


def test_another_name_makes_another_administrator(
    anonymous: Client, kept_password: Kept, named: Callable[[str], None]
) -> None:
    deployed("Create")
    lost = kept_password()
    named("rescue")
    deployed("Update", admin="rescue")
    assert administrators() == ["admin", "rescue"]
    assert kept_password() != lost
    assert logs_in(anonymous, kept_password(), "rescue")
    assert not logs_in(anonymous, kept_password())


@pytest.mark.parametrize(("name", "value"), [("ADMIN_EMAIL", "admin@example.org"), ("ADMIN_ID", "theFirstOne")])
def test_another_administrator_leaves_the_first_one_what_parameters_still_say(
    anonymous: Client,
    kept_password: Kept,
    named: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
) -> None:
    """Who has lost the password deploys with another name, and with every other parameter as it was."""
    monkeypatch.setenv(name, value)
    named("admin")
    deployed("Create")
    named("rescue")
    deployed("Update", admin="rescue")
    assert administrators() == ["admin", "rescue"]
    assert logs_in(anonymous, kept_password(), "rescue")


def test_another_name_that_somebody_has_makes_nobody_an_administrator(
    anonymous: Client, kept_password: Kept, named: Callable[[str], None], newcomer: Callable[..., Person]
) -> None:
    deployed("Create")
    alice = newcomer("alice")
    named("alice")
    deployed("Update", admin="alice")
    assert administrators() == ["admin"]
    assert logs_in(anonymous, alice.password, "alice")


@pytest.mark.usefixtures("anonymous")
def test_it_goes_with_the_stack(kept_password: Kept) -> None:
    deployed("Create")
    for _ in range(2):
        deployed("Delete")
        assert kept_password() is None
