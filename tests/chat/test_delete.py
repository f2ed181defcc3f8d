"""chat.delete."""

from typing import Any

import pytest

from tests.refusals import refused
from tests.workspace import Answer, File, Person

GENERAL = "GENERAL"
NOT_ALLOWED = "Not allowed [error-action-not-allowed]"
BLOCKED = "Message deleting is blocked [error-message-deleting-blocked]"
NO_FORCE = 'Unauthorized. You must have the permission "force-delete-message" to delete other\'s message as them.'


def deletes(person: Person, message_id: str, room_id: str = GENERAL, **more: Any) -> Answer:
    return person.post("chat.delete", roomId=room_id, msgId=message_id, **more)


def last_message(person: Person, room_id: str = GENERAL) -> Any:
    return person.get("channels.info", roomId=room_id)["channel"].get("lastMessage")


def test_the_message_is_gone(alice, clock):
    from datetime import timedelta

    room_id = alice.creates_channel("team")
    kept = alice.posts(room_id, "kept")["message"]
    gone = alice.says(room_id, "gone")
    answer = deletes(alice, gone, room_id)
    assert answer.body == {
        "_id": gone,
        "ts": answer["ts"],
        "message": {"_id": gone, "rid": room_id, "u": {"_id": alice.id, "username": "alice"}},
        "success": True,
    }
    assert abs(clock.now() - clock.parse(str(answer["ts"]))) < timedelta(seconds=10)
    assert alice.get("chat.getMessage", msgId=gone).body == {"success": False}
    assert [message["msg"] for message in alice.reads(room_id)] == ["kept"]
    assert last_message(alice, room_id) == kept
    # Messages are counted for ever, lists count what there is.
    assert alice.get("channels.info", roomId=room_id)["channel"]["msgs"] == 2
    assert alice.get("channels.messages", roomId=room_id)["total"] == 1
    refused(deletes(alice, gone, room_id), f'No message found with the id of "{gone}".')


def test_what_is_left_last_is_no_system_message(alice, bob):
    room_id = alice.creates_channel("team")
    first = alice.says(room_id, "first")
    assert bob.post("channels.join", roomId=room_id).succeeded
    assert deletes(alice, first, room_id).succeeded
    assert last_message(alice, room_id) is None


def test_an_older_message_leaves_the_last_one_alone(alice):
    older = alice.says(GENERAL, "older")
    newer = alice.posts(GENERAL, "newer")["message"]
    assert deletes(alice, older).succeeded
    assert last_message(alice) == newer


def test_its_trace_is_kept_for_a_month(alice, clock):
    from pimentachat.store import table

    gone = alice.says(GENERAL, "gone")
    assert deletes(alice, gone).succeeded
    [trace] = table.query("messages", f"TRASH#{GENERAL}")
    assert trace["sk"].partition("#")[2] == gone
    assert abs(trace["expires_at"] - clock.epoch_seconds(30 * clock.DAY)) < 60


def test_its_file_goes_too(alice):
    message = alice.upload(f"rooms.upload/{GENERAL}", File("a.txt", b"a"))["message"]
    path = message["attachments"][0]["title_link"]
    assert alice.get(path).status == 302
    assert deletes(alice, message["_id"]).succeeded
    assert alice.get(path).status == 404


def test_it_may_leave_a_mark(alice, bob, setting):
    setting("Message_ShowDeletedStatus", True)
    room_id = alice.creates_channel("team")
    kept = alice.posts(room_id, "kept")["message"]
    gone = alice.posts(room_id, "@alice https://a.example")["message"]
    bob.post("chat.react", messageId=gone["_id"], emoji="smile")
    assert deletes(alice, gone["_id"], room_id).succeeded
    mark = alice.get("chat.getMessage", msgId=gone["_id"])["message"]
    assert gone.pop("md")
    assert mark == {
        **gone,
        "t": "rm",
        "msg": "",
        "urls": [],
        "mentions": [],
        "attachments": [],
        "editedAt": mark["editedAt"],
        "editedBy": {"_id": alice.id, "username": "alice"},
        "_updatedAt": mark["_updatedAt"],
    }
    assert alice.reads(room_id)[0] == mark
    assert last_message(alice, room_id) == kept
    assert alice.get("channels.messages", roomId=room_id)["total"] == 2


def test_history_may_be_kept(alice, setting):
    setting("Message_KeepHistory", True)
    message = alice.upload(f"rooms.upload/{GENERAL}", File("a.txt", b"a"))["message"]
    assert deletes(alice, message["_id"]).succeeded
    kept = alice.get("chat.getMessage", msgId=message["_id"])["message"]
    assert (kept["_hidden"], kept["file"]) == (True, message["file"])
    assert message["_id"] not in [each["_id"] for each in alice.reads(GENERAL)]
    assert alice.get(message["attachments"][0]["title_link"]).status == 404


def test_history_may_be_kept_behind_a_mark(alice, setting):
    from pimentachat.store import table
    from pimentachat.store.items import load

    setting("Message_KeepHistory", True)
    setting("Message_ShowDeletedStatus", True)
    gone = alice.says(GENERAL, "gone")
    assert deletes(alice, gone).succeeded
    assert alice.reads(GENERAL)[0]["t"] == "rm"
    [copy] = [load(item["doc"]) for item in table.query("messages", f"HISTORY#{GENERAL}")]
    assert copy["_hidden"] is True
    assert (copy["parent"], copy["msg"]) == (gone, "gone")


