"""chat.pinMessage, chat.unPinMessage, chat.getPinnedMessages."""

import pytest

from tests.kinds import becomes
from tests.refusals import refused

NOT_FOUND = 'The provided "messageId" does not match any existing message. [error-message-not-found]'
SWITCHED_OFF = "Message pinning not allowed [error-action-not-allowed]"
NO_PERMISSION = "Not Authorized [not-authorized]"


@pytest.fixture
def garden(alice, bob):
    """A channel of alice, who owns it, and bob."""
    return alice.creates_channel("garden", members=["bob"])


def pin(person, message_id):
    return person.post("chat.pinMessage", messageId=message_id)


def pinned(person, room_id, **page):
    answer = person.get("chat.getPinnedMessages", roomId=room_id, **page)
    assert answer.succeeded, answer.text
    return answer.body


def ids(listed):
    return [message["_id"] for message in listed["messages"]]


def test_a_pin_shows_in_the_message_and_the_room_says_so(alice, bob, garden):
    message_id = bob.says(garden, "The roses bloom", attachments=[{"title": "plan", "attachments": [{"text": "x"}]}])
    said = pin(alice, message_id)["message"]
    assert (said["t"], said["msg"], said["groupable"], said["u"]["username"]) == ("message_pinned", "", False, "alice")
    message = bob.get("chat.getMessage", msgId=message_id)["message"]
    assert (message["pinned"], message["pinnedBy"]) == (True, {"_id": alice.id, "username": "alice"})
    assert message["_updatedAt"] >= message["pinnedAt"] > message["ts"]
    [shown] = said["attachments"]
    assert shown == {
        "text": "The roses bloom",
        "author_name": "bob",
        "author_icon": "/avatar/bob",
        "ts": message["ts"],
        "attachments": [{"title": "plan", "attachments": [{"text": "x"}]}],
    }
    room = alice.get("channels.info", roomId=garden)["channel"]
    assert room["msgs"] == 2
    assert room["lastMessage"] == message
    assert alice.reads(garden)[0] == said


def test_without_attachments_there_are_none_inside(alice, garden):
    said = pin(alice, alice.says(garden, "hi"))["message"]
    assert said["attachments"][0]["attachments"] is None


def test_pins_are_listed_newest_first_page_by_page(alice, bob, garden):
    some = [bob.says(garden, f"{number}") for number in range(5)]
    for message_id in (some[3], some[0], some[4]):
        assert pin(alice, message_id).succeeded
    listed = pinned(bob, garden)
    assert ids(listed) == [some[4], some[3], some[0]]
    assert (listed["count"], listed["offset"], listed["total"]) == (3, 0, 3)
    page = pinned(bob, garden, offset=1, count=1)
    assert (ids(page), page["count"], page["offset"], page["total"]) == ([some[3]], 1, 1, 3)
    assert ids(pinned(bob, garden, offset=3)) == []


def test_unpinning_takes_it_off_the_list(alice, bob, garden):
    message_id = bob.says(garden, "hi")
    assert pin(alice, message_id).succeeded
    assert alice.post("chat.unPinMessage", messageId=message_id).body == {"success": True}
    message = bob.get("chat.getMessage", msgId=message_id)["message"]
    assert (message["pinned"], message["pinnedBy"]["username"]) == (False, "alice")
    assert pinned(bob, garden)["total"] == 0
    room = alice.get("channels.info", roomId=garden)["channel"]
    assert (room["msgs"], room["lastMessage"]) == (2, message)


def test_pinning_twice_says_so_twice_and_lists_once(alice, garden):
    message_id = alice.says(garden, "hi")
    first, second = pin(alice, message_id)["message"], pin(alice, message_id)["message"]
    assert first["_id"] != second["_id"]
    assert ids(pinned(alice, garden)) == [message_id]
    assert alice.get("channels.info", roomId=garden)["channel"]["msgs"] == 3


