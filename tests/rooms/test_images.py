"""rooms.images."""

import pytest

from tests.channels.test_files import names, send
from tests.refusals import forbidden


@pytest.fixture
def room_id(alice, clock):
    room_id = alice.creates_group("garden")
    for name, kind in (
        ("a.png", "image/png"),
        ("b.txt", "text/plain"),
        ("c.jpg", "image/jpeg"),
        ("d.gif", "image/gif"),
    ):
        clock.advance(seconds=1)
        send(alice, room_id, name, kind)
    return room_id


def test_newest_first_page_by_page(alice, room_id):
    answer = alice.get("rooms.images", roomId=room_id)
    assert names(answer) == ["d.gif", "c.jpg", "a.png"]
    assert (answer["count"], answer["offset"], answer["total"]) == (3, 0, 3)
    assert answer["files"][0]["path"] == f"/file-upload/{answer['files'][0]['_id']}/d.gif"
    assert alice.get(answer["files"][0]["path"]).status == 302
    page = alice.get("rooms.images", roomId=room_id, offset=1, count=1)
    assert (names(page), page["count"], page["offset"], page["total"]) == (["c.jpg"], 1, 1, 3)
    assert names(alice.get("rooms.images", roomId=room_id, offset=3)) == []


def test_from_one_of_them_on(alice, room_id):
    first = alice.get("rooms.images", roomId=room_id)["files"][1]["_id"]
    answer = alice.get("rooms.images", roomId=room_id, startingFromId=first)
    assert (names(answer), answer["total"]) == (["c.jpg", "a.png"], 2)
    assert names(alice.get("rooms.images", roomId=room_id, startingFromId="gone")) == ["d.gif", "c.jpg", "a.png"]


def test_a_deleted_image_is_gone(alice, room_id):
    [message] = alice.get("groups.messages", roomId=room_id, query={"file.name": "c.jpg"})["messages"]
    assert alice.post("chat.delete", roomId=room_id, msgId=message["_id"]).succeeded
    assert names(alice.get("rooms.images", roomId=room_id)) == ["d.gif", "a.png"]


def test_there_is_a_bound(alice, room_id, monkeypatch):
    from pimentachat.services.files import room_files

    monkeypatch.setattr(room_files, "OFFSET_MOST", 2)
    assert alice.get("rooms.images", roomId=room_id, count=2)["total"] == 3
    for asked in ({}, {"offset": 1, "count": 2}, {"count": 0}, {"startingFromId": "gone", "count": 1}):
        assert alice.get("rooms.images", roomId=room_id, **asked).error_type == "error-query-too-broad"


def test_hidden_looks_as_missing(alice, bob, room_id):
    forbidden(bob.get("rooms.images", roomId=room_id))
    forbidden(bob.get("rooms.images", roomId="nowhere"))
    assert alice.get("rooms.images").error == "Match error: Missing key 'roomId'"
