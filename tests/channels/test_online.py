"""channels.online and groups.online."""

import pytest

from tests.kinds import CHANNEL, GROUP, Kind, other
from tests.refusals import refused


@pytest.fixture
def room_id(kind: Kind, alice, newcomer):
    """A room of Alice, who is online by asking, and others, some of whom are not offline; with Zoe elsewhere."""
    for name, status in (("mia", "away"), ("Ben", "online"), ("eve", "busy"), ("tom", "offline"), ("zoe", "online")):
        newcomer(name, joins=False, status_connection=status)
    return kind.creates(alice, "team", members=["mia", "Ben", "eve", "tom"])


def test_who_is_not_offline(kind: Kind, alice, room_id):
    answer = kind.get(alice, "online", _id=room_id)
    assert [person["username"] for person in answer["online"]] == ["alice", "Ben", "eve", "mia"]
    assert answer["online"][0].keys() == {"_id", "username"}
    for query in ({"_id": room_id}, {"name": "team"}, {"name": "team", "ro": False}, {"usersCount": {"$gt": 4}}):
        assert kind.get(alice, "online", query=query)["online"] == answer["online"]


def test_a_room_must_be_named_and_be_there(kind: Kind, alice, room_id):
    refused(alice.get(f"{kind.family}.online"), "Invalid query")
    refused(alice.get(f"{kind.family}.online", query={}), "Invalid query")
    missing = f"{kind.envelope.capitalize()} does not exists"
    elsewhere = other(kind).creates(alice, "elsewhere")
    for asked in (
        {"_id": "nowhere"},
        {"_id": elsewhere},
        {"query": {"_id": elsewhere}},
        {"query": {"name": "nowhere"}},
        {"query": {"name": "team", "ro": True}},
        {"query": {"usersCount": {"$gt": 100}}},
        {"query": {"_id": elsewhere, "t": kind.type}},
    ):
        refused(alice.get(f"{kind.family}.online", **asked), missing)
    answer = alice.get(f"{kind.family}.online", query="{bad")
    refused(answer, 'Invalid query parameter provided: "{bad" [error-invalid-query]')


def test_there_is_a_bound(kind: Kind, alice, room_id, monkeypatch):
    from pimentachat.listing import pages

    monkeypatch.setattr(pages, "LOOKED_THROUGH_MOST", 3)
    assert alice.get(f"{kind.family}.online", _id=room_id).error_type == "error-query-too-broad"


def test_a_group_is_for_its_members_and_a_channel_for_those_who_see_channels(alice, bob, grant):
    channel, group = alice.creates_channel("open"), alice.creates_group("core")
    assert CHANNEL.get(bob, "online", _id=channel)["online"] == [{"_id": alice.id, "username": "alice"}]
    for asked in ({"_id": group}, {"query": {"_id": group}}, {"query": {"name": "core"}}, {"query": {"ro": False}}):
        refused(bob.get("groups.online", **asked), "Group does not exists")
    assert GROUP.get(alice, "online", _id=group)["online"] == [{"_id": alice.id, "username": "alice"}]
    grant("view-c-room", "admin")
    refused(bob.get("channels.online", _id=channel), "Channel does not exists")
