"""chat.starMessage, chat.unStarMessage, chat.getStarredMessages, chat.getMentionedMessages."""

import pytest

from tests.refusals import refused

NOT_FOUND = 'The provided "messageId" does not match any existing message. [error-message-not-found]'
GENERAL = "GENERAL"


def star(person, message_id):
    return person.post("chat.starMessage", messageId=message_id)


def listed(person, verb, room_id=GENERAL, **page):
    answer = person.get(f"chat.{verb}", roomId=room_id, **page)
    assert answer.succeeded, answer.text
    return answer.body


def ids(body):
    return [message["_id"] for message in body["messages"]]


def test_a_star_is_seen_by_who_made_it(alice, bob):
    message_id = alice.says(GENERAL, "hi")
    for _ in range(2):
        assert star(bob, message_id).body == {"success": True}
        assert bob.get("chat.getMessage", msgId=message_id)["message"]["starred"] == [{"_id": bob.id}]
        assert "starred" not in alice.get("chat.getMessage", msgId=message_id)["message"]
    assert bob.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"]["starred"] == [{"_id": bob.id}]
    assert "starred" not in alice.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"]
    assert ids(listed(bob, "getStarredMessages")) == [message_id]
    assert listed(alice, "getStarredMessages")["total"] == 0
    for _ in range(2):
        assert bob.post("chat.unStarMessage", messageId=message_id).body == {"success": True}
        assert "starred" not in bob.get("chat.getMessage", msgId=message_id)["message"]
        assert "starred" not in bob.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"]
        assert listed(bob, "getStarredMessages")["total"] == 0


def test_stars_are_listed_page_by_page_in_either_order(alice):
    some = [alice.says(GENERAL, f"{number}") for number in range(4)]
    for message_id in (some[2], some[0], some[3]):
        assert star(alice, message_id).succeeded
    assert ids(listed(alice, "getStarredMessages")) == [some[3], some[2], some[0]]
    page = listed(alice, "getStarredMessages", count=2, offset=1, sort='{"ts": 1}')
    assert (ids(page), page["count"], page["offset"], page["total"]) == ([some[2], some[3]], 2, 1, 3)
    by_text = listed(alice, "getStarredMessages", sort='{"msg": 1}')
    assert ids(by_text) == [some[0], some[2], some[3]]


def test_what_is_deleted_is_not_listed(alice, bob):
    message_id = alice.says(GENERAL, "hi @bob")
    assert star(bob, message_id).succeeded
    assert star(alice, message_id).succeeded
    assert alice.post("chat.delete", roomId=GENERAL, msgId=message_id).succeeded
    for verb in ("getStarredMessages", "getMentionedMessages"):
        assert (listed(bob, verb)["messages"], listed(bob, verb)["total"]) == ([], 0)


def test_a_message_that_many_starred_goes_whole(alice, bob):
    from pimentachat.store import messages as message_store
    from pimentachat.store import table

    message_id = alice.says(GENERAL, "hi")
    held = message_store.find(message_id)
    assert held
    for number in range(60):
        assert message_store.star(held, f"user{number}")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=message_id).succeeded
    left = [item for number in range(60) for item in table.query("messages", f"STARS#user{number}#{GENERAL}")]
    assert left == []


def test_a_message_takes_a_thousand_stars(alice, bob, monkeypatch):
    from pimentachat.store import messages as message_store

    monkeypatch.setattr(message_store, "STARS_MOST", 1)
    message_id = alice.says(GENERAL, "hi")
    assert star(alice, message_id).succeeded
    too_many = "A message takes at most 1 stars, and a thread as many followers [error-too-many-stars]"
    refused(star(bob, message_id), too_many)
    assert star(alice, message_id).succeeded


def test_starring_may_be_switched_off(alice, setting):
    message_id = alice.says(GENERAL, "hi")
    setting("Message_AllowStarring", False)
    for verb in ("chat.starMessage", "chat.unStarMessage"):
        refused(alice.post(verb, messageId=message_id), "Message starring not allowed [error-action-not-allowed]")
    setting("Message_AllowStarring", True)
    assert star(alice, message_id).succeeded


def test_the_message_must_be_named_and_seen(alice, bob):
    secret = alice.says(alice.creates_group("secret"), "psst")
    for verb in ("chat.starMessage", "chat.unStarMessage"):
        for body in ({}, {"messageId": " "}):
            missing = 'The required "messageId" param is required. [error-messageid-param-not-provided]'
            refused(bob.post(verb, body), missing)
        for message_id in ("nowhere", secret):
            refused(bob.post(verb, messageId=message_id), NOT_FOUND)


def test_who_is_no_member_stars_nothing(alice, bob):
    room_id = alice.creates_channel("garden")
    message_id = alice.says(room_id, "hi")
    assert star(bob, message_id).succeeded
    assert "starred" not in bob.get("chat.getMessage", msgId=message_id)["message"]
    assert listed(bob, "getStarredMessages", room_id)["total"] == 0


def test_mentions_by_name_are_listed(alice, bob, setting):
    first = alice.says(GENERAL, "@bob look")
    alice.says(GENERAL, "@all look")
    second = alice.says(GENERAL, "over there, @bob")
    third = alice.says(GENERAL, "nothing yet")
    assert ids(listed(bob, "getMentionedMessages")) == [second, first]
    page = listed(bob, "getMentionedMessages", count=1, offset=1)
    assert (ids(page), page["total"]) == ([first], 2)
    assert listed(alice, "getMentionedMessages")["total"] == 0
    for message_id, text in ((third, "@bob here"), (first, "never mind")):
        assert alice.post("chat.update", roomId=GENERAL, msgId=message_id, text=text).succeeded
    assert ids(listed(bob, "getMentionedMessages")) == [third, second]


def test_mentions_in_a_message_of_ones_own_id_are_listed(alice, bob):
    sent = {"rid": GENERAL, "_id": "mine", "msg": "@bob hi"}
    assert alice.post("chat.sendMessage", message=sent).succeeded
    assert ids(listed(bob, "getMentionedMessages")) == ["mine"]


@pytest.mark.parametrize("verb", ["getStarredMessages", "getMentionedMessages"])
def test_the_lists_are_for_those_who_may_read(alice, bob, verb):
    room_id = alice.creates_group("secret", members=["bob"])
    message_id = alice.says(room_id, "psst @bob")
    assert star(bob, message_id).succeeded
    assert listed(bob, verb, room_id)["total"] == 1
    assert alice.post("groups.kick", roomId=room_id, userId=bob.id).succeeded
    refused(bob.get(f"chat.{verb}", roomId=room_id), "Not allowed [error-not-allowed]")
    missing = 'The required "roomId" query param is missing. [error-roomId-param-not-provided]'
    refused(bob.get(f"chat.{verb}"), missing)
