"""rooms.getDiscussions and chat.getDiscussions."""

import pytest

from tests.kinds import CHANNEL
from tests.refusals import refused
from tests.rooms.test_create_discussion import discusses


@pytest.fixture
def garden(alice, bob, clock) -> str:
    """A channel with discussions of roses, tulips and herbs, in this order."""
    parent = alice.creates_channel("garden", members=["bob"])
    for title in ("Roses", "Tulips", "Herbs"):
        clock.advance(seconds=1)
        discusses(alice, parent, title)
    return parent


def titles(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [room["fname"] for room in answer["discussions"]]


def texts(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [message["msg"] for message in answer["messages"]]


def test_rooms_by_their_names(bob, garden):
    answer = bob.get("rooms.getDiscussions", roomName="garden")
    assert titles(answer) == ["Herbs", "Roses", "Tulips"]
    assert (answer["count"], answer["offset"], answer["total"]) == (3, 0, 3)
    assert {room["prid"] for room in answer["discussions"]} == {garden}
    page = bob.get("rooms.getDiscussions", roomId=garden, offset=1, count=1)
    assert (titles(page), page["count"], page["total"]) == (["Roses"], 1, 3)
    assert titles(bob.get("rooms.getDiscussions", roomId=garden, sort={"ts": -1})) == ["Herbs", "Tulips", "Roses"]
    assert titles(bob.get("rooms.getDiscussions", roomId=garden, query={"fname": "Herbs"})) == ["Herbs"]
    [row] = bob.get("rooms.getDiscussions", roomId=garden, count=1, fields={"fname": 1})["discussions"]
    assert row.keys() == {"_id", "fname"}


def test_messages_newest_first(bob, garden):
    answer = bob.get("chat.getDiscussions", roomId=garden)
    assert texts(answer) == ["Herbs", "Tulips", "Roses"]
    assert (answer["count"], answer["offset"], answer["total"]) == (3, 0, 3)
    page = bob.get("chat.getDiscussions", roomId=garden, offset=1, count=1)
    assert (texts(page), page["total"]) == (["Tulips"], 3)
    assert texts(bob.get("chat.getDiscussions", roomId=garden, sort={"ts": 1})) == ["Roses", "Tulips", "Herbs"]
    found = bob.get("chat.getDiscussions", roomId=garden, text="ROSE")
    assert (texts(found), found["total"]) == (["Roses"], 1)
    assert all(message["drid"] for message in answer["messages"])


def test_none(alice):
    assert alice.get("rooms.getDiscussions", roomId="GENERAL")["discussions"] == []
    assert alice.get("chat.getDiscussions", roomId="GENERAL")["messages"] == []


def test_which_room(alice, bob, garden):
    CHANNEL.refuses_what_is_no_room(lambda **room: alice.get("rooms.getDiscussions", **room))
    missing = 'The required "roomId" query param is missing. [error-roomId-param-not-provided]'
    refused(alice.get("chat.getDiscussions"), missing)
    hidden = alice.creates_group("core")
    answer = bob.get("rooms.getDiscussions", roomId=hidden)
    assert (answer.status, answer.body) == (
        400,
        {"success": False, "error": "not-allowed", "errorType": "Not Allowed"},
    )
    for room_id in (hidden, "nowhere"):
        refused(bob.get("chat.getDiscussions", roomId=room_id), "Not allowed [error-not-allowed]")
    CHANNEL.post(alice, "archive", roomId=garden)
    refused(bob.get("rooms.getDiscussions", roomId=garden), CHANNEL.room_is_archived("garden"))


def test_what_cannot_be_read(alice, garden):
    for name in ("sort", "fields", "query"):
        answer = alice.get("rooms.getDiscussions", roomId=garden, **{name: "{"})
        refused(answer, f'Invalid {name} parameter provided: "{{" [error-invalid-{name}]')
