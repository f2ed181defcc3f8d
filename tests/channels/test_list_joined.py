"""channels.list.joined and groups.list: the rooms the caller is in."""

import pytest

from tests.kinds import CHANNEL, Kind
from tests.refusals import refused


def path(kind: Kind) -> str:
    return "channels.list.joined" if kind is CHANNEL else "groups.list"


def listed(kind: Kind, person, **query):
    answer = person.get(path(kind), **query)
    assert answer.succeeded, answer.text
    return answer.body


def names(kind: Kind, body) -> list[str]:
    return [room["name"] for room in body[f"{kind.envelope}s"] if room["name"] != "general"]


def test_only_the_callers_own_rooms_of_this_kind(kind: Kind, alice, bob):
    room_id = kind.creates(bob, "zulu", members=["alice"])
    kind.creates(alice, "mike")
    kind.creates(bob, "bravo")
    alice.opens_direct_room(bob)
    alice.creates_group("other-group") if kind is CHANNEL else alice.creates_channel("other-channel")
    answer = listed(kind, alice)
    assert names(kind, answer) == ["mike", "zulu"]
    assert answer["offset"] == 0
    assert answer["count"] == answer["total"] == len(answer[f"{kind.envelope}s"])
    assert answer[f"{kind.envelope}s"][-1] == kind.info(alice, room_id)


def test_archived_rooms_are_listed_and_rooms_left_are_not(kind: Kind, alice, bob):
    kind.post(alice, "archive", roomId=kind.creates(alice, "old"))
    left = kind.creates(bob, "left", members=["alice"])
    kind.post(alice, "leave", roomId=left)
    gone = kind.creates(alice, "gone")
    kind.post(alice, "delete", roomId=gone)
    assert names(kind, listed(kind, alice)) == ["old"]


def test_pages_sort_and_fields(kind: Kind, alice):
    ids = {name: kind.creates(alice, name) for name in ("c", "a", "b")}
    general = 1 if kind is CHANNEL else 0
    page = listed(kind, alice, offset=1, count=1)
    assert (names(kind, page), page["count"], page["offset"], page["total"]) == (["b"], 1, 1, 3 + general)
    assert names(kind, listed(kind, alice, sort={"name": -1})) == ["c", "b", "a"]
    [room] = listed(kind, alice, count=1, fields={"name": 1})[f"{kind.envelope}s"]
    assert room == {"_id": ids["a"], "name": "a"}


def test_query_is_ignored(kind: Kind, alice):
    kind.creates(alice, "a")
    assert names(kind, listed(kind, alice, query={"name": "nothing"})) == ["a"]
    assert names(kind, listed(kind, alice, query="{bad")) == ["a"]


@pytest.mark.parametrize("name", ["sort", "fields"])
def test_parameters_are_json(kind: Kind, alice, name):
    answer = alice.get(path(kind), **{name: "{bad"})
    refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')