def test_a_reply_leaves_its_thread(alice, bob):
    parent = alice.says(GENERAL, "topic")
    replies = [bob.says(GENERAL, text, tmid=parent) for text in ("one", "two")]
    assert deletes(bob, replies[0]).succeeded
    assert alice.get("chat.getMessage", msgId=parent)["message"]["tcount"] == 1
    assert deletes(bob, replies[1]).succeeded
    assert not {"tcount", "tlm", "replies"} & set(alice.get("chat.getMessage", msgId=parent)["message"])


@pytest.mark.parametrize("marked", [False, True])
def test_without_its_parent_a_reply_is_a_message_of_its_own(alice, bob, setting, marked):
    setting("Message_ShowDeletedStatus", marked)
    parent = alice.says(GENERAL, "topic")
    reply = bob.says(GENERAL, "reply", tmid=parent)
    assert deletes(alice, parent).succeeded
    assert "tmid" not in bob.get("chat.getMessage", msgId=reply)["message"]
    if marked:
        assert "tcount" not in bob.get("chat.getMessage", msgId=parent)["message"]
        bob.says(GENERAL, "reply to the mark", tmid=parent)
        assert bob.get("chat.getMessage", msgId=parent)["message"]["tcount"] == 1


def test_the_message_of_a_discussion_takes_the_discussion_along(alice):
    from pimentachat import clock, ids
    from pimentachat.models.messages import Message, Person
    from pimentachat.store import messages as message_store

    discussion = alice.creates_channel("discussion")
    now = clock.now_text()
    # rooms.createDiscussion comes with a later issue.
    author = Person(alice.id, "alice")
    message = Message(ids.new_id(), GENERAL, now, author, now, type="discussion-created", discussion_id=discussion)
    message_store.add(message)
    assert deletes(alice, message.id).succeeded
    refused(
        alice.get("channels.info", roomId=discussion),
        'The required "roomId" or "roomName" param provided does not match any channel [error-room-not-found]',
    )


def test_what_is_not_there(alice):
    elsewhere = alice.creates_channel("other")
    message = alice.says(GENERAL, "hi")
    refused(deletes(alice, "nowhere"), 'No message found with the id of "nowhere".')
    refused(deletes(alice, message, elsewhere), "The room id provided does not match where the message is from.")
    assert deletes(alice, message).succeeded


def test_whose_messages_one_may_delete(admin, alice, bob, carol, setting):
    room_id = bob.creates_channel("bobs", members=["alice", "carol"])
    for deleter in (alice, bob, admin):
        assert deletes(deleter, alice.says(room_id, "mine"), room_id).succeeded
    message = alice.says(room_id, "mine")
    refused(deletes(carol, message, room_id), NOT_ALLOWED)
    setting("Message_AllowDeleting", False)
    refused(deletes(alice, message, room_id), NOT_ALLOWED)
    assert deletes(bob, message, room_id).succeeded


def test_deleting_as_the_author(alice, bob, carol, grant):
    room_id = bob.creates_channel("bobs", members=["alice", "carol"])
    assert deletes(alice, alice.says(room_id, "mine"), room_id, asUser=True).succeeded
    assert deletes(bob, alice.says(room_id, "not mine"), room_id, asUser=True).succeeded
    message = alice.says(room_id, "not mine")
    refused(deletes(carol, message, room_id, asUser=True), NO_FORCE)
    grant("force-delete-message", "admin")
    refused(deletes(bob, message, room_id, asUser=True), NO_FORCE)
    assert deletes(bob, message, room_id).succeeded


def test_who_left_a_group_deletes_nothing_there(alice, bob):
    room_id = alice.creates_group("hush", members=["bob"])
    message = bob.says(room_id, "mine")
    assert bob.post("groups.leave", roomId=room_id).succeeded
    refused(deletes(bob, message, room_id), NOT_ALLOWED)
    assert deletes(alice, message, room_id).succeeded


def test_deleting_ends_after_the_limit(alice, bob, carol, setting, clock):
    room_id = bob.creates_channel("bobs", members=["alice", "carol"])
    setting("Message_AllowDeleting_BlockDeleteInMinutes", 10)
    messages = [alice.says(room_id, "mine") for _ in range(3)]
    clock.advance(minutes=10)
    assert deletes(alice, messages[0], room_id).succeeded
    clock.advance(minutes=1)
    refused(deletes(alice, messages[1], room_id), BLOCKED)
    # The owner holds force-delete-message.
    assert deletes(bob, messages[1], room_id).succeeded
    setting("Message_AllowDeleting_BlockDeleteInMinutes", 0)
    assert deletes(alice, messages[2], room_id).succeeded


@pytest.mark.parametrize("name", ["roomId", "msgId"])
def test_room_and_message_are_needed(alice, name):
    given = {"roomId": GENERAL, "msgId": alice.says(GENERAL, "hi")}
    refused(alice.post("chat.delete", **{**given, name: None}), f"Match error: Missing key '{name}'")
    refused(
        alice.post("chat.delete", **{**given, "asUser": "yes"}),
        "Match error: Expected boolean, got string in field asUser",
    )
    assert alice.post("chat.delete", **given).succeeded
