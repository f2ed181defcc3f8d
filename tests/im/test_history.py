"""im.history and dm.history."""

import pytest

from tests.im.test_create import NOT_FOUND, PARAM_MISSING, direct_id
from tests.refusals import refused


def texts(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [message["msg"] for message in answer["messages"]]


@pytest.mark.parametrize("family", ["im", "dm"])
def test_newest_first_twenty_at_a_time(family, alice, bob):
    room_id = alice.opens_direct_room(bob)
    for number in range(22):
        (alice if number % 2 else bob).says(room_id, f"m{number}")
    assert texts(bob.get(f"{family}.history", roomId=room_id)) == [f"m{number}" for number in range(21, 1, -1)]
    assert texts(bob.get(f"{family}.history", username="alice", offset=20, count=5)) == ["m1", "m0"]
    assert len(texts(alice.get(f"{family}.history", roomId=bob.id, count=0))) == 22


def test_between_two_instants(alice, bob, clock):
    room_id = alice.opens_direct_room(bob)
    instants = []
    for text in ("one", "two", "three"):
        clock.advance(seconds=1)
        instants.append(bob.posts(room_id, text)["message"]["ts"])
    between = {"roomId": room_id, "oldest": instants[0], "latest": instants[2]}
    assert texts(alice.get("im.history", **between)) == ["two"]
    assert texts(alice.get("im.history", **between, inclusive=True)) == ["three", "two", "one"]
    answer = alice.get("im.history", roomId=room_id, oldest=instants[0], count=1, unreads=True)
    assert (texts(answer), answer["unreadNotLoaded"], answer["firstUnread"]["msg"]) == (["three"], 1, "two")


def test_reading_marks_nothing_as_read(alice, bob):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "hi")
    assert texts(bob.get("im.history", roomId=room_id)) == ["hi"]
    assert bob.subscription(room_id)["unread"] == 1


def test_the_room_is_made_for_a_person(alice, bob):
    assert texts(alice.get("im.history", username="@bob")) == []
    assert [room["_id"] for room in bob.get("im.list")["ims"]] == [direct_id(alice, bob)]


def test_somebody_must_be_named(alice, bob, carol):
    refused(alice.get("im.history"), PARAM_MISSING)
    refused(alice.get("im.history", username=" "), PARAM_MISSING)
    for params in ({"username": "nobody"}, {"roomId": "nowhere"}, {"roomId": "GENERAL"}):
        refused(alice.get("im.history", **params), "[invalid-channel]")
    room_id = alice.opens_direct_room(bob)
    refused(carol.get("im.history", roomId=room_id), NOT_FOUND)
