"""How messages show in the subscriptions of a room: unread counters, alerts, hidden rooms that open again."""

from datetime import timedelta

import pytest


def shown(person, room_id) -> tuple[bool, int, int, int]:
    """alert, unread, userMentions, groupMentions"""
    held = person.subscription(room_id)
    return held["alert"], held["unread"], held["userMentions"], held["groupMentions"]


@pytest.fixture
def room_id(alice, bob, carol) -> str:
    """A channel of three; alice owns it."""
    return alice.creates_channel("team", members=["bob", "carol"])


def test_nothing_is_unread_in_a_new_room(room_id, alice, bob):
    assert shown(alice, room_id) == shown(bob, room_id) == (False, 0, 0, 0)


def test_a_message_is_news_but_not_counted(room_id, alice, bob):
    alice.says(room_id, "hi")
    assert shown(bob, room_id) == (True, 0, 0, 0)
    assert shown(alice, room_id) == (False, 0, 0, 0)


def test_who_is_named_has_a_mention(room_id, alice, bob, carol):
    alice.says(room_id, "@bob and @BOB, look")
    alice.says(room_id, "@bob again")
    assert shown(bob, room_id) == (True, 2, 2, 0)
    assert shown(carol, room_id) == (True, 0, 0, 0)


@pytest.mark.parametrize("everybody", ["@all", "@here"])
def test_everybody_is_mentioned(room_id, alice, bob, carol, everybody, deliver):
    alice.says(room_id, f"{everybody} hi")
    alice.says(room_id, f"{everybody} and @bob")
    deliver()
    # One message counts once for a person.
    assert shown(bob, room_id) == (True, 2, 0, 2)
    assert shown(carol, room_id) == (True, 2, 0, 2)
    assert shown(alice, room_id) == (False, 0, 0, 0)


def test_naming_oneself_is_no_mention(room_id, alice):
    alice.says(room_id, "@alice @all note")
    assert shown(alice, room_id) == (False, 0, 0, 0)


@pytest.mark.parametrize(
    ("rule", "unread"),
    [
        ("all_messages", 4),
        ("user_mentions_only", 1),
        ("group_mentions_only", 2),
        ("user_and_group_mentions_only", 3),
    ],
)
def test_what_counts_is_a_setting(room_id, alice, bob, setting, rule, unread):
    setting("Unread_Count", rule)
    for text in ("hi", "@bob", "@all", "@here"):
        alice.says(room_id, text)
    assert shown(bob, room_id) == (True, unread, 1, 2)


def test_every_message_of_a_direct_room_counts(alice, bob, setting):
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "one")
    alice.says(room_id, "@bob two")
    assert shown(bob, room_id) == (True, 2, 1, 0)
    setting("Unread_Count_DM", "mentions_only")
    assert shown(bob, room_id) == (True, 1, 1, 0)


def test_posting_reads_the_room(room_id, alice, bob, clock):
    alice.says(room_id, "@bob hi")
    clock.advance(seconds=1)
    posted = bob.posts(room_id, "hello")["message"]
    assert shown(bob, room_id) == (False, 0, 0, 0)
    assert bob.subscription(room_id)["ls"] == posted["ts"]
    assert shown(alice, room_id) == (True, 0, 0, 0)


def test_system_messages_and_edits_are_no_news(room_id, alice, bob, newcomer):
    message_id = alice.says(room_id, "hi")
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert alice.post("channels.invite", roomId=room_id, userId=newcomer("dora").id).succeeded
    assert alice.post("channels.setTopic", roomId=room_id, topic="@bob @all").succeeded
    assert alice.post("chat.update", roomId=room_id, msgId=message_id, text="@bob hi").succeeded
    assert alice.post("chat.react", messageId=message_id, emoji=":grin:").succeeded
    assert shown(bob, room_id) == (False, 0, 0, 0)


def test_a_hidden_direct_room_opens_with_the_next_message(alice, bob):
    room_id = alice.opens_direct_room(bob)
    assert bob.subscription(room_id)["open"] is False
    alice.says(room_id, "hi")
    held = bob.subscription(room_id)
    assert (held["open"], held["alert"], held["unread"]) == (True, True, 1)


def test_renaming_is_news_for_everybody(room_id, alice, bob, clock):
    clock.advance(seconds=1)
    assert alice.post("channels.rename", roomId=room_id, name="crew").succeeded
    assert shown(alice, room_id) == shown(bob, room_id) == (True, 0, 0, 0)
    clock.advance(seconds=1)
    bob.says(room_id, "hi")
    assert shown(bob, room_id) == (False, 0, 0, 0)


def test_archiving_keeps_the_counters_and_hides_the_room(room_id, alice, bob):
    alice.says(room_id, "@bob hi")
    assert alice.post("channels.archive", roomId=room_id).succeeded
    held = bob.subscription(room_id)
    assert (held["archived"], held["open"], held["alert"], held["userMentions"]) == (True, False, False, 1)


def test_what_was_said_before_joining_is_not_unread(room_id, alice, newcomer, setting):
    setting("Unread_Count", "all_messages")
    alice.says(room_id, "@all one")
    dora = newcomer("dora")
    assert dora.post("channels.join", roomId=room_id).succeeded
    # Only the greeting, which shows as one mention.
    assert shown(dora, room_id) == (True, 1, 1, 0)
    alice.says(room_id, "@all two")
    assert shown(dora, room_id) == (True, 2, 1, 1)


def test_what_was_said_while_away_is_not_unread(room_id, alice, bob, setting):
    setting("Unread_Count", "all_messages")
    bob.says(room_id, "one")
    assert bob.post("channels.leave", roomId=room_id).succeeded
    alice.says(room_id, "two")
    assert bob.post("channels.join", roomId=room_id).succeeded
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    alice.says(room_id, "three")
    bob_sees = shown(bob, room_id)
    assert bob_sees == (True, 1, 0, 0)
    bob.says(room_id, "four")
    assert shown(bob, room_id) == (False, 0, 0, 0)


@pytest.mark.parametrize("seconds", [9, 0, -9])
def test_a_client_with_a_wrong_clock_reads_up_to_now(room_id, alice, bob, clock, deliver, seconds):
    alice.says(room_id, "@bob look")
    clock.advance(seconds=1)
    by_bobs_clock = clock.text_of(clock.now() + timedelta(seconds=seconds))
    sent = bob.post("chat.sendMessage", message={"rid": room_id, "msg": "I have seen it", "ts": by_bobs_clock})
    assert sent["message"]["ts"] == by_bobs_clock
    clock.advance(seconds=1)
    # What was there is read, and does not come back with the worker; what comes now is not.
    deliver()
    assert shown(bob, room_id) == (False, 0, 0, 0)
    alice.says(room_id, "@bob fine")
    deliver()
    assert shown(bob, room_id) == (True, 1, 1, 0)
