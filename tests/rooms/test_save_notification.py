"""rooms.saveNotification."""

import pytest

from tests.refusals import refused
from tests.workspace import Answer


def saves(person, room_id, /, **notifications) -> Answer:
    return person.post("rooms.saveNotification", roomId=room_id, notifications=notifications)


@pytest.fixture
def room_id(alice, bob) -> str:
    return alice.creates_group("core", members=["bob"])


def test_every_setting(alice, bob, room_id, clock):
    before = bob.subscription(room_id)
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    answer = saves(
        bob,
        room_id,
        desktopNotifications="all",
        mobilePushNotifications="mentions",
        emailNotifications="nothing",
        audioNotifications="all",
        unreadAlert="nothing",
        disableNotifications="1",
        hideUnreadStatus="0",
        muteGroupMentions="1",
        desktopNotificationDuration="2",
        audioNotificationValue="beep",
    )
    assert answer.body == {"success": True}
    held = bob.subscription(room_id)
    assert {name: value for name, value in held.items() if before.get(name) != value and name != "_updatedAt"} == {
        "desktopNotifications": "all",
        "desktopPrefOrigin": "subscription",
        "mobilePushNotifications": "mentions",
        "mobilePrefOrigin": "subscription",
        "emailNotifications": "nothing",
        "emailPrefOrigin": "subscription",
        "audioNotifications": "all",
        "unreadAlert": "nothing",
        "disableNotifications": True,
        "hideUnreadStatus": False,
        "muteGroupMentions": True,
        "desktopNotificationDuration": 2,
        "audioNotificationValue": "beep",
    }
    [changed] = bob.get("subscriptions.get", updatedSince=since)["update"]
    assert (changed["rid"], changed["audioNotificationValue"]) == (room_id, "beep")
    assert "audioNotifications" not in alice.subscription(room_id)


def test_default_is_what_the_user_prefers_everywhere(alice, newcomer):
    dora = newcomer("dora", settings={"preferences": {"desktopNotifications": "mentions"}})
    room_id = alice.creates_group("core", members=["dora"])
    names = ("desktopNotifications", "mobilePushNotifications", "audioNotifications")
    saves(dora, room_id, **dict.fromkeys(names, "nothing"))
    assert saves(dora, room_id, **dict.fromkeys(names, "default")).succeeded
    held = dora.subscription(room_id)
    assert (held["desktopNotifications"], held["desktopPrefOrigin"]) == ("mentions", "user")
    assert held.keys() & {"mobilePushNotifications", "mobilePrefOrigin", "audioNotifications"} == set()


def test_a_push_for_every_message(alice, bob, room_id, worker):
    def pushed_to() -> list[str]:
        worker.effects()
        worker.run(worker.records(alice.says(room_id, "hi")))
        return [effect["user_id"] for effect in worker.effects() if effect["effect"] == "push"]

    assert pushed_to() == []
    saves(bob, room_id, mobilePushNotifications="all")
    assert pushed_to() == [bob.id]
    saves(bob, room_id, mobilePushNotifications="nothing")
    assert pushed_to() == []


def test_an_archived_room_too(alice, bob, room_id):
    assert alice.post("groups.archive", roomId=room_id).succeeded
    assert saves(bob, room_id, unreadAlert="all").succeeded


def test_what_stands_before_a_mistake_is_saved(bob, room_id):
    refused(
        saves(bob, room_id, unreadAlert="all", nothing="1", disableNotifications="1"),
        "Invalid settings field [error-invalid-settings]",
    )
    held = bob.subscription(room_id)
    assert (held["unreadAlert"], "disableNotifications" in held) == ("all", False)


@pytest.mark.parametrize(
    "name", ["desktopNotifications", "mobilePushNotifications", "emailNotifications", "audioNotifications"]
)
def test_only_one_of_four(bob, room_id, name):
    refused(saves(bob, room_id, **{name: "sometimes"}), "Invalid settings value [error-invalid-settings]")


@pytest.mark.parametrize("seconds", ["", "soon", "-1", "1000000"])
def test_seconds_are_a_number(bob, room_id, seconds):
    answer = saves(bob, room_id, desktopNotificationDuration=seconds)
    refused(answer, "Invalid settings value [error-invalid-settings]")


def test_only_texts(bob, room_id):
    refused(saves(bob, room_id, desktopNotificationDuration=2), "Match error: Expected string, got number")


def test_what_is_needed(alice, bob, carol, room_id):
    refused(alice.post("rooms.saveNotification", notifications={}), "The 'roomId' param is required")
    for nothing in ({}, {"notifications": None}, {"notifications": {}}):
        answer = alice.post("rooms.saveNotification", roomId=room_id, **nothing)
        refused(answer, "The 'notifications' param is required")
    for where in (room_id, "nowhere"):
        answer = saves(carol, where, unreadAlert="all")
        refused(answer, "Invalid subscription [error-invalid-subscription]")
