"""What people prefer everywhere, in rooms where they chose nothing: shown, and used for pushes, at once."""

import pytest

from tests.workers.test_pushes import has_phone, ring

__all__ = ["ring"]


@pytest.fixture
def room_id(alice, bob):
    return alice.creates_channel("team", members=["bob"])


def prefers(person, **preferences):
    assert person.post("users.setPreferences", data=preferences).succeeded


def wishes(held):
    return {
        name: held.get(name)
        for name in ("desktopNotifications", "mobilePushNotifications", "emailNotifications", "mobilePrefOrigin")
        if name in held
    }


def test_shown_at_once_in_every_room(bob, room_id):
    assert wishes(bob.subscription(room_id)) == {}
    prefers(bob, desktopNotifications="all", mobileNotifications="nothing", emailNotificationMode="nothing")
    everywhere = {
        "desktopNotifications": "all",
        "mobilePushNotifications": "nothing",
        "emailNotifications": "nothing",
        "mobilePrefOrigin": "user",
    }
    assert wishes(bob.subscription(room_id)) == everywhere
    assert wishes(bob.subscription("GENERAL")) == everywhere
    prefers(bob, desktopNotifications="mentions", mobileNotifications="default")
    assert wishes(bob.subscription(room_id)) == {"desktopNotifications": "mentions", "emailNotifications": "nothing"}


def test_what_began_with_another_preference_follows(alice, bob):
    prefers(bob, mobileNotifications="all")
    room_id = alice.creates_channel("later", members=["bob"])
    assert bob.subscription(room_id)["mobilePushNotifications"] == "all"
    prefers(bob, mobileNotifications="default")
    assert wishes(bob.subscription(room_id)) == {}


def test_what_was_chosen_for_a_room_stays(bob, room_id):
    chosen = {"mobilePushNotifications": "mentions"}
    assert bob.post("rooms.saveNotification", roomId=room_id, notifications=chosen).succeeded
    prefers(bob, mobileNotifications="nothing")
    held = bob.subscription(room_id)
    assert (held["mobilePushNotifications"], held["mobilePrefOrigin"]) == ("mentions", "subscription")


def test_who_syncs_hears_of_it(bob, room_id, clock):
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    prefers(bob, clockMode=2)
    assert bob.get("subscriptions.get", updatedSince=since)["update"] == []
    prefers(bob, desktopNotifications="all")
    changed = bob.get("subscriptions.get", updatedSince=since)["update"]
    assert {each["rid"] for each in changed} == {room_id, "GENERAL"}
    assert all(each["_updatedAt"] > since and each["desktopNotifications"] == "all" for each in changed)


def test_pushes_go_by_it(alice, bob, room_id, ring):
    has_phone(bob)
    alice.says(room_id, "@bob one")
    assert [text for text, _ in ring()] == ["alice: @bob one"]
    prefers(bob, mobileNotifications="nothing")
    alice.says(room_id, "@bob two")
    assert ring() == []
    prefers(bob, mobileNotifications="all")
    ring()
    alice.says(room_id, "three")
    assert [text for text, _ in ring()] == ["alice: three"]
    chosen = {"mobilePushNotifications": "mentions"}
    assert bob.post("rooms.saveNotification", roomId="GENERAL", notifications=chosen).succeeded
    alice.says("GENERAL", "four")
    assert ring() == []
    prefers(bob, mobileNotifications="mentions")
    ring()
    alice.says(room_id, "five")
    alice.says(room_id, "@bob six")
    assert [text for text, _ in ring()] == ["alice: @bob six"]


def test_only_rooms_that_someone_hears_everything_of_know_them(alice, bob, room_id, deliver, monkeypatch):
    from pimentachat.services.after import accounts
    from pimentachat.store import memberships

    def listeners(room_id):
        return [each.user_id for each in memberships.listeners(room_id) if each.every]

    monkeypatch.setattr(accounts, "_AT_ONCE", 1)
    prefers(bob, mobileNotifications="all")
    deliver()
    assert [listeners(each) for each in (room_id, "GENERAL")] == [[bob.id], [bob.id]]
    assert bob.post("channels.leave", roomId=room_id).succeeded
    assert listeners(room_id) == []
    prefers(bob, mobileNotifications="mentions")
    deliver()
    assert listeners("GENERAL") == []
