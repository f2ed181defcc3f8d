"""rooms.adminRooms."""

import pytest

from tests.kinds import becomes
from tests.refusals import refused


def names(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [room.get("name") or "+".join(room["usernames"]) for room in answer["rooms"]]


@pytest.fixture
def rooms(alice, bob):
    """Channels, a group, a discussion and a direct room besides general, which new users join."""
    made = {name: alice.creates_channel(name) for name in ("asters", "Lilies")}
    made |= {name: bob.creates_group(name) for name in ("kitchen", "talk")}
    becomes(made["talk"], prid=made["kitchen"])
    return made | {"direct": alice.opens_direct_room(bob)}


WHOLE = ["general", "asters", "kitchen", "Lilies", "talk", "alice+bob"]


def test_what_new_users_join_first_then_by_name(admin, alice, rooms):
    answer = admin.get("rooms.adminRooms")
    assert (names(answer), answer["count"], answer["offset"], answer["total"]) == (WHOLE, 6, 0, 6)
    assert answer["rooms"][1] == {
        "_id": rooms["asters"],
        "name": "asters",
        "fname": "asters",
        "t": "c",
        "u": {"_id": alice.id, "username": "alice"},
        "usersCount": 1,
        "msgs": 0,
        "ro": False,
        "default": False,
    }
    for count in (1, 2, 4):
        pages = [admin.get("rooms.adminRooms", offset=offset, count=count) for offset in range(0, 8, count)]
        assert [name for page in pages for name in names(page)] == WHOLE
        assert {page["total"] for page in pages} == {6}


@pytest.mark.usefixtures("rooms")
def test_some_of_them(admin):
    assert names(admin.get("rooms.adminRooms", count=0)) == WHOLE
    for asked, found in (
        ({"filter": "LI"}, ["Lilies", "alice+bob"]),
        ({"filter": "it"}, ["kitchen"]),
        ({"types[]": "c"}, ["general", "asters", "Lilies"]),
        ({"types[]": ["p", "d"]}, ["kitchen", "alice+bob"]),
        ({"types[]": ["discussions"]}, ["talk"]),
        ({"types[]": ["p", "discussions"], "filter": "k"}, ["kitchen", "talk"]),
        ({"filter": "nothing"}, []),
        ({"types[]": ["x"]}, []),
    ):
        answer = admin.get("rooms.adminRooms", **asked)
        assert (names(answer), answer["total"]) == (found, len(found)), asked
        assert names(admin.get("rooms.adminRooms", **asked, offset=1, count=1)) == found[1:2]
    assert names(admin.get("rooms.adminRooms", sort={"name": -1}, count=2)) == ["talk", "kitchen"]


@pytest.mark.usefixtures("rooms")
def test_there_is_a_bound(admin, monkeypatch):
    from pimentachat.listing import pages

    monkeypatch.setattr(pages, "LOOKED_THROUGH_MOST", 5)
    assert names(admin.get("rooms.adminRooms")) == WHOLE
    assert admin.get("rooms.adminRooms", filter="a").error_type == "error-query-too-broad"
    monkeypatch.setattr(pages, "OFFSET_MOST", 3)
    assert admin.get("rooms.adminRooms", offset=4).error_type == "error-query-too-broad"


def test_administrators_alone(alice, admin):
    refused(alice.get("rooms.adminRooms"), "error-not-authorized")
    answer = admin.get("rooms.adminRooms", sort="{bad")
    refused(answer, 'Invalid sort parameter provided: "{bad" [error-invalid-sort]')
