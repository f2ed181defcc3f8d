"""roles and moderators of channels and groups."""

import pytest

from tests.kinds import Kind
from tests.refusals import refused

both_lists = pytest.mark.parametrize("verb", ["roles", "moderators"])


def named(person) -> dict[str, str]:
    return {"_id": person.id, "username": person.username, "name": person.username.capitalize()}


def test_who_holds_which_role(kind: Kind, alice, bob, carol):
    room_id = kind.creates(bob, "team", members=["alice", "carol"])
    assert [(row["u"]["username"], row["roles"]) for row in kind.get(alice, "roles", roomName="team")["roles"]] == [
        ("bob", ["owner"])
    ]
    for verb in ("addModerator", "addLeader"):
        kind.post(bob, verb, roomId=room_id, userId=alice.id)
    assert kind.get(carol, "roles", roomId=room_id)["roles"] == [
        {
            "_id": alice.subscription(room_id)["_id"],
            "rid": room_id,
            "u": named(alice),
            "roles": ["leader", "moderator"],
        },
        {"_id": bob.subscription(room_id)["_id"], "rid": room_id, "u": named(bob), "roles": ["owner"]},
    ]


def test_moderators_by_username(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob", "carol"])
    assert kind.get(alice, "moderators", roomId=room_id)["moderators"] == []
    for person in (carol, bob):
        kind.post(alice, "addModerator", roomId=room_id, userId=person.id)
    assert kind.get(bob, "moderators", roomName="team")["moderators"] == [named(bob), named(carol)]
    kind.post(alice, "removeModerator", roomId=room_id, userId=bob.id)
    assert kind.get(bob, "moderators", roomId=room_id)["moderators"] == [named(carol)]


def test_who_left_holds_nothing(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "addModerator", roomId=room_id, userId=bob.id)
    kind.post(bob, "leave", roomId=room_id)
    assert kind.get(alice, "moderators", roomId=room_id)["moderators"] == []
    assert [row["u"]["username"] for row in kind.get(alice, "roles", roomId=room_id)["roles"]] == ["alice"]
    kind.post(alice, "invite", roomId=room_id, userId=bob.id)
    assert kind.get(alice, "moderators", roomId=room_id)["moderators"] == []


@both_lists
def test_what_is_no_room(kind: Kind, alice, verb):
    kind.refuses_what_is_no_room(lambda **room: alice.get(f"{kind.family}.{verb}", **room))


@both_lists
def test_not_of_an_archived_room(kind: Kind, alice, verb):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    refused(alice.get(f"{kind.family}.{verb}", roomId=room_id), kind.room_is_archived("team"))


def test_too_many_for_one_answer(kind: Kind, alice, bob, monkeypatch):
    from pimentachat.services.rooms import roles

    monkeypatch.setattr(roles, "_HOLDERS_MOST", 1)
    room_id = kind.creates(alice, "team", members=["bob"])
    assert len(kind.get(alice, "roles", roomId=room_id)["roles"]) == 1
    kind.post(alice, "addModerator", roomId=room_id, userId=bob.id)
    assert alice.get(f"{kind.family}.roles", roomId=room_id).error_type == "error-query-too-broad"
