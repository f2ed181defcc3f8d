"""chat.react."""

from typing import Any

import pytest

from tests.refusals import refused
from tests.workspace import Answer, Person

GENERAL = "GENERAL"
INVALID = "Invalid emoji provided. [error-not-allowed]"
NO_ID = 'The required "messageId" param is missing. [error-messageid-param-not-provided]'
NO_EMOJI = 'The required "emoji" param is missing. [error-emoji-param-not-provided]'


def reacts(person: Person, message_id: str, emoji: str = ":smile:", **more: Any) -> Answer:
    return person.post("chat.react", messageId=message_id, emoji=emoji, **more)


def reactions(person: Person, message_id: str) -> Any:
    """Usernames by emoji, as the message and its copy in the room agree on them."""
    message = person.get("chat.getMessage", msgId=message_id)["message"]
    room = person.get("channels.info", roomId=message["rid"])["channel"]
    assert room["lastMessage"] == message
    return {emoji: who["usernames"] for emoji, who in message["reactions"].items()} if "reactions" in message else None


def test_reacting_toggles(alice, bob):
    message = alice.says(GENERAL, "hi")
    answer = reacts(alice, message)
    assert answer.body == {"success": True}
    assert reactions(alice, message) == {":smile:": ["alice"]}
    assert reacts(bob, message).succeeded
    assert reacts(bob, message, ":+1:").succeeded
    assert reactions(alice, message) == {":smile:": ["alice", "bob"], ":+1:": ["bob"]}
    assert reacts(alice, message).succeeded
    assert reactions(alice, message) == {":smile:": ["bob"], ":+1:": ["bob"]}
    assert reacts(bob, message).succeeded
    assert reactions(alice, message) == {":+1:": ["bob"]}
    assert reacts(bob, message, "+1").succeeded
    assert reactions(alice, message) is None


def test_a_state_may_be_asked_for(alice):
    message = alice.says(GENERAL, "hi")
    for _ in range(2):
        assert reacts(alice, message, shouldReact=True).succeeded
        assert reactions(alice, message) == {":smile:": ["alice"]}
    for _ in range(2):
        assert reacts(alice, message, shouldReact=False).succeeded
        assert reactions(alice, message) is None


@pytest.mark.parametrize("form", [":smile:", "smile", " :smile: ", "smile:"])
def test_colons_do_not_matter(alice, form):
    message = alice.says(GENERAL, "hi")
    assert reacts(alice, message, form).succeeded
    assert reactions(alice, message) == {":smile:": ["alice"]}


def test_the_emoji_may_be_called_reaction(alice):
    message = alice.says(GENERAL, "hi")
    assert alice.post("chat.react", messageId=message, reaction="wink").succeeded
    assert alice.post("chat.react", messageId=message, emoji="smile", reaction="heart").succeeded
    assert reactions(alice, message) == {":wink:": ["alice"], ":smile:": ["alice"]}


def test_nothing_is_counted_for_a_reaction(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    message = alice.says(room_id, "hi")
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert reacts(alice, message).succeeded
    held = bob.subscription(room_id)
    assert (held["alert"], held["unread"]) == (False, 0)
    assert alice.get("channels.info", roomId=room_id)["channel"]["msgs"] == 1


def test_an_older_message_leaves_the_last_one_alone(alice):
    older = alice.says(GENERAL, "older")
    newer = alice.posts(GENERAL, "newer")["message"]
    assert reacts(alice, older).succeeded
    assert alice.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"] == newer


def test_the_message_must_be_named(alice):
    refused(alice.post("chat.react", emoji="smile"), NO_ID)
    refused(reacts(alice, " "), NO_ID)
    refused(alice.post("chat.react", messageId=3, emoji="smile"), NO_ID)
    refused(
        reacts(alice, "nowhere"),
        'The provided "messageId" does not match any existing message. [error-message-not-found]',
    )
    assert reacts(alice, alice.says(GENERAL, "hi")).succeeded


def test_the_emoji_must_be_named(alice):
    message = alice.says(GENERAL, "hi")
    for missing in ({}, {"emoji": ""}, {"emoji": " : "}, {"reaction": ""}, {"emoji": 3}):
        refused(alice.post("chat.react", messageId=message, **missing), NO_EMOJI)


@pytest.mark.parametrize(
    "emoji", ["nosuch", "😀", "smile:wink", "SMILE", "x" * 5000, "#reaction", "a b", ".", "\u0000", "__proto__"]
)
def test_only_known_emoji(alice, emoji):
    message = alice.says(GENERAL, "hi")
    refused(reacts(alice, message, emoji), INVALID)
    refused(reacts(alice, message, emoji, shouldReact=False), INVALID)
    assert "reactions" not in alice.get("chat.getMessage", msgId=message)["message"]


def test_a_reaction_whose_emoji_is_no_longer_known_can_be_taken_back(alice):
    from pimentachat.store import messages as message_store

    message = alice.says(GENERAL, "hi")
    held = message_store.find(message)
    assert held
    message_store.react(held, ":party_parrot:", "alice")
    assert reacts(alice, message, "party_parrot").succeeded
    assert "reactions" not in alice.get("chat.getMessage", msgId=message)["message"]


def test_only_those_who_see_the_room(alice, bob):
    message = alice.says(alice.creates_group("hush"), "secret")
    refused(reacts(bob, message), "Not allowed [error-not-allowed]")
    assert reacts(alice, message).succeeded


def test_the_muted_react_only_where_the_room_lets_them(alice, bob):
    from pimentachat.store import rooms as room_store

    room_id = alice.creates_channel("team", members=["bob"])
    message = alice.says(room_id, "hi")
    room_store.change(room_id, lambda room: room.model_copy(update={"muted": ["bob"]}))
    refused(reacts(bob, message), "Not allowed [error-not-allowed]")
    room_store.change(room_id, lambda room: room.model_copy(update={"react_when_read_only": True}))
    assert reacts(bob, message).succeeded
    assert reactions(alice, message) == {":smile:": ["bob"]}


def test_a_message_takes_fifty_different_reactions(alice, bob):
    from pimentachat import defaults

    message = alice.says("GENERAL", "hi")
    names = sorted(name for name in defaults._emoji() if name.isalpha())[:51]
    for name in names[:50]:
        assert alice.post("chat.react", messageId=message, emoji=name).succeeded
    refused(
        alice.post("chat.react", messageId=message, emoji=names[50]),
        "A message takes at most 50 different reactions [error-too-many-reactions]",
    )
    # Those that are there are open to everybody.
    assert bob.post("chat.react", messageId=message, emoji=names[0]).succeeded
    assert alice.post("chat.react", messageId=message, emoji=names[0], shouldReact=False).succeeded
