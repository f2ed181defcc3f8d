"""What was in a room that is gone."""

from typing import Any

from tests.workspace import File


def items(table_name: Any) -> list[dict[str, Any]]:
    """Everything in a table; only tests scan."""
    from pimentachat import config
    from pimentachat.store import table
    from pimentachat.store.items import incoming

    pages = table.client().get_paginator("scan").paginate(TableName=config.table_name(table_name))
    return [incoming(item) for page in pages for item in page["Items"]]


def about(room_id: str, *message_ids: str) -> list[tuple[str, str]]:
    """Keys that still speak of the room or its messages, but for what is kept for a month."""
    return [
        (item["pk"], item["sk"])
        for name in ("rooms", "messages")
        for item in items(name)
        if any(word in item["pk"] + item["sk"] + str(item.get("list_pk")) for word in (room_id, *message_ids))
        and "expires_at" not in item
    ]


def files_in(bucket: str) -> list[str]:
    import boto3

    return [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_nothing_of_a_deleted_room_is_left(alice, bob, deliver, resources, grant, setting):
    grant("delete-c", "admin", "owner")
    setting("Message_KeepHistory", True)
    room_id = alice.creates_channel("team", members=["bob"])
    kept = alice.upload("rooms.upload/GENERAL", File("kept.txt", b"kept"))["message"]["file"]["_id"]
    parent = alice.says(room_id, "topic")
    messages = [parent, bob.says(room_id, "reply", tmid=parent), bob.says(room_id, "@alice hi")]
    gone = alice.upload(f"rooms.upload/{room_id}", File("gone.txt", b"gone"))["message"]
    assert alice.post("chat.react", messageId=parent, emoji="smile").succeeded
    assert bob.post("chat.update", roomId=room_id, msgId=messages[1], text="reply, edited").succeeded
    assert bob.post("chat.delete", roomId=room_id, msgId=bob.says(room_id, "deleted before")).succeeded
    assert len(files_in(resources["FILES_BUCKET"])) == 2
    assert alice.post("channels.delete", roomId=room_id).succeeded
    for _ in range(5):
        deliver()
    assert about(room_id, *messages, gone["_id"], gone["file"]["_id"]) == []
    assert [each.rpartition("/")[2] for each in files_in(resources["FILES_BUCKET"])] == [kept]
    assert bob.subscription(room_id) == {}
    assert bob.get("chat.getMessage", msgId=parent).body == {"success": False}
    assert room_id not in [each["rid"] for each in bob.get("subscriptions.get")["update"]]


def test_a_large_room_takes_several_runs(alice, deliver, monkeypatch):
    from pimentachat.services.after import jobs

    monkeypatch.setattr(jobs, "_AT_ONCE", 3)
    room_id = alice.creates_channel("team")
    messages = [alice.says(room_id, str(number)) for number in range(10)]
    assert alice.post("channels.delete", roomId=room_id).succeeded
    steps = []
    step = jobs.step
    monkeypatch.setattr(jobs, "step", lambda job_id: steps.append(job_id) or step(job_id))
    deliver()
    assert about(room_id, *messages) == []
    assert len(steps) > 3
    assert len(set(steps)) == 1


def test_what_is_made_anew_is_not_purged(admin, alice, bob, worker):
    """A direct room has the id of its two people: it may exist again by the time the worker comes."""
    from pimentachat.errors.rooms import InvalidRoom
    from pimentachat.store import jobs, memberships
    from pimentachat.store import rooms as room_store

    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "before")
    room = room_store.find(room_id)
    assert room
    room_store.remove(room, also=[jobs.request("empty_room", room_id=room_id)], gone=InvalidRoom())
    # As if the purge had come as far as the memberships.
    for person in (alice, bob):
        held = memberships.find(person.id, room_id)
        assert held
        memberships.end(held)
    assert alice.opens_direct_room(bob) == room_id
    alice.says(room_id, "after")
    assert worker.run(worker.records()) == {"batchItemFailures": []}
    assert "after" in [message["msg"] for message in alice.reads(room_id, "im")]
    assert bob.subscription(room_id)["unread"] >= 1


def test_posting_into_a_room_that_is_going_leaves_nothing(alice, bob, deliver, monkeypatch):
    """The room is removed between storing the message and counting it."""
    from pimentachat.errors.rooms import InvalidRoom
    from pimentachat.services.messages import posting
    from pimentachat.store import jobs
    from pimentachat.store import messages as message_store
    from pimentachat.store import rooms as room_store

    room_id = alice.creates_channel("team", members=["bob"])
    stored = posting._stored

    def slow(*args: Any, **kwargs: Any) -> bool:
        done = stored(*args, **kwargs)
        room = room_store.find(room_id)
        assert room
        room_store.remove(room, also=[jobs.request("empty_room", room_id=room_id)], gone=InvalidRoom())
        return done

    monkeypatch.setattr(posting, "_stored", slow)
    answer = bob.posts(room_id, "into the void")
    assert (answer.status, answer.error) == (400, "Invalid room [error-invalid-room]")
    for _ in range(3):
        deliver()
    assert about(room_id) == []
    assert message_store.newest_ordinary(room_id) is None
