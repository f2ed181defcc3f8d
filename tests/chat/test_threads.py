"""chat.getThreadsList, chat.getThreadMessages, chat.followMessage, chat.unfollowMessage."""

import pytest

from tests.refusals import refused

DISABLED = "not-allowed [error-not-allowed]"


@pytest.fixture
def garden(alice, bob):
    return alice.creates_channel("garden", members=["bob"])


def threads(person, room_id, **query):
    answer = person.get("chat.getThreadsList", rid=room_id, **query)
    assert answer.succeeded, answer.text
    return answer.body


def names(body):
    return [thread["msg"] for thread in body["threads"]]


@pytest.fixture
def three(alice, bob, garden):
    """Ids of the first messages of three threads, of which `roses` was answered last."""
    begun = {text: alice.says(garden, text) for text in ("roses", "lawn", "pond")}
    alice.says(garden, "no thread")
    for text in ("lawn", "pond", "roses"):
        bob.says(garden, f"about the {text}", tmid=begun[text])
    return begun


def test_the_thread_answered_last_comes_first(alice, garden, three):
    listed = threads(alice, garden)
    assert names(listed) == ["roses", "pond", "lawn"]
    assert (listed["count"], listed["offset"], listed["total"]) == (3, 0, 3)
    assert [(each["tcount"], len(each["replies"])) for each in listed["threads"]] == [(1, 2)] * 3
    page = threads(alice, garden, count=1, offset=1)
    assert (names(page), page["total"]) == (["pond"], 3)


def test_other_orders_filters_and_fields(alice, garden, three):
    assert names(threads(alice, garden, sort='{"ts": 1}')) == ["roses", "lawn", "pond"]
    assert names(threads(alice, garden, query='{"msg": "lawn"}')) == ["lawn"]
    assert threads(alice, garden, fields='{"msg": 1}', count=1)["threads"] == [{"_id": three["roses"], "msg": "roses"}]


def test_by_text_by_following_and_by_unread(alice, bob, garden, three, deliver):
    assert names(threads(bob, garden, text="ROSE")) == ["roses"]
    assert bob.post("chat.unfollowMessage", mid=three["lawn"]).succeeded
    assert names(threads(bob, garden, type="following")) == ["roses", "pond"]
    deliver()
    assert names(threads(alice, garden, type="unread")) == ["roses", "pond", "lawn"]
    assert names(threads(bob, garden, type="unread")) == []
    assert alice.post("chat.unfollowMessage", mid=three["pond"]).succeeded
    assert names(threads(alice, garden, type="unread")) == ["roses", "lawn"]


def test_a_thread_without_replies_is_none(alice, bob, garden, three):
    [reply] = bob.get("chat.getThreadMessages", tmid=three["lawn"])["messages"]
    assert bob.post("chat.delete", roomId=garden, msgId=reply["_id"]).succeeded
    assert names(threads(alice, garden)) == ["roses", "pond"]
    assert alice.post("chat.delete", roomId=garden, msgId=three["pond"]).succeeded
    assert names(threads(alice, garden)) == ["roses"]
    bob.says(garden, "once more", tmid=three["lawn"])
    assert names(threads(alice, garden)) == ["lawn", "roses"]


def test_replies_are_listed_oldest_first(alice, bob, garden):
    parent = alice.says(garden, "topic")
    some = [bob.says(garden, f"{number}", tmid=parent) for number in range(3)]
    listed = alice.get("chat.getThreadMessages", tmid=parent).body
    assert [message["_id"] for message in listed["messages"]] == some
    assert (listed["count"], listed["offset"], listed["total"]) == (3, 0, 3)
    page = alice.get("chat.getThreadMessages", tmid=parent, count=1, offset=1)
    assert ([message["_id"] for message in page["messages"]], page["total"]) == ([some[1]], 3)
    newest = alice.get("chat.getThreadMessages", tmid=parent, sort='{"ts": -1}')["messages"]
    assert [message["_id"] for message in newest] == some[::-1]
    assert bob.post("chat.delete", roomId=garden, msgId=some[1]).succeeded
    left = alice.get("chat.getThreadMessages", tmid=parent).body
    assert ([message["msg"] for message in left["messages"]], left["total"]) == (["0", "2"], 2)


def test_the_parent_counts_its_replies(alice, bob, garden):
    parent = alice.says(garden, "topic")
    first = bob.posts(garden, "first", tmid=parent)["message"]
    second = bob.posts(garden, "second", tmid=parent)["message"]
    held = alice.get("chat.getMessage", msgId=parent)["message"]
    assert (held["tcount"], held["tlm"], set(held["replies"])) == (2, second["ts"], {alice.id, bob.id})
    for reply in (first, second):
        assert bob.post("chat.delete", roomId=garden, msgId=reply["_id"]).succeeded
    held = alice.get("chat.getMessage", msgId=parent)["message"]
    assert not {"tcount", "tlm", "replies"} & held.keys()


def test_a_reply_that_is_gone_is_never_counted_later(alice, bob, garden):
    """The worker may come to count a reply at the very moment at which it is deleted."""
    from pimentachat.store import messages as message_store

    parent = alice.says(garden, "topic")
    reply = message_store.find(bob.says(garden, "first", tmid=parent))
    assert reply
    assert bob.post("chat.delete", roomId=garden, msgId=reply.id).succeeded
    before = message_store.find(parent)
    assert before
    assert not message_store.add_reply(before, reply)
    other = message_store.find(bob.says(garden, "never counted"))
    assert other
    message_store.remove_reply(before, other)
    assert not message_store.add_reply(before, other)


