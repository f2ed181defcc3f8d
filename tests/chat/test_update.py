"""chat.update."""

from typing import Any

import pytest

from tests.at_once import at_once
from tests.refusals import refused
from tests.workspace import Answer, File, Person

GENERAL = "GENERAL"
NOT_ALLOWED = "Message editing not allowed [error-action-not-allowed]"
BLOCKED = "Message editing is blocked [error-message-editing-blocked]"


def edits(person: Person, message_id: str, text: Any, room_id: str = GENERAL) -> Answer:
    return person.post("chat.update", roomId=room_id, msgId=message_id, text=text)


def test_the_text_is_replaced_and_the_author_stays(alice, bob, clock):
    other = alice.creates_channel("other")
    posted = alice.posts(GENERAL, "helo @bob https://a.example")["message"]
    clock.advance(seconds=5)
    answer = edits(alice, posted["_id"], "hello #other https://b.example")
    message = answer["message"]
    assert answer.body == {"message": message, "success": True}
    assert message == {
        **posted,
        "msg": "hello #other https://b.example",
        "md": message["md"],
        "urls": [{"url": "https://b.example"}],
        "mentions": [],
        "channels": [{"_id": other, "name": "other"}],
        "editedAt": message["editedAt"],
        "editedBy": {"_id": alice.id, "username": "alice"},
        "_updatedAt": message["_updatedAt"],
    }
    assert [node["type"] for node in message["md"][0]["value"]] == [
        "PLAIN_TEXT",
        "MENTION_CHANNEL",
        "PLAIN_TEXT",
        "LINK",
    ]
    assert posted["_updatedAt"] < message["_updatedAt"]
    assert posted["ts"] < message["editedAt"]
    assert alice.reads(GENERAL)[0] == message


def test_links_stay_unlisted_where_they_were(alice):
    message = alice.says(GENERAL, "x", parseUrls=False)
    assert edits(alice, message, "https://a.example")["message"]["urls"] == []


def test_nothing_is_counted_for_an_edit(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    message = alice.says(room_id, "helo")
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert edits(alice, message, "hello @bob @all", room_id).succeeded
    held = bob.subscription(room_id)
    assert (held["alert"], held["unread"], held["userMentions"], held["groupMentions"]) == (False, 0, 0, 0)
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room["msgs"], room["lastMessage"]["msg"]) == (1, "hello @bob @all")


@pytest.mark.parametrize("whom", ["all", "here"])
def test_everybody_is_mentioned_by_who_may_post_so(alice, bob, setting, grant, whom):
    not_allowed = f"Notify {whom} in this room not allowed [error-action-not-allowed]"
    too_wide = (
        "Group mentions `@all` and `@here` have been disabled for rooms with more than 1 members. "
        "[error-action-not-allowed]"
    )
    room_id = alice.creates_channel("team", members=["bob"])
    message, there = bob.says(room_id, "helo"), bob.says(room_id, f"@{whom} helo")
    grant(f"mention-{whom}", "owner")
    setting("Message_KeepHistory", True)
    refused(edits(bob, message, f"hello @{whom}", room_id), not_allowed)
    # It was there before.
    assert edits(bob, there, f"@{whom} hello", room_id)["message"]["mentions"] == [{"_id": whom, "username": whom}]
    assert edits(alice, message, f"hello @{whom}", room_id).succeeded
    assert edits(bob, message, "hello", room_id)["message"]["mentions"] == []
    setting("Message_MaxAll", 1)
    refused(edits(alice, message, f"hello @{whom}", room_id), too_wide)
    held = bob.get("chat.getMessage", msgId=message)["message"]
    assert (held["msg"], held["mentions"]) == ("hello", [])


def test_who_is_named_by_an_edit_finds_the_message(alice, bob, carol):
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    message = alice.says(room_id, "look @bob")
    assert edits(alice, message, "look @carol", room_id).succeeded
    for person, found in ((bob, []), (carol, [message])):
        listed = person.get("chat.getMentionedMessages", roomId=room_id)["messages"]
        assert [each["_id"] for each in listed] == found


def test_an_older_message_leaves_the_last_one_alone(alice):
    older = alice.says(GENERAL, "older")
    alice.says(GENERAL, "newer")
    assert edits(alice, older, "old").succeeded
    assert alice.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"]["msg"] == "newer"


def test_the_same_text_changes_nothing(alice):
    posted = alice.posts(GENERAL, "hello")["message"]
    assert edits(alice, posted["_id"], "hello")["message"] == posted


def test_reactions_and_replies_survive(alice, bob):
    message = alice.says(GENERAL, "helo")
    bob.post("chat.react", messageId=message, emoji="smile")
    bob.says(GENERAL, "reply", tmid=message)
    edited = edits(alice, message, "hello")["message"]
    assert edited["reactions"] == {":smile:": {"usernames": ["bob"]}}
    assert edited["tcount"] == 1


def test_the_text_of_a_file_is_its_description(alice):
    answer = alice.upload(f"rooms.upload/{GENERAL}", File("a.txt", b"a"), description="fist")
    message = answer["message"]
    edited = edits(alice, message["_id"], "first")["message"]
    assert edited["attachments"] == [{**message["attachments"][0], "description": "first"}]
    assert edited["msg"] == message["msg"]


def test_history_may_be_kept(alice, setting):
    from pimentachat.store import table
    from pimentachat.store.items import load

    setting("Message_KeepHistory", True)
    message = alice.says(GENERAL, "helo")
    assert edits(alice, message, "hello").succeeded
    [copy] = [load(item["doc"]) for item in table.query("messages", f"HISTORY#{GENERAL}")]
    assert copy["_hidden"] is True
    assert (copy["parent"], copy["msg"], copy["editedBy"]["username"]) == (message, "helo", "alice")
    assert "helo" not in [each["msg"] for each in alice.reads(GENERAL)]


