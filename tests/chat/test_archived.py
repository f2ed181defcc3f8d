"""Nobody writes in an archived room (docs/decisions.md)."""

from tests.workspace import File, Person


def test_posts_and_files_are_refused(alice: Person, bob: Person) -> None:
    room_id = alice.creates_channel("garden", members=["bob"])
    said = bob.says(room_id, "before")
    assert alice.post("channels.archive", roomId=room_id).succeeded
    for refused in (
        bob.posts(room_id, "after"),
        bob.post("chat.sendMessage", message={"rid": room_id, "msg": "after"}),
        bob.upload(f"rooms.upload/{room_id}", File("plan.txt", b"after")),
    ):
        assert (refused.status, refused.error) == (400, "room_is_archived")
    assert [message["_id"] for message in bob.reads(room_id)] == [said]
