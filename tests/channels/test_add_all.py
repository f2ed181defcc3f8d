"""channels.addAll and groups.addAll."""

import pytest

from tests.kinds import Kind
from tests.refusals import refused


def owned(kind: Kind, alice, admin, **more) -> str:
    return kind.creates(alice, "team", members=["admin"], **more)


def test_everybody_is_a_member(kind: Kind, alice, bob, carol, admin, clock):
    room_id = owned(kind, alice, admin)
    room = kind.post(admin, "addAll", roomId=room_id)[kind.envelope]
    assert (room["_id"], room["usersCount"], room["msgs"]) == (room_id, 5, 3)
    assert kind.members(alice, room_id) == ["admin", "alice", "bob", "carol", "rocket.cat"]
    assert kind.system_messages(alice, room_id) == [("uj", name, name) for name in ("bob", "carol", "rocket.cat")]
    held = bob.subscription(room_id)
    assert (held["open"], held["alert"], held["unread"], held["userMentions"], held["groupMentions"]) == (
        True,
        True,
        1,
        1,
        0,
    )
    assert kind.post(admin, "addAll", roomName="team")[kind.envelope]["usersCount"] == 5


def test_only_who_is_active(kind: Kind, alice, admin, newcomer):
    newcomer("dora", active=False)
    room_id = owned(kind, alice, admin)
    kind.post(admin, "addAll", roomId=room_id, activeUsersOnly=True)
    assert kind.members(alice, room_id) == ["admin", "alice", "rocket.cat"]
    kind.post(admin, "addAll", roomId=room_id, activeUsersOnly=False)
    assert kind.members(alice, room_id) == ["admin", "alice", "dora", "rocket.cat"]
    answer = kind.tries(admin, "addAll", roomId=room_id, activeUsersOnly="true")
    refused(answer, "Match error: Expected boolean, got string in field activeUsersOnly")


def test_a_read_only_room_mutes_nobody(kind: Kind, alice, bob, admin):
    room_id = owned(kind, alice, admin, readOnly=True)
    assert kind.info(alice, room_id).get("muted") is None
    kind.post(admin, "addAll", roomId=room_id)
    assert kind.info(alice, room_id).get("muted") is None
    assert kind.system_messages(alice, room_id) == []
    assert kind.info(alice, room_id)["usersCount"] == 4


@pytest.fixture
def two_at_once(monkeypatch) -> None:
    from pimentachat.services.rooms import members

    monkeypatch.setattr(members, "ADDED_AT_ONCE", 2)


def test_of_many_the_rest_comes_after_the_answer(kind: Kind, alice, bob, carol, admin, deliver, two_at_once, newcomer):
    for number in range(5):
        newcomer(f"dora{number}")
    room_id = owned(kind, alice, admin)
    assert kind.post(admin, "addAll", roomId=room_id)[kind.envelope]["usersCount"] == 2
    deliver()
    room = kind.info(alice, room_id)
    assert (room["usersCount"], room["msgs"]) == (10, 8)
    assert kind.get(alice, "members", roomId=room_id)["total"] == len(kind.members(alice, room_id)) == 10
    assert sorted(text for _, text, _ in kind.system_messages(alice, room_id)) == sorted(
        ["bob", "carol", "rocket.cat", *(f"dora{number}" for number in range(5))]
    )


def test_a_step_that_died_is_taken_again(kind: Kind, alice, bob, carol, admin, deliver, two_at_once, monkeypatch):
    from pimentachat.store import jobs

    room_id = owned(kind, alice, admin)
    kind.post(admin, "addAll", roomId=room_id)
    advance, died = jobs.advance, []

    def die_once(job) -> None:
        if not died:
            died.append(job)
            raise ConnectionError
        advance(job)

    monkeypatch.setattr(jobs, "advance", die_once)
    with pytest.raises(AssertionError):
        deliver()
    from pimentachat.services.after import jobs as steps

    while not steps.step(died[0].id):
        pass
    deliver()
    room = kind.info(alice, room_id)
    assert (room["usersCount"], room["msgs"]) == (5, 3)
    assert kind.members(alice, room_id) == ["admin", "alice", "bob", "carol", "rocket.cat"]


def test_nobody_is_added_to_a_room_that_is_gone(kind: Kind, alice, bob, carol, admin, deliver, two_at_once):
    room_id = owned(kind, alice, admin)
    kind.post(admin, "addAll", roomId=room_id)
    kind.post(alice, "delete", roomId=room_id)
    deliver()
    for person in (admin, alice, bob, carol):
        assert person.subscription(room_id) == {}


@pytest.mark.parametrize("role", ["user", "owner"])
def test_only_administrators(kind: Kind, alice, newcomer, role):
    dora = newcomer("dora", roles=["user", role])
    answer = kind.tries(dora, "addAll", roomId=kind.creates(dora, "team"))
    assert (answer.status, answer.body) == (
        400,
        {"success": False, "error": "Access to Method Forbidden [403]", "errorType": 403},
    )


def test_the_limit_is_a_setting(kind: Kind, alice, admin, setting):
    setting("API_User_Limit", 2)
    answer = kind.tries(admin, "addAll", roomId=owned(kind, alice, admin))
    refused(answer, "User Limit Exceeded [error-user-limit-exceeded]")


def test_which_room(kind: Kind, alice, admin):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(admin, "addAll", **room))
    room_id = owned(kind, alice, admin)
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(admin, "addAll", roomId=room_id), kind.room_is_archived("team"))
