"""groups.listAll."""

import pytest

from tests.kinds import GROUP, Kind
from tests.refusals import forbidden, refused


@pytest.fixture
def names(kind: Kind, admin):
    assert kind is GROUP

    def listed(**asked) -> list[str]:
        return [group["name"] for group in kind.get(admin, "listAll", **asked)["groups"]]

    return listed


def test_every_group_by_name(names, kind: Kind, admin, alice, bob):
    for person, name in ((alice, "roses"), (bob, "Lilies"), (alice, "tulips")):
        kind.creates(person, name)
    alice.creates_channel("garden")
    assert names() == ["Lilies", "roses", "tulips"]
    assert names(sort={"name": -1}, count=2) == ["tulips", "roses"]
    assert names(offset=1, count=1) == ["roses"]
    assert names(query={"u.username": "alice"}) == ["roses", "tulips"]
    page = kind.get(admin, "listAll", offset=2, count=5)
    assert (page["count"], page["offset"], page["total"]) == (1, 2, 3)
    [group] = kind.get(admin, "listAll", fields={"name": 1}, count=1)["groups"]
    assert group.keys() == {"_id", "name"}


def test_administrators_alone(kind: Kind, alice):
    forbidden(alice.get("groups.listAll"))


def test_parameters_are_json(kind: Kind, admin):
    for name in ("sort", "fields", "query"):
        answer = admin.get("groups.listAll", **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')
