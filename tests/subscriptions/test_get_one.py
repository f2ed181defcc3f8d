"""subscriptions.getOne."""

from tests.refusals import refused


def test_the_whole_subscription(alice, newcomer):
    dora = newcomer("dora", settings={"preferences": {"emailNotificationMode": "nothing"}})
    room_id = alice.creates_group("core", members=["dora"], customFields={"a": 1})
    answer = dora.get("subscriptions.getOne", roomId=room_id)
    held = answer["subscription"]
    assert answer.body == {"subscription": held, "success": True}
    assert (held["rid"], held["t"], held["name"], held["u"]["username"]) == (room_id, "p", "core", "dora")
    assert (held["customFields"], held["emailNotifications"], held["emailPrefOrigin"]) == ({"a": 1}, "nothing", "user")


def test_no_subscription_is_no_error(alice, bob):
    room_id = alice.creates_group("core", members=["bob"])
    assert bob.post("groups.leave", roomId=room_id).succeeded
    for nowhere in (room_id, "nowhere"):
        assert bob.get("subscriptions.getOne", roomId=nowhere).body == {"success": True}


def test_a_room_must_be_named(alice):
    refused(alice.get("subscriptions.getOne"), "The 'roomId' param is required")
    refused(alice.get("subscriptions.getOne", roomId=" "), "The 'roomId' param is required")
