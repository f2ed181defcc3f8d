"""chat.ignoreUser."""

import pytest

from tests.at_once import at_once
from tests.refusals import refused

NO_MEMBER = "Invalid subscription [error-invalid-subscription]"


@pytest.fixture
def team(alice, bob, carol):
    return alice.creates_channel("team", members=["bob", "carol"])


def ignores(person, room_id, user_id, **more):
    return person.get("chat.ignoreUser", rid=room_id, userId=user_id, **more)


def ignored(person, room_id):
    return person.subscription(room_id).get("ignored")


def test_ignoring_and_ignoring_no_more(alice, bob, carol, team):
    for _ in range(2):
        assert ignores(alice, team, bob.id).body == {"success": True}
        assert ignored(alice, team) == [bob.id]
    assert ignores(alice, team, carol.id, ignore="true").succeeded
    assert ignored(alice, team) == [bob.id, carol.id]
    assert ignored(bob, team) is None
    for _ in range(2):
        assert ignores(alice, team, bob.id, ignore="false").succeeded
        assert ignored(alice, team) == [carol.id]
    assert ignores(alice, team, carol.id, ignore="no").succeeded
    assert ignored(alice, team) is None


def test_both_must_be_members(alice, bob, team, newcomer):
    dora = newcomer("dora")
    refused(ignores(alice, team, dora.id), NO_MEMBER)
    refused(ignores(dora, team, bob.id), NO_MEMBER)
    refused(ignores(alice, "nowhere", bob.id), NO_MEMBER)
    assert ignores(alice, team, bob.id).succeeded


def test_room_and_person_must_be_named(alice, bob, team):
    room = 'The required "rid" param is missing. [error-room-id-param-not-provided]'
    refused(alice.get("chat.ignoreUser", userId=bob.id), room)
    user = 'The required "userId" param is missing. [error-user-id-param-not-provided]'
    refused(alice.get("chat.ignoreUser", rid=team), user)


def test_two_at_the_same_moment_are_both_kept(alice, bob, carol, team):
    answers = at_once(lambda: ignores(alice, team, bob.id), lambda: ignores(alice, team, carol.id))
    assert all(answer.succeeded for answer in answers)
    assert sorted(ignored(alice, team)) == sorted([bob.id, carol.id])


def test_at_most_so_many(alice, bob, carol, team, monkeypatch):
    from pimentachat.services.messages import ignoring

    monkeypatch.setattr(ignoring, "_IGNORED_MOST", 1)
    assert ignores(alice, team, bob.id).succeeded
    refused(ignores(alice, team, carol.id), "At most 1 people can be ignored in a room [error-too-many-ignored]")
