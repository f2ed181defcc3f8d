"""A message looks the same in every answer: what a viewer sees is decided in one place."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.workspace import Person

Answers = dict[str, dict[str, Any]]


@pytest.fixture
def team(alice: Person, bob: Person) -> str:
    return alice.creates_channel("team", members=["bob"])


def answers(person: Person, room_id: str, message_id: str) -> Answers:
    """The message in every answer that shows it."""
    rooms = person.get("rooms.get")["update"]
    channels = person.get("channels.list")["channels"]
    return {
        "chat.getMessage": person.get("chat.getMessage", msgId=message_id)["message"],
        "channels.history": person.get("channels.history", roomId=room_id)["messages"][0],
        "channels.messages": person.get("channels.messages", roomId=room_id)["messages"][0],
        "channels.info": person.get("channels.info", roomId=room_id)["channel"]["lastMessage"],
        "rooms.get": next(room["lastMessage"] for room in rooms if room["_id"] == room_id),
        "channels.list": next(room["lastMessage"] for room in channels if room["_id"] == room_id),
    }


@pytest.mark.parametrize("shown", [True, False])
def test_whether_it_was_edited(alice, bob, team, setting, shown):
    setting("Message_ShowEditedStatus", shown)
    message_id = alice.says(team, "helo")
    updated = alice.post("chat.update", roomId=team, msgId=message_id, text="hello")["message"]
    everywhere = {"chat.update": updated, **answers(alice, team, message_id)}
    assert {name: "editedAt" in message for name, message in everywhere.items()} == dict.fromkeys(everywhere, shown)
    assert all(message == updated for message in everywhere.values())


@pytest.mark.parametrize(
    ("switched_off", "left"),
    [
        (None, ["INLINE_KATEX", "INLINE_KATEX", "COLOR"]),
        ("Katex_Parenthesis_Syntax", ["INLINE_KATEX", "COLOR"]),
        ("Katex_Dollar_Syntax", ["INLINE_KATEX", "COLOR"]),
        ("Katex_Enabled", ["COLOR"]),
        ("HexColorPreview_Enabled", ["INLINE_KATEX", "INLINE_KATEX"]),
    ],
)
def test_what_is_drawn_is_a_setting(alice, bob, team, setting, switched_off, left):
    setting("Katex_Dollar_Syntax", True)
    if switched_off:
        setting(switched_off, False)
    message_id = alice.says(team, r"\(x\) $y$ color:#ff0000")
    for message in answers(bob, team, message_id).values():
        [paragraph] = message["md"]
        assert [node["type"] for node in paragraph["value"] if node["type"] != "PLAIN_TEXT"] == left


@pytest.mark.parametrize("real_names", [True, False])
def test_who_reacted(alice, bob, team, setting, real_names):
    setting("UI_Use_Real_Name", real_names)
    message_id = alice.says(team, "hello @bob")
    assert bob.post("chat.react", messageId=message_id, emoji="smile").succeeded
    wanted = {"usernames": ["bob"]} | ({"names": ["Bob"]} if real_names else {})
    everywhere = answers(alice, team, message_id)
    assert {name: each["reactions"] for name, each in everywhere.items()} == {
        name: {":smile:": wanted} for name in everywhere
    }


def test_stars_are_seen_by_their_owners_alone(alice, bob, team):
    from pimentachat.store import messages as message_store
    from pimentachat.store import table, writes

    message_id = alice.says(team, "hello")
    message = message_store.find(message_id)
    assert message
    # chat.starMessage comes with a later issue.
    table.write(writes.update(message_store.key_of(message), add={"starred": {alice.id}, "version": 1}))
    looks: list[tuple[Person, Callable[[Any], bool]]] = [
        (alice, lambda shown: shown["starred"] == [{"_id": alice.id}]),
        (bob, lambda shown: "starred" not in shown),
    ]
    for person, right in looks:
        assert right(person.get("chat.getMessage", msgId=message_id)["message"])
        assert right(person.get("channels.history", roomId=team)["messages"][0])
