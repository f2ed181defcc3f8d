"""im.list.everyone and dm.list.everyone."""

import pytest

from tests.refusals import forbidden, refused


@pytest.mark.parametrize("family", ["im", "dm"])
def test_every_direct_room_page_by_page(family, admin, alice, bob, carol):
    rooms = {alice.opens_direct_room(bob), bob.opens_direct_room(carol), carol.opens_direct_room(alice)}
    pages = [admin.get(f"{family}.list.everyone", offset=offset, count=2) for offset in (0, 2, 4)]
    assert [(page["count"], page["offset"], page["total"]) for page in pages] == [(2, 0, 3), (1, 2, 3), (0, 4, 3)]
    assert {room["_id"] for page in pages for room in page["ims"]} == rooms
    query = {"usernames": "bob"}
    answer = admin.get(f"{family}.list.everyone", query=query, sort={"_id": -1}, fields={"usernames": 1})
    assert answer["total"] == 2
    assert all("bob" in room["usernames"] and "t" not in room for room in answer["ims"])


def test_administrators_alone(alice):
    forbidden(alice.get("im.list.everyone"))


def test_parameters_are_json(admin):
    for name in ("sort", "fields", "query"):
        answer = admin.get("im.list.everyone", **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')
