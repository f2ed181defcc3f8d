"""People who use the Python client, all on one server: each test makes rooms of its own."""

from itertools import count
from typing import Any

import pytest

from tests.clients.conftest import PASSWORD
from tests.clients.rocketchat_api.surface import Client

_numbers = count()


@pytest.fixture(scope="session")
def admin(server: str) -> Client:
    return Client("admin", PASSWORD, server_url=server)


@pytest.fixture(scope="session")
def bob(server: str, admin: Client) -> Client:
    return _person(server, admin, "bob")


@pytest.fixture(scope="session")
def carol(server: str, admin: Client) -> Client:
    return _person(server, admin, "carol")


def _person(server: str, admin: Client, username: str) -> Client:
    user = admin.users_create(f"{username}@example.org", username.title(), f"{username}s-secret", username)["user"]
    assert user["username"] == username
    return Client(username, f"{username}s-secret", server_url=server)


@pytest.fixture
def name() -> str:
    """The name of a room that nobody has yet."""
    return f"room-{next(_numbers)}"


@pytest.fixture(params=["channels", "groups"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def room(admin: Client, kind: str, name: str) -> str:
    """The id of a channel or a group of admin's, with bob in it."""
    created = admin.of(kind).create(name, members=["bob"])
    return str(next(created[envelope]["_id"] for envelope in ("channel", "group") if envelope in created))
