"""Broadcast rooms: few write, many read."""

import pytest

from tests.kinds import Kind
from tests.refusals import forbidden, refused

STAYS = "Editing readOnly/reactWhenReadOnly are not allowed for broadcast rooms [error-action-not-allowed]"


@pytest.fixture
def room_id(kind: Kind, alice, bob, carol) -> str:
    return kind.creates(alice, "news", members=["bob", "carol"], extraData={"broadcast": True, "topic": "ignored"})


def test_only_those_who_keep_order_write(kind: Kind, alice, bob, carol, room_id):
    room = kind.info(alice, room_id)
    assert (room["broadcast"], room["ro"], room["sysMes"], "topic" in room) == (True, True, False, False)
    assert alice.posts(room_id, "hi").succeeded
    refused(bob.posts(room_id, "hi"), "You_have_been_muted")
    kind.post(alice, "addModerator", roomId=room_id, userId=bob.id)
    assert bob.posts(room_id, "hi").succeeded
    assert [each["msg"] for each in carol.reads(room_id, kind.family)] == ["hi", "hi"]
    assert carol.subscription(room_id)["alert"] is True


def test_who_else_is_there_is_for_administrators(kind: Kind, alice, bob, admin, room_id):
    for person in (alice, bob):
        forbidden(person.get(f"{kind.family}.members", roomId=room_id))
    kind.post(alice, "invite", roomId=room_id, userId=admin.id)
    assert kind.get(admin, "members", roomId=room_id)["total"] == 4


def test_once_writable_it_does_not_become_read_only_again(kind: Kind, alice, bob, room_id):
    kind.post(alice, "setReadOnly", roomId=room_id, readOnly=False)
    assert bob.posts(room_id, "hi").succeeded
    refused(kind.tries(alice, "setReadOnly", roomId=room_id, readOnly=True), STAYS)


@pytest.mark.parametrize("extra", [None, "broadcast", {"broadcast": "yes"}, {"broadcast": False}, ["broadcast"]])
def test_nothing_else_makes_one(kind: Kind, alice, extra):
    room = kind.info(alice, kind.creates(alice, "team", extraData=extra))
    assert (room["ro"], room.get("broadcast")) == (False, None)


def test_encrypted_from_the_start(kind: Kind, alice):
    assert kind.info(alice, kind.creates(alice, "team", extraData={"encrypted": True}))["encrypted"] is True