def test_a_room_without_system_messages_says_nothing(alice, garden):
    becomes(garden, sys_mes=False)
    message_id = alice.says(garden, "hi")
    assert pin(alice, message_id)["message"] is False
    assert ids(pinned(alice, garden)) == [message_id]
    assert alice.get("channels.info", roomId=garden)["channel"]["msgs"] == 1


def test_history_may_be_kept(alice, garden, setting):
    setting("Message_KeepHistory", True)
    message_id = alice.says(garden, "hi")
    assert pin(alice, message_id).succeeded
    from pimentachat.store import table

    [item] = table.query("messages", f"HISTORY#{garden}")
    assert f'"parent":"{message_id}"' in item["doc"]


def test_what_is_deleted_or_hidden_is_not_listed(alice, bob, garden, setting):
    gone, hidden, marked = [bob.says(garden, text) for text in ("gone", "hidden", "marked")]
    for message_id in (gone, hidden, marked):
        assert pin(alice, message_id).succeeded
    for message_id, keeps, shows in ((gone, False, False), (hidden, True, False), (marked, False, True)):
        setting("Message_KeepHistory", keeps)
        setting("Message_ShowDeletedStatus", shows)
        assert alice.post("chat.delete", roomId=garden, msgId=message_id).succeeded
    assert (pinned(bob, garden)["messages"], pinned(bob, garden)["total"]) == ([], 0)


def test_who_is_no_member_pins_nothing(alice, admin, garden):
    message_id = alice.says(garden, "hi")
    assert pin(admin, message_id).body == {"message": False, "success": True}
    assert admin.post("chat.unPinMessage", messageId=message_id).succeeded
    assert pinned(alice, garden)["total"] == 0


def test_only_those_with_the_permission(alice, bob, garden):
    message_id = bob.says(garden, "hi")
    for verb in ("chat.pinMessage", "chat.unPinMessage"):
        refused(bob.post(verb, messageId=message_id), NO_PERMISSION)
    assert pin(alice, message_id).succeeded


def test_pinning_may_be_switched_off(alice, garden, setting):
    message_id = alice.says(garden, "hi")
    setting("Message_AllowPinning", False)
    for verb in ("chat.pinMessage", "chat.unPinMessage"):
        refused(alice.post(verb, messageId=message_id), SWITCHED_OFF)
    setting("Message_AllowPinning", True)
    assert pin(alice, message_id).succeeded


def test_the_message_must_be_named_and_seen(alice, bob, garden):
    secret = alice.says(alice.creates_group("secret"), "psst")
    for verb, missing in (("chat.pinMessage", "missing"), ("chat.unPinMessage", "required")):
        error = f'The required "messageId" param is {missing}. [error-messageid-param-not-provided]'
        for body in ({}, {"messageId": " "}):
            refused(bob.post(verb, body), error)
        for message_id in ("nowhere", secret):
            refused(bob.post(verb, messageId=message_id), NOT_FOUND)


def test_nobody_pins_where_nobody_writes(alice, garden):
    message_id = alice.says(garden, "hi")
    assert alice.post("channels.archive", roomId=garden).succeeded
    for verb in ("chat.pinMessage", "chat.unPinMessage"):
        refused(alice.post(verb, messageId=message_id), "room_is_archived")
    assert pinned(alice, garden)["total"] == 0


def test_the_list_is_for_those_who_may_read(alice, bob):
    room_id = alice.creates_group("secret", members=["bob"])
    assert pin(alice, alice.says(room_id, "psst")).succeeded
    assert pinned(bob, room_id)["total"] == 1
    assert alice.post("groups.kick", roomId=room_id, userId=bob.id).succeeded
    refused(bob.get("chat.getPinnedMessages", roomId=room_id), "Not allowed [error-not-allowed]")
    refused(bob.get("chat.getPinnedMessages", roomId="nowhere"), "Not allowed [error-not-allowed]")
    missing = 'The required "roomId" query param is missing. [error-roomId-param-not-provided]'
    refused(alice.get("chat.getPinnedMessages"), missing)
