"""channels.setType and groups.setType."""

import pytest

from tests.at_once import at_once, outcomes
from tests.kinds import CHANNEL, EDITING, GROUP, Kind, becomes, other
from tests.refusals import refused


@pytest.fixture
def room_id(kind: Kind, alice, bob) -> str:
    return kind.creates(alice, "team", members=["bob"])


def test_the_room_is_of_the_other_kind(kind: Kind, alice, bob, carol, room_id, clock):
    bob.says(room_id, "hi")
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    new = other(kind)
    room = kind.post(alice, "setType", roomId=room_id, type=new.type)[kind.envelope]
    assert (room["_id"], room["t"]) == (room_id, new.type)
    refused(alice.get(f"{kind.family}.info", roomId=room_id), kind.not_found)
    assert new.info(bob, room_id)["name"] == "team"
    assert new.get(bob, "info", roomName="team")[new.envelope]["_id"] == room_id
    told = "Private Group" if kind is CHANNEL else "Channel"
    assert new.system_messages(bob, room_id) == [("room_changed_privacy", told, "alice")]
    assert new.members(bob, room_id) == ["alice", "bob"]
    for person in (alice, bob):
        [changed] = person.get("subscriptions.get", updatedSince=since)["update"]
        assert (changed["rid"], changed["t"]) == (room_id, new.type)
        [changed] = person.get("rooms.get", updatedSince=since)["update"]
        assert changed["t"] == new.type
    assert bob.says(room_id, "hi again")


def test_who_else_sees_it_follows(kind: Kind, alice, carol, room_id):
    def found() -> bool:
        return "team" in [room["name"] for room in carol.get("spotlight", query="#team")["rooms"]]

    totals = alice.get("channels.list")["total"], len(alice.get("groups.list")["groups"])
    assert found() is (kind is CHANNEL)
    kind.post(alice, "setType", roomId=room_id, type=other(kind).type)
    assert found() is (kind is GROUP)
    by = 1 if kind is GROUP else -1
    assert alice.get("channels.list")["total"] == totals[0] + by
    assert len(alice.get("groups.list")["groups"]) == totals[1] - by
    assert ("team" in [room["name"] for room in alice.get("channels.list")["channels"]]) is (kind is GROUP)
    assert ("team" in [room["name"] for room in alice.get("channels.list.joined")["channels"]]) is (kind is GROUP)
    message = alice.posts("GENERAL", "see #team")["message"]
    assert [room["_id"] for room in message["channels"]] == [room_id]


def test_there_and_back(kind: Kind, alice, room_id):
    kind.post(alice, "setType", roomId=room_id, type=other(kind).type)
    other(kind).post(alice, "setType", roomId=room_id, type=kind.type)
    assert kind.info(alice, room_id)["t"] == kind.type
    kind.post(alice, "rename", roomId=room_id, name="crew")
    kind.post(alice, "delete", roomId=room_id)
    for name in ("team", "crew"):
        kind.creates(alice, name)


def test_new_users_do_not_join_a_group(admin, newcomer):
    room_id = admin.creates_channel("team")
    CHANNEL.post(admin, "setDefault", roomId=room_id, default=True)
    room = CHANNEL.post(admin, "setType", roomId=room_id, type="p")["channel"]
    assert "default" not in room
    assert newcomer("dora").subscription(room_id) == {}


def test_once_when_asked_for_at_once(kind: Kind, alice, room_id):
    answers = at_once(*[lambda: kind.tries(alice, "setType", roomId=room_id, type=other(kind).type)] * 4)
    assert outcomes(answers)["ok"] == 1
    assert len(other(kind).system_messages(alice, room_id)) == 1


def test_what_it_is_already(kind: Kind, alice, room_id):
    answer = kind.tries(alice, "setType", roomId=room_id, type=kind.type)
    refused(answer, f"The {kind.title} type is the same as what it would be changed to.")


@pytest.mark.parametrize("nothing", [{}, {"type": None}, {"type": " "}])
def test_a_type_is_needed(kind: Kind, alice, room_id, nothing):
    refused(kind.tries(alice, "setType", roomId=room_id, **nothing), 'The bodyParam "type" is required')


@pytest.mark.parametrize("wanted", ["d", "l", "x"])
def test_only_these_two(kind: Kind, alice, room_id, wanted):
    answer = kind.tries(alice, "setType", roomId=room_id, type=wanted)
    refused(answer, "error-invalid-room-type [error-invalid-room-type]")


def test_only_who_may_create_such_rooms(kind: Kind, alice, room_id, grant):
    grant(other(kind).create_permission, "admin")
    told = {
        "channels": "Changing a public channel to a private room is not allowed [error-action-not-allowed]",
        "groups": "Changing a private group to a public channel is not allowed [error-action-not-allowed]",
    }
    refused(kind.tries(alice, "setType", roomId=room_id, type=other(kind).type), told[kind.family])


def test_who_and_where(kind: Kind, alice, bob, room_id):
    new = other(kind).type
    refused(kind.tries(bob, "setType", roomId=room_id, type=new), EDITING)
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "setType", type=new, **room))
    becomes(room_id, prid="GENERAL")
    refused(
        kind.tries(alice, "setType", roomId=room_id, type=new),
        "Editing discussion room is not allowed [error-action-not-allowed]",
    )
    becomes(room_id, prid=None)
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, "setType", roomId=room_id, type=new), kind.room_is_archived("team"))
