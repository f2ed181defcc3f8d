"""channels.list."""

import pytest

from tests.kinds import CHANNEL
from tests.refusals import forbidden, refused


def names(body) -> list[str]:
    return [room["name"] for room in body["channels"]]


@pytest.fixture
def five(alice):
    """Channels of alice, beside general."""
    return {name: alice.creates_channel(name) for name in ("delta", "alpha", "Bravo", "echo")}


def test_every_channel_by_name(alice, bob, five):
    bob.creates_group("secret")
    alice.opens_direct_room(bob)
    answer = CHANNEL.get(bob, "list")
    # Letter case does not count in the order of names.
    assert names(answer) == ["alpha", "Bravo", "delta", "echo", "general"]
    assert (answer["count"], answer["offset"], answer["total"]) == (5, 0, 5)
    assert answer["channels"][0] == CHANNEL.info(bob, five["alpha"])


def test_page_by_page(bob, five):
    page = CHANNEL.get(bob, "list", offset=3, count=3)
    assert (names(page), page["count"], page["offset"], page["total"]) == (["echo", "general"], 2, 3, 5)
    assert names(CHANNEL.get(bob, "list", offset=9)) == []
    assert names(CHANNEL.get(bob, "list", count=2, sort={"name": -1})) == ["general", "echo"]


def test_a_query_narrows_but_never_widens(alice, bob, five):
    group = bob.creates_group("secret")
    assert names(CHANNEL.get(bob, "list", query={"_id": five["alpha"]})) == ["alpha"]
    assert names(CHANNEL.get(bob, "list", query={"name": {"$regex": "^[ae]"}})) == ["alpha", "echo"]
    for query in ({"_id": group}, {"t": "p", "name": "secret"}):
        assert "secret" not in names(CHANNEL.get(bob, "list", query=query))
    answer = CHANNEL.get(bob, "list", query={"usersCount": {"$gte": 1}}, sort={"usersCount": -1}, count=1)
    assert (names(answer), answer["total"]) == (["general"], 5)


def test_fields(bob, five):
    [room] = CHANNEL.get(bob, "list", query={"name": "alpha"}, fields={"name": 1, "joinCode": 1})["channels"]
    assert room == {"_id": five["alpha"], "name": "alpha"}


def test_archived_channels_are_listed(alice, bob, five):
    CHANNEL.post(alice, "archive", roomId=five["alpha"])
    assert names(CHANNEL.get(bob, "list"))[0] == "alpha"


def test_parameters_are_json(bob):
    for name in ("sort", "fields", "query"):
        answer = bob.get("channels.list", **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')


def test_who_sees_only_what_they_joined_and_who_sees_nothing(alice, bob, five, grant):
    grant("view-c-room", "admin")
    forbidden(bob.get("channels.list"))
    grant("view-joined-room", "user")
    answer = CHANNEL.get(bob, "list")
    assert (names(answer), answer["total"]) == (["general"], 1)
    assert names(CHANNEL.get(bob, "list", query={"name": "alpha"})) == []
    assert names(CHANNEL.get(alice, "list")) == ["alpha", "Bravo", "delta", "echo", "general"]
