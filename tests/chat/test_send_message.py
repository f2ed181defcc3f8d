"""chat.sendMessage."""

from typing import Any

import pytest

from tests.refusals import refused
from tests.workspace import Answer, Person

GENERAL = "GENERAL"
TOO_LONG = "Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]"


def sends(person: Person, **message: Any) -> Answer:
    return person.post("chat.sendMessage", message={"rid": GENERAL, **message})


def test_the_message_is_stored_as_it_was_written(alice):
    answer = sends(alice, msg="  hi  ")
    message = answer["message"]
    assert answer.body == {"message": message, "success": True}
    assert message == {
        "_id": message["_id"],
        "rid": GENERAL,
        "msg": "  hi  ",
        "md": [{"type": "PARAGRAPH", "value": [{"type": "PLAIN_TEXT", "value": "  hi  "}]}],
        "ts": message["ts"],
        "u": {"_id": alice.id, "username": "alice", "name": "Alice"},
        "mentions": [],
        "channels": [],
        "_updatedAt": message["_updatedAt"],
    }
    assert alice.reads(GENERAL)[0] == message


def test_the_server_says_who_wrote_it(alice, bob):
    message = sends(alice, msg="hi", u={"_id": bob.id, "username": "bob"}, _hidden=True, pinned=True)["message"]
    assert message["u"]["_id"] == alice.id
    assert not {"_hidden", "pinned"} & set(message)


def test_what_may_come_along(alice):
    extra = {
        "alias": "Robot",
        "emoji": ":smirk:",
        "avatar": "https://example.org/a.png",
        "groupable": False,
        "parseUrls": False,
        "tshow": True,
        "bot": {"i": "x"},
        "customFields": {"a": 1},
        "attachments": [{"text": "a"}],
    }
    message = sends(alice, msg="https://example.org", **extra)["message"]
    assert extra.items() <= message.items()
    assert "urls" not in message


@pytest.mark.parametrize("odd", [3, None, ["x"], {"a": 1}, True])
def test_a_text_that_is_none_counts_as_empty(alice, odd):
    assert sends(alice, msg=odd)["message"]["msg"] == ""


def test_the_id_of_the_client_is_kept_and_sending_again_stores_nothing(alice, bob):
    assert sends(alice, _id="from-my-phone", msg="once")["message"]["_id"] == "from-my-phone"
    assert sends(alice, _id="from-my-phone", msg="twice").body == {"success": True}
    assert sends(bob, _id="from-my-phone", msg="stolen").body == {"success": True}
    assert [m["msg"] for m in alice.reads(GENERAL) if m["_id"] == "from-my-phone"] == ["once"]
    assert [m["msg"] for m in alice.reads(GENERAL) if m["msg"] in {"twice", "stolen"}] == []
    assert alice.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"]["msg"] == "once"
    assert alice.subscription(GENERAL)["unread"] == 0


def test_ids_that_are_none(alice):
    for wrong in ("", "x" * 129, "ü" * 65):
        refused(sends(alice, _id=wrong, msg="hi"), "Match error: Failed Match.Where validation in field _id")
    assert sends(alice, _id="x" * 128, msg="hi").succeeded


def test_the_message_and_its_room_must_be_given(alice):
    missing = 'The "message" parameter must be provided. [error-invalid-params]'
    refused(alice.post("chat.sendMessage", text="hi"), missing)
    refused(alice.post("chat.sendMessage", message="hi"), missing)
    refused(alice.post("chat.sendMessage", message=[]), missing)
    for message in ({}, {"msg": "hi"}, {"rid": "", "msg": "hi"}):
        refused(alice.post("chat.sendMessage", message=message), "The 'rid' property on the message object is missing.")


def test_only_ids_name_the_room_and_only_those_who_see_it_write(alice, bob):
    group = alice.creates_group("hush")
    assert sends(alice, rid=group, msg="hi").succeeded
    refused(sends(bob, rid=group, msg="hi"), "error-not-allowed")
    for rid in ("general", "#general", "@bob", "nowhere", "x" * 5000):
        refused(sends(alice, rid=rid, msg="hi"), "error-not-allowed")


def test_a_channel_takes_messages_of_those_who_only_look_on(alice, bob):
    room_id = alice.creates_channel("open")
    assert sends(bob, rid=room_id, msg="hi").succeeded
    assert bob.subscription(room_id) == {}
    assert alice.get("channels.info", roomId=room_id)["channel"]["usersCount"] == 1


def test_the_time_of_the_client(alice, clock):
    from datetime import timedelta

    def at(seconds):
        return clock.text_of(clock.now() + timedelta(seconds=seconds))

    for near in (-8, 8):
        ts = at(near)
        assert sends(alice, msg="near", ts=ts)["message"]["ts"] == ts
        ts = at(near)
        as_date = {"$date": clock.milliseconds(ts)}
        assert sends(alice, msg="near", ts=as_date)["message"]["ts"] == ts
    for off in (-40, 40):
        ts = at(off)
        message = sends(alice, msg="off", ts=ts)["message"]
        assert message["ts"] != ts
        assert abs(clock.parse(message["ts"]) - clock.now()) < timedelta(seconds=10)
    for far in (-70, 70, -1e8):
        refused(sends(alice, msg="far", ts=at(far)), "Message timestamp is out of sync [error-message-ts-out-of-sync]")
    for none in ("yesterday", [], {}, True, "9" * 30, {"$date": None}):
        refused(sends(alice, msg="odd", ts=none), "Match error: Expected date in field ts")


