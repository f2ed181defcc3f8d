"""setTopic, setDescription, setPurpose and setAnnouncement of channels and groups."""

from dataclasses import dataclass

import pytest

from tests.kinds import CHANNEL, EDITING, GROUP, Kind, becomes
from tests.refusals import refused


@dataclass(frozen=True)
class Text:
    verb: str
    name: str
    """Of the parameter and in the answer."""
    field: str
    """Of the room."""
    told: str


TOPIC = Text("setTopic", "topic", "topic", "room_changed_topic")
DESCRIPTION = Text("setDescription", "description", "description", "room_changed_description")
PURPOSE = Text("setPurpose", "purpose", "description", "room_changed_description")
ANNOUNCEMENT = Text("setAnnouncement", "announcement", "announcement", "room_changed_announcement")


@pytest.fixture(params=[TOPIC, DESCRIPTION, PURPOSE, ANNOUNCEMENT], ids=lambda text: text.verb)
def text(request) -> Text:
    return request.param


def test_the_text_is_set_and_announced(kind: Kind, alice, bob, text, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    answer = kind.tries(alice, text.verb, roomId=room_id, **{text.name: "Release"})
    assert answer.body == {text.name: "Release", "success": True}
    assert kind.info(bob, room_id)[text.field] == "Release"
    assert kind.system_messages(bob, room_id) == [(text.told, "Release", "alice")]
    assert kind.info(bob, room_id)["msgs"] == 1
    assert bob.subscription(room_id)["alert"] is False
    [changed] = bob.get("rooms.get", updatedSince=since)["update"]
    assert (changed["_id"], changed[text.field]) == (room_id, "Release")


def test_by_name(kind: Kind, alice, text):
    room_id = kind.creates(alice, "team")
    kind.post(alice, text.verb, roomName="team", **{text.name: "Release"})
    assert kind.info(alice, room_id)[text.field] == "Release"


@pytest.mark.parametrize(
    ("text", "what"),
    [(TOPIC, "topic"), (DESCRIPTION, "description"), (PURPOSE, "purpose (description)")],
    ids=lambda value: getattr(value, "verb", value),
)
def test_a_channel_refuses_its_present_text(alice, text, what):
    room_id = alice.creates_channel("team")
    CHANNEL.post(alice, text.verb, roomId=room_id, **{text.name: "Release"})
    answer = CHANNEL.tries(alice, text.verb, roomId=room_id, **{text.name: "Release"})
    refused(answer, f"The channel {what} is the same as what it would be changed to.")


def test_a_channel_takes_its_present_announcement_in_silence(alice):
    room_id = alice.creates_channel("team")
    for _ in range(2):
        CHANNEL.post(alice, "setAnnouncement", roomId=room_id, announcement="Release")
    assert len(CHANNEL.system_messages(alice, room_id)) == 1


def test_a_group_takes_its_present_text_in_silence(alice, bob, text):
    room_id = alice.creates_group("team", members=["bob"])
    for _ in range(2):
        assert GROUP.post(alice, text.verb, roomId=room_id, **{text.name: "Release"})[text.name] == "Release"
    assert len(GROUP.system_messages(alice, room_id)) == 1
    refused(GROUP.tries(bob, text.verb, roomId=room_id, **{text.name: "Release"}), EDITING)


def test_a_text_is_needed(kind: Kind, alice, text):
    room_id = kind.creates(alice, "team")
    for nothing in ({}, {text.name: None}):
        answer = kind.tries(alice, text.verb, roomId=room_id, **nothing)
        refused(answer, f'The bodyParam "{text.name}" is required')


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_text_clears_it(kind: Kind, alice, bob, text, empty):
    room_id = kind.creates(alice, "team", members=["bob"])
    kind.post(alice, text.verb, roomId=room_id, **{text.name: "Release"})
    answer = kind.tries(alice, text.verb, roomId=room_id, **{text.name: empty})
    assert answer.body == {text.name: "", "success": True}
    assert kind.info(bob, room_id)[text.field] == ""
    assert kind.system_messages(bob, room_id)[-1] == (text.told, "", "alice")


def test_what_is_no_room(kind: Kind, alice, text):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, text.verb, **{text.name: "Release"}, **room))


def test_not_in_an_archived_room(kind: Kind, alice, text):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    answer = kind.tries(alice, text.verb, roomId=room_id, **{text.name: "Release"})
    refused(answer, kind.room_is_archived("team"))


def test_only_who_may_edit_the_room(kind: Kind, alice, bob, text):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(bob, text.verb, roomId=room_id, **{text.name: "Release"}), EDITING)
    kind.post(alice, "addOwner", roomId=room_id, userId=bob.id)
    kind.post(bob, text.verb, roomId=room_id, **{text.name: "Release"})


def test_not_in_a_discussion(kind: Kind, alice, text):
    room_id = kind.creates(alice, "team")
    becomes(room_id, prid="GENERAL")
    answer = kind.tries(alice, text.verb, roomId=room_id, **{text.name: "Release"})
    refused(answer, "Editing discussion room is not allowed [error-action-not-allowed]")


def test_a_room_without_system_messages_stays_silent(kind: Kind, alice, text):
    room_id = kind.creates(alice, "news", readOnly=True)
    kind.post(alice, text.verb, roomId=room_id, **{text.name: "Release"})
    assert kind.info(alice, room_id)[text.field] == "Release"
    assert (kind.system_messages(alice, room_id), kind.info(alice, room_id)["msgs"]) == ([], 0)
