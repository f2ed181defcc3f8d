"""im.list and dm.list."""

import pytest

from tests.refusals import refused


@pytest.mark.parametrize("family", ["im", "dm"])
def test_only_the_callers_own_direct_rooms(family, alice, bob, carol):
    rooms = {alice.opens_direct_room(bob), carol.opens_direct_room(alice)}
    bob.opens_direct_room(carol)
    alice.creates_group("core")
    answer = alice.get(f"{family}.list")
    assert answer.succeeded
    assert {room["_id"] for room in answer["ims"]} == rooms
    assert (answer["count"], answer["offset"], answer["total"]) == (2, 0, 2)
    [room] = [room for room in answer["ims"] if "bob" in room["usernames"]]
    assert (room["t"], room["usernames"], room["usersCount"], room["msgs"]) == ("d", ["alice", "bob"], 2, 0)


def test_the_last_message_comes_along(alice, bob):
    room_id = alice.opens_direct_room(bob)
    bob.says(room_id, "hi")
    [room] = alice.get("im.list")["ims"]
    assert (room["lastMessage"]["msg"], room["lm"]) == ("hi", room["lastMessage"]["ts"])


def test_pages_do_not_overlap(alice, newcomer):
    rooms = {alice.opens_direct_room(newcomer(f"n{number}", joins=False)) for number in range(5)}
    seen = [alice.get("im.list", offset=offset, count=2)["ims"] for offset in (0, 2, 4)]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert {room["_id"] for page in seen for room in page} == rooms
    whole = [room["_id"] for room in alice.get("im.list")["ims"]]
    assert [room["_id"] for room in alice.get("im.list", sort={"_id": -1})["ims"]] == sorted(whole, reverse=True)
    [room] = alice.get("im.list", count=1, fields={"t": 1})["ims"]
    assert room == {"_id": whole[0], "t": "d"}


def test_query_is_ignored(alice, bob):
    alice.opens_direct_room(bob)
    assert alice.get("im.list", query={"_id": "none"})["total"] == 1
    assert alice.get("im.list", query="{bad")["total"] == 1


def test_parameters_are_json(alice):
    for name in ("sort", "fields"):
        answer = alice.get("im.list", **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')
