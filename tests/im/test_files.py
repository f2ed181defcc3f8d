"""im.files and dm.files."""

import pytest

from tests.channels.test_files import names, send
from tests.im.test_create import NOT_FOUND, PARAM_MISSING
from tests.refusals import refused


@pytest.mark.parametrize("family", ["im", "dm"])
def test_by_name_page_by_page(family, alice, bob):
    room_id = alice.opens_direct_room(bob)
    for person, name in ((alice, "roses.txt"), (bob, "lilies.txt"), (alice, "asters.txt")):
        send(person, room_id, name)
    answer = bob.get(f"{family}.files", roomId=room_id)
    assert names(answer) == ["asters.txt", "lilies.txt", "roses.txt"]
    assert (answer["count"], answer["offset"], answer["total"]) == (3, 0, 3)
    page = alice.get(f"{family}.files", username="bob", offset=2, count=2)
    assert (names(page), page["count"], page["offset"], page["total"]) == (["roses.txt"], 1, 2, 3)
    assert names(alice.get(f"{family}.files", username="bob", sort={"name": -1}, count=1)) == ["roses.txt"]
    assert names(alice.get(f"{family}.files", username="bob", query={"user.username": "bob"})) == ["lilies.txt"]


def test_the_room_is_made_for_a_person(alice, bob):
    assert alice.get("im.files", username="bob")["total"] == 0
    assert bob.get("im.list")["total"] == 1


def test_parameters_are_json(alice, bob):
    for name in ("sort", "fields", "query"):
        answer = alice.get("im.files", username="bob", **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')


def test_somebody_must_be_named(alice, bob, carol):
    refused(alice.get("im.files"), PARAM_MISSING)
    refused(alice.get("im.files", username="nobody"), "[invalid-channel]")
    refused(carol.get("im.files", roomId=alice.opens_direct_room(bob)), NOT_FOUND)