def test_a_reply_while_the_last_one_is_deleted_keeps_the_thread_listed(alice, bob, garden):
    """Who replies has seen a thread, which ends at the very moment."""
    from pimentachat.store import messages as message_store

    parent = alice.says(garden, "topic")
    first = bob.says(garden, "first", tmid=parent)
    seen = message_store.find(parent)
    assert seen
    assert bob.post("chat.delete", roomId=garden, msgId=first).succeeded
    assert names(threads(alice, garden)) == []
    reply = message_store.find(bob.says(garden, "second"))
    assert reply
    assert message_store.add_reply(seen, reply)
    assert [(each["msg"], each["tcount"]) for each in threads(alice, garden)["threads"]] == [("topic", 1)]


def test_a_reply_that_comes_late_does_not_move_the_thread_back(alice, bob, garden, three):
    from pimentachat.store import messages as message_store

    late = message_store.find(bob.says(garden, "late"))
    parent = message_store.find(three["lawn"])
    assert late
    assert parent
    bob.says(garden, "newer", tmid=three["lawn"])
    bob.says(garden, "newest", tmid=three["pond"])
    assert names(threads(alice, garden))[:2] == ["pond", "lawn"]
    assert message_store.add_reply(parent, late)
    assert names(threads(alice, garden)) == ["pond", "lawn", "roses"]


def test_who_follows_is_told(alice, bob, carol, garden, deliver):
    assert carol.post("channels.join", roomId=garden).succeeded
    parent = alice.says(garden, "topic")
    reply = bob.says(garden, "first", tmid=parent)
    for _ in range(2):
        # Of a reply, too: it is the thread that is followed.
        assert carol.post("chat.followMessage", mid=reply).body == {"success": True}
    assert set(alice.get("chat.getMessage", msgId=parent)["message"]["replies"]) == {alice.id, bob.id, carol.id}
    assert alice.post("chat.unfollowMessage", mid=parent).body == {"success": True}
    bob.says(garden, "second", tmid=parent)
    deliver()
    assert carol.subscription(garden)["tunread"] == [parent]
    held = alice.get("chat.getMessage", msgId=parent)["message"]
    assert set(held["replies"]) == {bob.id, carol.id}
    assert carol.post("chat.unfollowMessage", mid=parent).succeeded
    assert "tunread" not in carol.subscription(garden)


def test_threads_may_be_switched_off(alice, garden, setting, three):
    setting("Threads_enabled", False)
    refused(alice.get("chat.getThreadsList", rid=garden), "Threads Disabled [error-not-allowed]")
    for verb in ("chat.followMessage", "chat.unfollowMessage"):
        refused(alice.post(verb, mid=three["lawn"]), DISABLED)


def test_what_must_be_named(alice):
    refusals = {
        "chat.getThreadsList": 'The required "rid" query param is missing.',
        "chat.followMessage": 'The required "mid" body param is missing.',
        "chat.unfollowMessage": 'The required "mid" body param is missing.',
    }
    for verb, text in refusals.items():
        answer = alice.get(verb) if "get" in verb else alice.post(verb)
        assert (answer.status, answer.error, answer.error_type) == (400, f"[{text}]", text)
    missing = 'The required "tmid" query param is missing. [error-invalid-params]'
    refused(alice.get("chat.getThreadMessages"), missing)


def test_only_those_who_may_read(alice, bob):
    room_id = alice.creates_group("secret")
    parent = alice.says(room_id, "psst")
    alice.says(room_id, "more", tmid=parent)
    refused(bob.get("chat.getThreadsList", rid=room_id), "Not Allowed [error-not-allowed]")
    for message_id in (parent, "nowhere"):
        refused(bob.get("chat.getThreadMessages", tmid=message_id), "Invalid Message [error-invalid-message]")
        for verb in ("chat.followMessage", "chat.unfollowMessage"):
            refused(bob.post(verb, mid=message_id), "Invalid message [error-invalid-message]")
    assert threads(alice, room_id)["total"] == 1


def test_many_replies_are_freed_by_a_job(alice, bob, garden, deliver, monkeypatch):
    from pimentachat.services.after import jobs
    from pimentachat.services.messages import deleting

    monkeypatch.setattr(deleting, "_FREED_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "_AT_ONCE", 2)
    for count in (2, 5):
        parent = alice.says(garden, "topic")
        some = [bob.says(garden, f"{number}", tmid=parent) for number in range(count)]
        assert alice.post("chat.delete", roomId=garden, msgId=parent).succeeded
        told = [bob.get("chat.getMessage", msgId=message_id)["message"] for message_id in some]
        assert ["tmid" in message for message in told] == [count > 2] * count
        deliver()
        told = [bob.get("chat.getMessage", msgId=message_id)["message"] for message_id in some]
        assert not any("tmid" in message for message in told)
        # Each may go on by itself.
        assert bob.posts(garden, "reply", tmid=some[0]).succeeded
        assert bob.get("chat.getMessage", msgId=some[0])["message"]["tcount"] == 1
