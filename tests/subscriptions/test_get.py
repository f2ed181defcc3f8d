"""subscriptions.get."""

from datetime import timedelta

import pytest

from tests.refusals import refused

FIELDS = {
    "_id", "t", "ts", "ls", "name", "fname", "rid", "code", "f", "u", "open", "alert", "roles", "unread", "prid",
    "userMentions", "groupMentions", "archived", "audioNotifications", "audioNotificationValue",
    "desktopNotifications", "desktopNotificationDuration", "mobilePushNotifications", "emailNotifications",
    "unreadAlert", "_updatedAt", "blocked", "blocker", "autoTranslate", "autoTranslateLanguage",
    "disableNotifications", "hideUnreadStatus", "muteGroupMentions", "ignored", "E2EKey", "tunread",
}  # fmt: skip


def changes(person, **params):
    answer = person.get("subscriptions.get", **params)
    assert answer.succeeded, answer.text
    return answer.body


def changed(person, **params) -> list[str]:
    return sorted(each["rid"] for each in changes(person, **params)["update"])


@pytest.fixture
def later(clock):
    """Returns an instant that lies after everything before and before everything after."""

    def pass_by() -> str:
        clock.advance(seconds=1)
        now = clock.now_text()
        clock.advance(seconds=1)
        return now

    return pass_by


def test_every_room_the_caller_is_in(alice, bob, carol):
    rooms = [
        alice.creates_channel("team"),
        bob.creates_group("core", members=["alice"]),
        alice.opens_direct_room(carol),
    ]
    bob.creates_channel("other")
    answer = changes(alice)
    assert answer["remove"] == []
    assert sorted(each["rid"] for each in answer["update"]) == sorted(["GENERAL", *rooms])
    for each in answer["update"]:
        assert each.keys() <= FIELDS
        whole = alice.subscription(each["rid"])
        assert each == {name: value for name, value in whole.items() if name in FIELDS}


def test_new_users_find_general_as_news(alice):
    [general] = changes(alice)["update"]
    assert (general["rid"], general["name"], general["open"], general["alert"]) == ("GENERAL", "general", True, True)
    assert (general["unread"], general["userMentions"], general["groupMentions"]) == (1, 1, 0)


def test_fields_that_are_kept_to_ourselves(alice, newcomer):
    dora = newcomer("dora", settings={"preferences": {"desktopNotifications": "all"}})
    room_id = alice.creates_channel("team", members=["dora"], customFields={"a": 1})
    [held] = [each for each in changes(dora)["update"] if each["rid"] == room_id]
    assert held["desktopNotifications"] == "all"
    assert "desktopPrefOrigin" not in held
    assert "customFields" not in held


def test_what_changed_since(alice, bob, later):
    room_id = alice.creates_channel("team", members=["bob"])
    direct = alice.opens_direct_room(bob)
    since = later()
    assert changed(bob, updatedSince=since) == []
    alice.says(room_id, "hi")
    assert changed(bob, updatedSince=since) == [room_id]
    since = later()
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert changed(bob, updatedSince=since) == [room_id]
    assert changed(alice, updatedSince=since) == []
    since = later()
    assert alice.post("channels.rename", roomId=room_id, name="crew").succeeded
    assert changed(bob, updatedSince=since) == [room_id]
    since = later()
    bob.says(direct, "hi")
    assert changed(alice, updatedSince=since) == [direct]
    since = later()
    assert alice.post("channels.archive", roomId=room_id).succeeded
    assert changed(bob, updatedSince=since) == changed(alice, updatedSince=since) == [room_id]
    assert changed(bob, updatedSince=later()) == []


def test_roles_count_as_a_change(alice, bob, later):
    room_id = alice.creates_channel("team", members=["bob"])
    since = later()
    assert alice.post("channels.addOwner", roomId=room_id, userId=bob.id).succeeded
    assert changed(bob, updatedSince=since) == [room_id]


def test_a_reopened_room_counts_as_a_change(alice, bob, later):
    room_id = alice.opens_direct_room(bob)
    since = later()
    bob.opens_direct_room(alice)
    assert changed(bob, updatedSince=since) == [room_id]


def test_what_was_removed_since(alice, bob, deliver, later, clock):
    left = alice.creates_channel("left", members=["bob"])
    kicked = alice.creates_group("kicked", members=["bob"])
    deleted = alice.creates_channel("deleted", members=["bob"])
    before = alice.creates_channel("before", members=["bob"])
    ids = {room_id: bob.subscription(room_id)["_id"] for room_id in (left, kicked, deleted, before)}
    assert bob.post("channels.leave", roomId=before).succeeded
    since = later()
    assert changes(bob, updatedSince=since)["remove"] == []
    assert bob.post("channels.leave", roomId=left).succeeded
    assert alice.post("groups.kick", roomId=kicked, userId=bob.id).succeeded
    assert alice.post("channels.delete", roomId=deleted).succeeded
    deliver()
    answer = changes(bob, updatedSince=since)
    assert answer["update"] == []
    assert {each["_id"] for each in answer["remove"]} == {ids[left], ids[kicked], ids[deleted]}
    assert all(since < each["_deletedAt"] <= clock.now_text() for each in answer["remove"])
    assert changes(bob)["remove"] == []
    # Alice was only in the room that is gone, and still is in the others.
    assert len(changes(alice, updatedSince=since)["remove"]) == 1
    assert changes(bob, updatedSince=later())["remove"] == []


def test_who_is_back_was_not_removed(alice, bob, later):
    room_id = alice.creates_channel("team", members=["bob"])
    since = later()
    assert bob.post("channels.leave", roomId=room_id).succeeded
    assert bob.post("channels.join", roomId=room_id).succeeded
    answer = changes(bob, updatedSince=since)
    assert ([each["rid"] for each in answer["update"]], answer["remove"]) == ([room_id], [])


def test_removals_are_forgotten_after_thirty_days(alice, bob, clock):
    room_id = alice.creates_channel("team", members=["bob"])
    assert bob.post("channels.leave", roomId=room_id).succeeded
    clock.advance(days=29)
    assert len(changes(bob, updatedSince="2019-01-01")["remove"]) == 1
    clock.advance(days=2)
    assert changes(bob, updatedSince="2019-01-01")["remove"] == []


def test_what_is_no_date(alice):
    refused(
        alice.get("subscriptions.get", updatedSince="yesterday"),
        'The "lastUpdate" query parameter must be a valid date. [error-roomId-param-invalid]',
    )


def test_changes_since_a_moment_have_messages_of_slow_clocks(alice, bob, clock):
    room_id = alice.creates_channel("team", members=["bob"])
    clock.advance(seconds=20)
    seen = clock.now_text()
    clock.advance(seconds=1)
    earlier = clock.text_of(clock.now() - timedelta(seconds=9))
    sent = alice.post("chat.sendMessage", message={"rid": room_id, "msg": "hi", "ts": earlier})
    assert sent["message"]["ts"] == earlier < seen
    [changed] = bob.get("subscriptions.get", updatedSince=seen)["update"]
    assert (changed["rid"], changed["alert"]) == (room_id, True)
    assert bob.get("subscriptions.get", updatedSince=changed["_updatedAt"])["update"] == []