def test_the_limit_counts_here_too(alice, setting):
    setting("Message_MaxAllowedSize", 5)
    assert sends(alice, msg="12345").succeeded
    refused(sends(alice, msg="123456"), TOO_LONG)


def test_system_types_are_ours(alice):
    refused(sends(alice, msg="hi", t="uj"), "Cannot send system messages using 'chat.sendMessage'")
    assert sends(alice, msg="hi", t="").succeeded


def test_a_reply_goes_where_its_thread_is(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    parent = alice.says(room_id, "topic")
    reply = sends(bob, rid=GENERAL, tmid=parent, msg="reply")["message"]
    assert (reply["rid"], reply["tmid"]) == (room_id, parent)
    nested = sends(alice, tmid=reply["_id"], msg="reply to the reply")["message"]
    assert (nested["rid"], nested["tmid"]) == (room_id, parent)
    told = alice.get("chat.getMessage", msgId=parent)["message"]
    assert (told["tcount"], told["tlm"]) == (2, nested["ts"])
    assert told["replies"] == sorted([alice.id, bob.id])
    assert "tcount" not in alice.get("chat.getMessage", msgId=reply["_id"])["message"]


def test_a_reply_is_no_ordinary_message(alice, bob, carol, setting):
    setting("Unread_Count", "all_messages")
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    for reader in (bob, carol):
        assert reader.post("subscriptions.read", rid=room_id).succeeded
    parent = alice.says(room_id, "topic")
    sends(bob, tmid=parent, msg="reply")
    assert carol.subscription(room_id)["unread"] == 1
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room["msgs"], room["lastMessage"]["msg"]) == (2, "reply")


def test_what_was_deleted_begins_no_thread(alice, bob, setting):
    setting("Message_KeepHistory", True)
    parent = alice.says(GENERAL, "gone")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=parent).succeeded
    refused(sends(bob, tmid=parent, msg="reply"), "Invalid message [error-invalid-message]")
    refused(bob.posts(GENERAL, "reply", tmid=parent), "Invalid message [error-invalid-message]")


def test_threads_may_be_switched_off(alice, setting):
    parent = alice.says(GENERAL, "topic")
    assert sends(alice, tmid=parent, msg="reply").succeeded
    setting("Threads_enabled", False)
    refused(sends(alice, tmid=parent, msg="reply"), "not-allowed [error-not-allowed]")
    assert sends(alice, msg="hi").succeeded


def test_a_reply_to_nothing_or_to_what_one_may_not_see(alice, bob):
    hidden = alice.says(alice.creates_group("hush"), "topic")
    for parent in (hidden, "nowhere"):
        refused(sends(bob, tmid=parent, msg="reply"), "Invalid message [error-invalid-message]")


@pytest.mark.parametrize("mark", ["blocked", "blocker"])
def test_a_direct_room_that_one_side_blocked(alice, bob, mark):
    from pimentachat.store import memberships
    from pimentachat.store.items import dump

    room_id = alice.opens_direct_room(bob)
    assert sends(alice, rid=room_id, msg="hi").succeeded
    held = memberships.find(alice.id, room_id)
    assert held
    # im.blockUser comes with a later issue.
    memberships.update(held, doc=dump({**held.preferences, mark: True}))
    refused(sends(alice, rid=room_id, msg="hi"), "room_is_blocked")
    refused(alice.posts(room_id, "hi"), "room_is_blocked")


def test_who_may_not_write(alice, bob, carol):
    from pimentachat.store import rooms as room_store

    room_id = alice.creates_channel("team", members=["bob", "carol"])
    room_store.change(room_id, lambda room: room.model_copy(update={"muted": ["bob"]}))
    refused(sends(bob, rid=room_id, msg="hi"), "You_have_been_muted")
    assert sends(carol, rid=room_id, msg="hi").succeeded
    room_store.change(room_id, lambda room: room.model_copy(update={"ro": True, "muted": None, "unmuted": ["carol"]}))
    refused(sends(bob, rid=room_id, msg="hi"), "You can't send messages because the room is readonly.")
    assert sends(carol, rid=room_id, msg="hi").succeeded
    assert sends(alice, rid=room_id, msg="hi").succeeded


@pytest.mark.parametrize(("field", "wrong"), [("rid", 3), ("alias", []), ("bot", "x"), ("_id", 7), ("t", True)])
def test_fields_of_the_wrong_type(alice, field, wrong):
    answer = sends(alice, msg="hi", **{field: wrong})
    assert answer.status == 400
    assert "message" not in answer.body


def test_naming_everybody_follows_the_same_rules(alice, bob, grant):
    room_id = alice.creates_channel("mine", members=["bob"])
    grant("mention-all", "owner")
    assert sends(alice, rid=room_id, msg="@all hi").succeeded
    refused(sends(bob, rid=room_id, msg="@all hi"), "Notify all in this room not allowed [error-action-not-allowed]")


def test_the_real_name_as_alias(alice, newcomer, setting):
    nameless = newcomer("nina", name=None)
    setting("Message_SetNameToAliasEnabled", True)
    assert sends(alice, msg="hi")["message"]["alias"] == "Alice"
    assert sends(alice, msg="hi", alias="Robot")["message"]["alias"] == "Robot"
    assert alice.posts(GENERAL, "hi")["message"]["alias"] == "Alice"
    assert alice.posts(GENERAL, "hi", alias="Robot")["message"]["alias"] == "Robot"
    assert "alias" not in sends(nameless, msg="hi")["message"]
    setting("Message_SetNameToAliasEnabled", False)
    assert "alias" not in sends(alice, msg="hi")["message"]
