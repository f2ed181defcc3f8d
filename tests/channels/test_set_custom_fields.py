"""channels.setCustomFields and groups.setCustomFields."""

import pytest

from tests.kinds import EDITING, Kind, becomes
from tests.refusals import refused

FIELDS = {"team": "core", "budget": {"2019": [1, 2]}}


def test_they_are_replaced_as_a_whole(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"], customFields={"old": True})
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    answer = kind.post(alice, "setCustomFields", roomId=room_id, customFields=FIELDS)
    assert (answer[kind.envelope]["_id"], answer[kind.envelope]["customFields"]) == (room_id, FIELDS)
    assert kind.info(bob, room_id)["customFields"] == FIELDS
    assert bob.subscription(room_id)["customFields"] == FIELDS
    assert [each["customFields"] for each in bob.get("rooms.get", updatedSince=since)["update"]] == [FIELDS]
    assert [each["rid"] for each in bob.get("subscriptions.get", updatedSince=since)["update"]] == [room_id]
    assert kind.system_messages(bob, room_id) == []
    kind.post(alice, "setCustomFields", roomName="team", customFields={})
    assert kind.info(bob, room_id)["customFields"] == {}


@pytest.mark.parametrize("nothing", [{}, {"customFields": None}, {"customFields": "team"}, {"customFields": 1}])
def test_an_object_is_needed(kind: Kind, alice, nothing):
    room_id = kind.creates(alice, "team")
    answer = kind.tries(alice, "setCustomFields", roomId=room_id, **nothing)
    refused(answer, 'The bodyParam "customFields" is required with a type like object.')


def test_a_list_is_none(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    answer = kind.tries(alice, "setCustomFields", roomId=room_id, customFields=["a"])
    refused(answer, "Invalid roomCustomFields type [invalid-roomCustomFields-type]")
    refused(kind.tries(bob, "setCustomFields", roomId=room_id, customFields=["a"]), EDITING)


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "setCustomFields", customFields=FIELDS, **room))


def test_not_in_an_archived_room(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    answer = kind.tries(alice, "setCustomFields", roomId=room_id, customFields=FIELDS)
    refused(answer, kind.room_is_archived("team"))


def test_only_who_may_edit_the_room(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(bob, "setCustomFields", roomId=room_id, customFields=FIELDS), EDITING)
    kind.post(alice, "addModerator", roomId=room_id, userId=bob.id)
    kind.post(bob, "setCustomFields", roomId=room_id, customFields=FIELDS)


def test_not_in_a_discussion(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    becomes(room_id, prid="GENERAL")
    answer = kind.tries(alice, "setCustomFields", roomId=room_id, customFields=FIELDS)
    refused(answer, "Editing discussion room is not allowed [error-action-not-allowed]")
