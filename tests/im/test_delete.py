"""im.delete and dm.delete."""

import pytest

from tests.im.test_create import NOT_ALLOWED, PARAM_MISSING
from tests.refusals import refused
from tests.workspace import File

both_names = pytest.mark.parametrize("family", ["im", "dm"])
NOT_FOUND = (
    'The required "roomId" or "username" param provided does not match any direct message [error-room-not-found]'
)


@both_names
def test_the_room_goes_with_everything_in_it(family, admin, bob, deliver, clock):
    room_id = admin.opens_direct_room(bob)
    message_id = bob.says(room_id, "hi")
    file_id = bob.upload(f"rooms.upload/{room_id}", File("a.txt", b"text"))["message"]["file"]["_id"]
    clock.advance(seconds=1)
    since = clock.now_text()
    clock.advance(seconds=1)
    assert admin.post(f"{family}.delete", username="bob").body == {"success": True}
    assert [each["_id"] for each in bob.get("rooms.get", updatedSince=since)["remove"]] == [room_id]
    deliver()
    for person in (admin, bob):
        assert person.get("im.list")["total"] == 0
        assert len(person.get("subscriptions.get", updatedSince=since)["remove"]) == 1
    assert bob.get("chat.getMessage", msgId=message_id).status == 400
    assert bob.get(f"/file-upload/{file_id}/a.txt").status == 404
    assert admin.opens_direct_room(bob) == room_id
    assert bob.reads(room_id, "im") == []


@both_names
def test_rooms_of_others_and_of_oneself(family, admin, alice, bob):
    room_id = alice.opens_direct_room(bob)
    own = admin.opens_direct_room(admin)
    assert admin.post(f"{family}.delete", roomId=room_id).succeeded
    assert alice.get("im.list")["total"] == 0
    assert admin.post(f"{family}.delete", username="admin").succeeded
    refused(admin.post(f"{family}.delete", roomId=own), NOT_FOUND)


@both_names
def test_only_who_may_delete_direct_rooms(family, alice, bob, carol, grant):
    room_id = alice.opens_direct_room(bob)
    refused(alice.post(f"{family}.delete", roomId=room_id), NOT_ALLOWED)
    grant("delete-d", "user")
    refused(carol.post(f"{family}.delete", roomId=room_id), NOT_FOUND)
    assert alice.post(f"{family}.delete", roomId=room_id).succeeded


@both_names
def test_which_room(family, admin, bob):
    refused(admin.post(f"{family}.delete"), PARAM_MISSING)
    for nothing in ({"roomId": "GENERAL"}, {"username": "nobody"}, {"username": "bob"}):
        refused(admin.post(f"{family}.delete", **nothing), NOT_FOUND)
    assert admin.get("im.list")["total"] == 0
