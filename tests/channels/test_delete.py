"""channels.delete and groups.delete."""

from tests.kinds import CHANNEL, Kind
from tests.refusals import refused
from tests.workspace import File


def test_the_room_is_gone_with_the_answer(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    alice.says(room_id, "hi")
    since = clock.now_text()
    clock.advance(seconds=1)
    assert kind.tries(alice, "delete", roomId=room_id).body == {"success": True}
    refused(bob.get(f"{kind.family}.info", roomId=room_id), kind.not_found)
    refused(bob.get(f"{kind.family}.info", roomName="team"), kind.not_found)
    assert bob.subscription(room_id) == {}
    assert room_id not in [each["rid"] for each in bob.get("subscriptions.get")["update"]]
    assert room_id not in [each["_id"] for each in bob.get("rooms.get")["update"]]
    [removed] = bob.get("rooms.get", updatedSince=since)["remove"]
    assert removed["_id"] == room_id
    assert since < removed["_deletedAt"] <= clock.now_text()


def test_the_name_is_free_again(kind: Kind, alice, bob):
    kind.post(alice, "delete", roomId=kind.creates(alice, "team"))
    again = kind.creates(bob, "team")
    assert (kind.info(bob, again)["msgs"], kind.info(bob, again)["usersCount"]) == (0, 1)


def test_what_was_in_it_goes_with_the_worker(kind: Kind, alice, bob, deliver, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    message_id = alice.says(room_id, "hi")
    upload = alice.upload(f"rooms.upload/{room_id}", File("a.txt", b"text"))
    file_id = upload["message"]["file"]["_id"]
    subscription_id = bob.subscription(room_id)["_id"]
    since = clock.now_text()
    clock.advance(seconds=1)
    kind.post(alice, "delete", roomId=room_id)
    deliver()
    [removed] = bob.get("subscriptions.get", updatedSince=since)["remove"]
    assert removed["_id"] == subscription_id
    assert since < removed["_deletedAt"] <= clock.now_text()
    assert alice.get("chat.getMessage", msgId=message_id).status == 400
    refused(alice.get(f"/file-upload/{file_id}/a.txt"), "Resource not found", 404)


def test_an_archived_room_may_go(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    kind.post(alice, "delete", roomId=room_id)
    refused(kind.tries(alice, "delete", roomId=room_id), kind.not_found)


def test_only_who_may_delete(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(bob, "delete", roomId=room_id), "Not allowed [error-not-allowed]")
    kind.post(alice, "delete", roomName="team")


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "delete", **room))


def test_channels_are_counted(alice):
    room_id = alice.creates_channel("team")
    assert CHANNEL.get(alice, "list")["total"] == 2
    CHANNEL.post(alice, "delete", roomId=room_id)
    assert CHANNEL.get(alice, "list")["total"] == 1
