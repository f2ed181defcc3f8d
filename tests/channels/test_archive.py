"""channels.archive and groups.archive."""

from tests.kinds import Kind
from tests.refusals import refused


def test_the_room_is_archived_and_out_of_sight(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    alice.says(room_id, "@bob hello")
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    assert kind.tries(alice, "archive", roomId=room_id).body == {"success": True}
    assert kind.info(bob, room_id)["archived"] is True
    for person in (alice, bob):
        held = person.subscription(room_id)
        assert (held["archived"], held["open"], held["alert"]) == (True, False, False)
        changed = person.get("subscriptions.get", updatedSince=since)["update"]
        assert [each["rid"] for each in changed] == [room_id]
        assert [each["_id"] for each in person.get("rooms.get", updatedSince=since)["update"]] == [room_id]
    assert kind.system_messages(bob, room_id) == []


def test_only_who_may_archive(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(bob, "archive", roomId=room_id), "Not authorized [error-not-authorized]")
    assert "archived" not in kind.info(bob, room_id)
    kind.post(alice, "archive", roomName="team")


def test_not_twice(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, "archive", roomId=room_id), kind.room_is_archived("team"))


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "archive", **room))
