"""Followers of threads, and people mentioned who are not there."""

import pytest

GENERAL = "GENERAL"


def test_who_follows_a_thread_is_told_of_replies(alice, bob, carol, deliver):
    room_id = alice.creates_channel("team", members=["bob", "carol"])
    for person in (bob, carol):
        person.post("subscriptions.read", rid=room_id)
    parent = alice.says(room_id, "topic")
    bob.says(room_id, "first", tmid=parent)
    deliver()
    held = alice.subscription(room_id)
    assert (held["alert"], held["unread"], held["userMentions"], held["tunread"]) == (True, 1, 1, [parent])
    alice.says(room_id, "second", tmid=parent)
    deliver()
    held = bob.subscription(room_id)
    assert (held["unread"], held["userMentions"], held["tunread"]) == (1, 1, [parent])
    assert alice.subscription(room_id)["userMentions"] == 0
    outside = carol.subscription(room_id)
    assert (outside["unread"], outside["userMentions"], outside.get("tunread")) == (0, 0, None)
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    held = bob.subscription(room_id)
    assert (held["alert"], held["unread"], held.get("tunread")) == (False, 0, None)


def test_a_follower_who_is_named_in_the_reply_counts_once(alice, bob, deliver):
    room_id = alice.creates_channel("team", members=["bob"])
    parent = alice.says(room_id, "topic")
    bob.says(room_id, "@alice look", tmid=parent)
    deliver()
    assert alice.subscription(room_id)["userMentions"] == 1


@pytest.mark.parametrize("rule", ["all_messages", "user_and_group_mentions_only"])
def test_a_reply_to_everybody_counts_once_for_a_follower(alice, bob, deliver, setting, rule):
    setting("Unread_Count", rule)
    room_id = alice.creates_channel("team", members=["bob"])
    parent = alice.says(room_id, "topic")
    bob.says(room_id, "@all and @alice look", tmid=parent)
    deliver()
    held = alice.subscription(room_id)
    assert (held["unread"], held["userMentions"], held["groupMentions"], held["tunread"]) == (1, 0, 1, [parent])


def test_who_is_mentioned_in_a_channel_is_joined_to_it(alice, bob, carol, deliver):
    room_id = alice.creates_channel("team")
    alice.says(room_id, "@bob @carol @nobody come in")
    assert bob.subscription(room_id) == {}
    deliver()
    for person in (bob, carol):
        held = person.subscription(room_id)
        assert (held["open"], held["alert"], held["unread"], held["userMentions"]) == (True, True, 1, 1)
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room["usersCount"], room["msgs"]) == (3, 3)
    joined = [message for message in alice.reads(room_id) if message.get("t") == "uj"]
    assert sorted(message["msg"] for message in joined) == ["bob", "carol"]
    deliver()
    assert alice.get("channels.info", roomId=room_id)["channel"]["msgs"] == 3


def test_nobody_is_joined_to_groups_or_direct_rooms(alice, bob, carol, deliver):
    group = alice.creates_group("hush")
    direct = alice.opens_direct_room(bob)
    alice.says(group, "@carol psst")
    alice.says(direct, "@carol psst")
    deliver()
    assert carol.subscription(group) == {}
    assert carol.subscription(direct) == {}
    assert alice.get("groups.info", roomId=group)["group"]["usersCount"] == 1


def test_who_is_deactivated_is_not_joined(alice, bob, deliver):
    from pimentachat.store import users as user_store

    room_id = alice.creates_channel("team")
    assert user_store.change(bob.id, lambda user: user.model_copy(update={"active": False}))
    alice.says(room_id, "@bob come in")
    deliver()
    assert alice.get("channels.info", roomId=room_id)["channel"]["usersCount"] == 1


def test_edits_and_system_messages_join_nobody(alice, bob, deliver):
    room_id = alice.creates_channel("team")
    message = alice.says(room_id, "hi")
    assert alice.post("chat.update", roomId=room_id, msgId=message, text="@bob hi").succeeded
    assert alice.post("channels.setTopic", roomId=room_id, topic="@bob").succeeded
    deliver()
    assert bob.subscription(room_id) == {}
