"""channels.files and groups.files."""

import pytest

from tests.kinds import CHANNEL, GROUP, Kind
from tests.refusals import forbidden, refused
from tests.workspace import File


def send(person, room_id: str, name: str, kind: str = "text/plain", **more: str) -> str:
    """Uploads a file and returns its id."""
    answer = person.upload(f"rooms.upload/{room_id}", File(name, b"x" * len(name), kind), **more)
    assert answer.succeeded, answer.text
    return answer["message"]["file"]["_id"]


def names(body) -> list[str]:
    return [file["name"] for file in body["files"]]


@pytest.fixture
def room_id(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    for person, name in ((alice, "roses.txt"), (bob, "Lilies.txt"), (alice, "asters.txt"), (alice, "Roses 2.txt")):
        send(person, room_id, name)
    return room_id


def test_by_name_page_by_page(kind: Kind, alice, room_id):
    whole = ["asters.txt", "Lilies.txt", "Roses 2.txt", "roses.txt"]
    answer = kind.get(alice, "files", roomId=room_id)
    assert (names(answer), answer["count"], answer["offset"], answer["total"]) == (whole, 4, 0, 4)
    for offset in range(6):
        page = kind.get(alice, "files", roomName="team", offset=offset, count=2)
        assert (names(page), page["offset"], page["total"]) == (whole[offset : offset + 2], offset, 4)
    assert names(kind.get(alice, "files", roomId=room_id, sort={"name": -1}, count=3)) == whole[:0:-1]
    assert names(kind.get(alice, "files", roomId=room_id, sort={"size": -1}, count=1)) == ["Roses 2.txt"]
    assert names(kind.get(alice, "files", roomId=room_id, count=0)) == whole


def test_a_file_as_clients_know_it(kind: Kind, alice):
    room_id = kind.creates(alice, "papers")
    file_id = send(alice, room_id, "plan.txt", description="The plan")
    [file] = kind.get(alice, "files", roomId=room_id)["files"]
    path = f"/ufs/AmazonS3:Uploads/{file_id}/plan.txt"
    assert file == {
        "_id": file_id,
        "name": "plan.txt",
        "size": 8,
        "type": "text/plain",
        "typeGroup": "text",
        "rid": room_id,
        "description": "The plan",
        "store": "AmazonS3:Uploads",
        "complete": True,
        "uploading": False,
        "extension": "txt",
        "progress": 1,
        "userId": alice.id,
        "user": {"_id": alice.id, "username": "alice", "name": "Alice"},
        "path": path,
        "url": path,
        "etag": file["etag"],
        "token": file["token"],
        "uploadedAt": file["uploadedAt"],
        "_updatedAt": file["_updatedAt"],
    }


def test_files_of_the_same_name_are_all_there(kind: Kind, alice):
    room_id = kind.creates(alice, "papers")
    sent = {send(alice, room_id, "plan.txt") for _ in range(5)}
    pages = [kind.get(alice, "files", roomId=room_id, offset=offset, count=2)["files"] for offset in (0, 2, 4)]
    assert {file["_id"] for page in pages for file in page} == sent


def test_query_fields_and_a_group_of_types(kind: Kind, alice, bob, room_id):
    send(bob, room_id, "garden.png", "image/png")
    found = kind.get(alice, "files", roomId=room_id, query={"userId": bob.id})
    assert (names(found), found["total"]) == (["garden.png", "Lilies.txt"], 2)
    assert names(kind.get(alice, "files", roomId=room_id, typeGroup="image")) == ["garden.png"]
    both = kind.get(alice, "files", roomId=room_id, typeGroup="text", query={"typeGroup": "image", "userId": bob.id})
    assert names(both) == ["Lilies.txt"]
    [file] = kind.get(alice, "files", roomId=room_id, fields={"name": 1}, count=1)["files"]
    assert file.keys() == {"_id", "name"}


def test_who_is_gone_sent_nothing(kind: Kind, alice, room_id):
    from pimentachat.store import table, uploads, writes
    from pimentachat.store import users as user_store

    [lilies] = kind.get(alice, "files", roomId=room_id, query={"name": "Lilies.txt"})["files"]
    table.write(writes.delete(user_store.key(lilies["userId"])))
    [lilies] = kind.get(alice, "files", roomId=room_id, query={"name": "Lilies.txt"})["files"]
    assert lilies["user"] == {}
    assert uploads.find(lilies["_id"])


def test_a_deleted_file_is_in_no_list(kind: Kind, alice, room_id):
    for file in kind.get(alice, "files", roomId=room_id, sort={"name": 1}, count=2)["files"]:
        [message] = kind.get(alice, "messages", roomId=room_id, query={"file._id": file["_id"]})["messages"]
        if message["u"]["username"] == "alice":
            assert alice.post("chat.delete", roomId=room_id, msgId=message["_id"]).succeeded
    left = kind.get(alice, "files", roomId=room_id)
    assert (names(left), left["total"]) == (["Lilies.txt", "Roses 2.txt", "roses.txt"], 3)


def test_a_file_whose_history_is_kept_is_out_of_sight(kind: Kind, alice, room_id, setting, deliver, resources):
    from tests.workers.test_purge import files_in

    setting("Message_KeepHistory", True)
    file_id = send(alice, room_id, "secret.png", "image/png")
    [message] = kind.get(alice, "messages", roomId=room_id, query={"file._id": file_id})["messages"]
    for _ in range(2):
        assert alice.post("chat.delete", roomId=room_id, msgId=message["_id"]).body
    for asked in (
        {},
        {"count": 0},
        {"query": {"name": "secret.png"}},
        {"query": {"_hidden": True}},
        {"sort": {"size": 1}},
    ):
        assert "secret.png" not in names(kind.get(alice, "files", roomId=room_id, **asked))
    assert kind.get(alice, "files", roomId=room_id)["total"] == 4
    assert alice.get("rooms.images", roomId=room_id)["files"] == []
    assert len(files_in(resources["FILES_BUCKET"])) == 5
    # It goes with its room.
    kind.post(alice, "delete", roomId=room_id)
    deliver()
    assert files_in(resources["FILES_BUCKET"]) == []


def test_a_file_that_waits_is_in_no_list(kind: Kind, alice, room_id):
    media = alice.upload(f"rooms.media/{room_id}", File("later.png", b"png", "image/png"))["file"]["_id"]
    assert kind.get(alice, "files", roomId=room_id)["total"] == 4
    assert "later.png" not in names(kind.get(alice, "files", roomId=room_id))
    assert alice.post(f"rooms.mediaConfirm/{room_id}/{media}").succeeded
    answer = kind.get(alice, "files", roomId=room_id)
    assert (names(answer), answer["total"]) == (
        ["asters.txt", "later.png", "Lilies.txt", "Roses 2.txt", "roses.txt"],
        5,
    )
    assert [file["_id"] for file in alice.get("rooms.images", roomId=room_id)["files"]] == [media]


def test_parameters_are_json(kind: Kind, alice, room_id):
    for name in ("sort", "fields", "query"):
        answer = alice.get(f"{kind.family}.files", roomId=room_id, **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')


def test_what_is_looked_through_has_a_bound(kind: Kind, alice, room_id, monkeypatch):
    from pimentachat.listing import pages

    assert kind.get(alice, "files", roomId=room_id, query={"type": "text/plain"})["total"] == 4
    monkeypatch.setattr(pages, "READ_BYTES_MOST", 1000)
    refused(
        alice.get(f"{kind.family}.files", roomId=room_id, query={"type": "text/plain"}),
        "More than 0 MB would have to be read, please narrow it or ask for fewer entries [error-query-too-broad]",
    )


def test_archived_rooms_are_listed(kind: Kind, alice, room_id):
    kind.post(alice, "archive", roomId=room_id)
    assert kind.get(alice, "files", roomId=room_id)["total"] == 4


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: alice.get(f"{kind.family}.files", **room))


def test_strangers_see_files_of_channels_alone(alice, bob, grant):
    assert CHANNEL.get(bob, "files", roomId=alice.creates_channel("open"))["total"] == 0
    refused(bob.get("groups.files", roomId=alice.creates_group("core")), GROUP.not_found)
    grant("view-c-room", "admin")
    forbidden(bob.get("channels.files", roomName="open"))