def test_a_history_that_is_kept_slows_nobody_who_reads(alice, setting):
    """What a page costs is that of its messages, however often they were edited."""
    from benchmarks.capacity import Counter
    from pimentachat.store import table

    setting("Message_KeepHistory", True)
    room_id = alice.creates_channel("garden")
    messages = [alice.says(room_id, f"{number}") for number in range(5)]
    counter = Counter(table.client())

    def cost() -> tuple[int, float]:
        with counter.counting() as counted:
            assert len(alice.get("channels.history", roomId=room_id, count=5)["messages"]) == 5
        return counted.round_trips, counted.read_units

    before = cost()
    for message in messages:
        for number in range(10):
            assert edits(alice, message, f"{number} more", room_id).succeeded
    assert cost() == before
    assert len(list(table.query("messages", f"ROOM#{room_id}"))) == 5
    assert len(list(table.query("messages", f"HISTORY#{room_id}"))) == 50


def test_of_two_who_edit_at_once_both_earlier_versions_are_kept(alice, admin, setting):
    from pimentachat.store import table
    from pimentachat.store.items import load

    setting("Message_KeepHistory", True)
    message = alice.says(GENERAL, "0")
    calls = [
        lambda who=who, text=text: edits(who, message, text) for who, text in ((alice, "1"), (admin, "2"), (alice, "3"))
    ]
    assert all(answer.succeeded for answer in at_once(*calls))
    kept = [load(item["doc"])["msg"] for item in table.query("messages", f"HISTORY#{GENERAL}")]
    now = alice.get("chat.getMessage", msgId=message)["message"]["msg"]
    assert sorted([*kept, now]) == ["0", "1", "2", "3"]


def test_bad_words_do_not_come_in_by_editing(alice, setting):
    setting("Message_AllowBadWordsFilter", True)
    setting("Message_BadWordsFilterList", "darn")
    assert edits(alice, alice.says(GENERAL, "oh"), "darn")["message"]["msg"] == "****"


def test_what_is_not_there(alice):
    elsewhere = alice.creates_channel("other")
    message = alice.says(GENERAL, "hi")
    refused(edits(alice, "nowhere", "x"), 'No message found with the id of "nowhere".')
    refused(edits(alice, message, "x", elsewhere), "The room id provided does not match where the message is from.")
    assert edits(alice, message, "x").succeeded


def test_whose_messages_one_may_edit(admin, alice, bob, setting):
    room_id = bob.creates_channel("bobs", members=["alice"])
    message = alice.says(room_id, "mine")
    assert edits(alice, message, "still mine", room_id).succeeded
    assert edits(bob, message, "the owner may", room_id).succeeded
    assert edits(admin, message, "so may an administrator", room_id).succeeded
    refused(edits(alice, bob.says(room_id, "bob's"), "x", room_id), NOT_ALLOWED)
    setting("Message_AllowEditing", False)
    refused(edits(alice, message, "not any more", room_id), NOT_ALLOWED)
    assert edits(bob, message, "the owner still may", room_id).succeeded


def test_what_the_room_says_is_worded_by_nobody(admin, alice):
    [joined] = [message for message in alice.reads(GENERAL) if message.get("t") == "uj" and message["msg"] == "alice"]
    for person in (alice, admin):
        refused(edits(person, joined["_id"], "the founder"), NOT_ALLOWED)
    assert joined in alice.reads(GENERAL)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("show", [False, True])
def test_what_was_deleted_does_not_speak_again(alice, setting, keep, show):
    setting("Message_KeepHistory", keep)
    setting("Message_ShowDeletedStatus", show)
    message_id = alice.says(GENERAL, "gone")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=message_id).succeeded
    there = keep or show
    refused(
        edits(alice, message_id, "back"), NOT_ALLOWED if there else f'No message found with the id of "{message_id}".'
    )
    if there:
        assert alice.get("chat.getMessage", msgId=message_id)["message"]["msg"] in {"", "gone"}


def test_who_left_a_group_edits_nothing_there(alice, bob):
    room_id = alice.creates_group("hush", members=["bob"])
    message = bob.says(room_id, "mine")
    assert edits(bob, message, "yes", room_id).succeeded
    assert bob.post("groups.leave", roomId=room_id).succeeded
    refused(edits(bob, message, "no", room_id), NOT_ALLOWED)


def test_editing_ends_after_the_limit_for_everybody(admin, alice, setting, clock):
    setting("Message_AllowEditing_BlockEditInMinutes", 10)
    message = alice.says(GENERAL, "helo")
    clock.advance(minutes=10)
    assert edits(alice, message, "hello").succeeded
    clock.advance(minutes=1)
    refused(edits(alice, message, "hello!"), BLOCKED)
    refused(edits(admin, message, "hello!"), BLOCKED)
    setting("Message_AllowEditing_BlockEditInMinutes", 0)
    assert edits(alice, message, "hello!").succeeded


def test_the_limit_of_length(alice, setting):
    setting("Message_MaxAllowedSize", 5)
    message = alice.says(GENERAL, "1234")
    assert edits(alice, message, "12345").succeeded
    refused(
        edits(alice, message, "123456"), "Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]"
    )


@pytest.mark.parametrize("name", ["roomId", "msgId", "text"])
def test_every_parameter_is_needed_and_a_string(alice, name):
    given = {"roomId": GENERAL, "msgId": alice.says(GENERAL, "hi"), "text": "x"}
    assert alice.post("chat.update", **given).succeeded
    refused(alice.post("chat.update", **{**given, name: None}), f"Match error: Missing key '{name}'")
    refused(
        alice.post("chat.update", **{**given, name: 3}),
        f"Match error: Expected string, got number in field {name}",
    )
