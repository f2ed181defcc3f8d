"""channels.setTopic and groups.setTopic."""

import pytest

from tests.kinds import CHANNEL, GROUP, Kind, becomes
from tests.refusals import refused

EDITING = "Editing room is not allowed [error-action-not-allowed]"


def test_the_topic_is_set_and_announced(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    assert kind.tries(alice, "setTopic", roomId=room_id, topic="Release").body == {"topic": "Release", "success": True}
    assert kind.info(bob, room_id)["topic"] == "Release"
    assert kind.system_messages(bob, room_id) == [("room_changed_topic", "Release", "alice")]
    assert kind.info(bob, room_id)["msgs"] == 1
    assert bob.subscription(room_id)["alert"] is False


def test_by_name(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "setTopic", roomName="team", topic="Release")
    assert kind.info(alice, room_id)["topic"] == "Release"


def test_a_channel_refuses_its_present_topic(alice):
    room_id = alice.creates_channel("team")
    CHANNEL.post(alice, "setTopic", roomId=room_id, topic="Release")
    answer = CHANNEL.tries(alice, "setTopic", roomId=room_id, topic="Release")
    refused(answer, "The channel topic is the same as what it would be changed to.")


def test_a_group_takes_its_present_topic_in_silence(alice, bob):
    room_id = alice.creates_group("team", members=["bob"])
    for _ in range(2):
        assert GROUP.post(alice, "setTopic", roomId=room_id, topic="Release")["topic"] == "Release"
    assert len(GROUP.system_messages(alice, room_id)) == 1
    refused(GROUP.tries(bob, "setTopic", roomId=room_id, topic="Release"), EDITING)


def test_a_topic_is_needed(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    for nothing in ({}, {"topic": None}):
        refused(kind.tries(alice, "setTopic", roomId=room_id, **nothing), 'The bodyParam "topic" is required')


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_topic_clears_it(kind: Kind, alice, bob, empty):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, "setTopic", roomId=room_id, topic="Release")
    assert kind.tries(alice, "setTopic", roomId=room_id, topic=empty).body == {"topic": "", "success": True}
    assert kind.info(bob, room_id)["topic"] == ""
    assert kind.system_messages(bob, room_id)[-1] == ("room_changed_topic", "", "alice")


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "setTopic", topic="Release", **room))


def test_not_in_an_archived_room(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, "setTopic", roomId=room_id, topic="Release"), kind.room_is_archived("team"))


def test_only_who_may_edit_the_room(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(bob, "setTopic", roomId=room_id, topic="Release"), EDITING)
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    kind.post(bob, "setTopic", roomId=room_id, topic="Release")


def test_not_in_a_discussion(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    becomes(room_id, prid="GENERAL")
    answer = kind.tries(alice, "setTopic", roomId=room_id, topic="Release")
    refused(answer, "Editing discussion room is not allowed [error-action-not-allowed]")


def test_a_room_without_system_messages_stays_silent(kind: Kind, alice):
    room_id = kind.creates(alice, "news", readOnly=True)
    kind.post(alice, "setTopic", roomId=room_id, topic="Release")
    assert kind.info(alice, room_id)["topic"] == "Release"
    assert (kind.system_messages(alice, room_id), kind.info(alice, room_id)["msgs"]) == ([], 0)
