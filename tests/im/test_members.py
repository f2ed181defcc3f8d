"""im.members and dm.members."""

import pytest

from tests.im.test_create import NOT_FOUND, PARAM_MISSING
from tests.refusals import refused


def names(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [member["username"] for member in answer["members"]]


@pytest.mark.parametrize("family", ["im", "dm"])
def test_the_people_of_a_direct_room(family, alice, newcomer):
    zoe = newcomer("Zoe", status_connection="away", utc_offset=-3)
    room_id = alice.opens_direct_room(zoe)
    answer = zoe.get(f"{family}.members", roomId=room_id)
    assert names(answer) == ["alice", "Zoe"]
    assert (answer["count"], answer["offset"], answer["total"]) == (2, 0, 2)
    assert answer["members"][1] == {
        "_id": zoe.id,
        "username": "Zoe",
        "name": "Zoe",
        "status": "away",
        "utcOffset": -3,
    }
    assert names(alice.get(f"{family}.members", username="zoe", sort={"username": -1})) == ["Zoe", "alice"]


def test_page_by_page(alice, bob, carol):
    room_id = alice.post("im.create", usernames="bob,carol")["room"]["_id"]
    for offset, expected in enumerate((["alice"], ["bob"], ["carol"], [])):
        page = alice.get("im.members", roomId=room_id, offset=offset, count=1)
        assert (names(page), page["count"], page["offset"], page["total"]) == (expected, len(expected), offset, 3)


def test_who_is_alone_with_themselves(alice):
    assert names(alice.get("im.members", username="alice")) == ["alice"]


def test_the_room_is_made_for_a_person(alice, bob):
    assert names(alice.get("im.members", username="@bob")) == ["alice", "bob"]
    assert bob.get("im.list")["total"] == 1


def test_sort_is_json(alice, bob):
    answer = alice.get("im.members", username="bob", sort="{username")
    refused(answer, 'Invalid sort parameter provided: "{username" [error-invalid-sort]')


def test_somebody_must_be_named(alice, bob, carol):
    refused(alice.get("im.members"), PARAM_MISSING)
    refused(alice.get("im.members", username="nobody"), "[invalid-channel]")
    refused(carol.get("im.members", roomId=alice.opens_direct_room(bob)), NOT_FOUND)
