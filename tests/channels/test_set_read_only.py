"""channels.setReadOnly and groups.setReadOnly."""

import pytest

from tests.kinds import EDITING, Kind, becomes
from tests.refusals import refused


@pytest.fixture
def room_id(kind: Kind, alice, bob, admin) -> str:
    return kind.creates(alice, "team", members=["bob", "admin"])


def test_only_who_may_write_in_read_only_rooms_goes_on(kind: Kind, alice, bob, carol, admin, room_id, clock):
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    room = kind.post(alice, "setReadOnly", roomId=room_id, readOnly=True)[kind.envelope]
    assert (room["_id"], room["ro"], room["sysMes"], room["muted"]) == (room_id, True, True, ["alice", "bob"])
    [changed] = bob.get("rooms.get", updatedSince=since)["update"]
    assert (changed["ro"], changed["muted"]) == (True, ["alice", "bob"])
    # The owner writes by a role in the room, the administrator by a global one.
    assert alice.posts(room_id, "hi").succeeded
    assert admin.posts(room_id, "hi").succeeded
    refused(bob.posts(room_id, "hi"), "You_have_been_muted")
    kind.post(alice, "addModerator", roomId=room_id, userId=bob.id)
    assert bob.posts(room_id, "hi").succeeded
    kind.post(alice, "invite", roomId=room_id, userId=carol.id)
    assert carol.posts(room_id, "hi").succeeded is False
    assert kind.info(alice, room_id)["muted"] == ["alice", "bob", "carol"]
    assert [told[0] for told in kind.system_messages(alice, room_id)] == ["subscription-role-added", "au"]


def test_writable_again(kind: Kind, alice, bob, room_id):
    kind.post(alice, "setReadOnly", roomName="team", readOnly=True)
    room = kind.post(alice, "setReadOnly", roomName="team", readOnly=False)[kind.envelope]
    assert (room["ro"], "muted" in room) == (False, False)
    assert bob.posts(room_id, "hi").succeeded


def test_a_room_made_read_only_stays_without_system_messages(kind: Kind, alice):
    room_id = kind.creates(alice, "news", readOnly=True)
    assert kind.post(alice, "setReadOnly", roomId=room_id, readOnly=False)[kind.envelope]["sysMes"] is False


def test_in_a_large_room_nobody_is_listed_and_nobody_writes(kind: Kind, alice, bob, room_id, monkeypatch):
    from pimentachat.services.rooms import changes

    monkeypatch.setattr(changes, "MUTED_MOST", 2)
    room = kind.post(alice, "setReadOnly", roomId=room_id, readOnly=True)[kind.envelope]
    assert (room["ro"], "muted" in room) == (True, False)
    assert not bob.posts(room_id, "hi").succeeded
    assert alice.posts(room_id, "hi").succeeded


@pytest.mark.parametrize("read_only", [True, False])
def test_what_it_is_already(kind: Kind, alice, read_only):
    room_id = kind.creates(alice, "news", readOnly=read_only)
    answer = kind.tries(alice, "setReadOnly", roomId=room_id, readOnly=read_only)
    refused(answer, f"The {kind.title} read only setting is the same as what it would be changed to.")


@pytest.mark.parametrize("nothing", [{}, {"readOnly": None}, {"readOnly": "true"}])
def test_a_boolean_is_needed(kind: Kind, alice, room_id, nothing):
    refused(kind.tries(alice, "setReadOnly", roomId=room_id, **nothing), 'The bodyParam "readOnly" is required')


def test_a_broadcast_room_stays_read_only(kind: Kind, alice, room_id):
    becomes(room_id, broadcast=True)
    answer = kind.tries(alice, "setReadOnly", roomId=room_id, readOnly=True)
    refused(
        answer,
        "Editing readOnly/reactWhenReadOnly are not allowed for broadcast rooms [error-action-not-allowed]",
    )


def test_who_and_where(kind: Kind, alice, bob, room_id):
    refused(kind.tries(bob, "setReadOnly", roomId=room_id, readOnly=True), EDITING)
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "setReadOnly", readOnly=True, **room))
    becomes(room_id, prid="GENERAL")
    refused(
        kind.tries(alice, "setReadOnly", roomId=room_id, readOnly=True),
        "Editing discussion room is not allowed [error-action-not-allowed]",
    )
    becomes(room_id, prid=None)
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, "setReadOnly", roomId=room_id, readOnly=True), kind.room_is_archived("team"))
