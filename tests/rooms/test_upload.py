"""rooms.upload/{rid}."""

import base64
import io

import httpx
import pytest
from PIL import Image

from tests.kinds import becomes
from tests.refusals import forbidden, refused
from tests.workspace import File

TEXT = File("notes.txt", b"some notes")


def picture(size=(480, 300), form="PNG") -> bytes:
    written = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(written, form)
    return written.getvalue()


@pytest.fixture
def room_id(alice, bob) -> str:
    """A private group of alice and bob."""
    return alice.creates_group("core", members=["bob"])


def sent(person, room_id, *files: File, **fields: str):
    answer = person.upload(f"rooms.upload/{room_id}", *files, **fields)
    assert answer.succeeded, answer.text
    return answer["message"]


def test_a_file_becomes_a_message(room_id, alice, bob):
    answer = alice.upload(f"rooms.upload/{room_id}", TEXT, msg="see @bob", description="Notes")
    message = answer["message"]
    assert answer.body == {"message": message, "success": True}
    file_id = message["file"]["_id"]
    link = f"/file-upload/{file_id}/notes.txt"
    assert message == {
        "_id": message["_id"],
        "rid": room_id,
        "msg": "see @bob",
        "md": message["md"],
        "ts": message["ts"],
        "u": {"_id": alice.id, "username": "alice", "name": "Alice"},
        "groupable": False,
        "file": {"_id": file_id, "name": "notes.txt", "type": "text/plain"},
        "attachments": [
            {
                "title": "notes.txt",
                "type": "file",
                "description": "Notes",
                "title_link": link,
                "title_link_download": True,
            }
        ],
        "mentions": [{"_id": bob.id, "username": "bob", "name": "Bob"}],
        "channels": [],
        "_updatedAt": message["_updatedAt"],
    }
    assert alice.reads(room_id, "groups") == [message]
    room = bob.get("groups.info", roomId=room_id)["group"]
    assert (room["msgs"], room["lm"], room["lastMessage"]["_id"]) == (1, message["ts"], message["_id"])
    held = bob.subscription(room_id)
    assert (held["alert"], held["unread"], held["userMentions"]) == (True, 1, 1)


def test_what_is_stored(room_id, alice):
    from pimentachat.store import uploads as upload_store

    message = sent(alice, room_id, File("plan.png", picture(), "image/png"), description="Plan")
    stored = upload_store.find(message["file"]["_id"])
    record = stored.document(without={"object_key"})
    path = f"/ufs/AmazonS3:Uploads/{stored.id}/plan.png"
    assert record == {
        "_id": stored.id,
        "name": "plan.png",
        "size": len(picture()),
        "type": "image/png",
        "rid": room_id,
        "userId": alice.id,
        "description": "Plan",
        "store": "AmazonS3:Uploads",
        "complete": True,
        "uploading": False,
        "extension": "png",
        "progress": 1,
        "uploadedAt": record["uploadedAt"],
        "etag": record["etag"],
        "path": path,
        "url": path,
        "token": record["token"],
        "identify": {"format": "png", "size": {"width": 480, "height": 300}},
        "_updatedAt": record["_updatedAt"],
    }
    assert record["etag"]
    assert [upload.id for upload in upload_store.of_room(room_id, 10)] == [stored.id]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_a_picture_shows_its_size_and_a_small_preview(room_id, alice, form):
    data = picture(form=form)
    kind = f"image/{form.lower()}"
    message = sent(alice, room_id, File("plan", data, kind))
    [attachment] = message["attachments"]
    preview = attachment.pop("image_preview")
    assert attachment == {
        "title": "plan",
        "type": "file",
        "title_link": attachment["image_url"],
        "title_link_download": True,
        "image_url": f"/file-upload/{message['file']['_id']}/plan",
        "image_type": kind,
        "image_size": len(data),
        "image_dimensions": {"width": 480, "height": 300},
    }
    with Image.open(io.BytesIO(base64.b64decode(preview))) as small:
        assert (small.format, small.size) == ("JPEG", (32, 20))


@pytest.mark.parametrize("name", ["x" * 300 + ".pdf", "ü" * 900 + ".pdf", "\U0001f339" * 500 + ".pdf", "x" * 2000])
def test_a_file_of_a_long_name_can_be_fetched(room_id, alice, bob, name):
    message = sent(alice, room_id, File(name, b"roses", "application/pdf"))
    kept = message["file"]["name"]
    assert (len(kept), kept[:200], kept[-4:]) == (255, name[:200], name[-4:])
    found = bob.get(message["attachments"][0]["title_link"])
    assert httpx.get(found.headers["location"]).content == b"roses"


@pytest.mark.parametrize("family", ["audio", "video"])
def test_sound_and_film(room_id, alice, family):
    [attachment] = sent(alice, room_id, File("a b.mp4", b"data", f"{family}/mp4"))["attachments"]
    assert attachment[f"{family}_url"] == attachment["title_link"]
    assert attachment["title_link"].endswith("/a%20b.mp4")
    assert (attachment[f"{family}_type"], attachment[f"{family}_size"]) == (f"{family}/mp4", 4)
    assert "image_url" not in attachment


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        picture()[:200],
        picture(form="GIF")[:60],
        picture(form="JPEG")[:300],
        # PostScript, which Pillow would hand to another program.
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
    ],
)
def test_a_broken_picture_is_still_a_file(room_id, alice, data):
    [attachment] = sent(alice, room_id, File("plan.png", data, "image/png"))["attachments"]
    assert (attachment["image_type"], attachment["image_size"]) == ("image/png", len(data))
    assert "image_preview" not in attachment


def test_a_picture_too_large_to_be_looked_at(room_id, alice):
    written = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(written, "PNG")
    [attachment] = sent(alice, room_id, File("plan.png", written.getvalue(), "image/png"))["attachments"]
    assert attachment["image_dimensions"] == {"width": 8_000, "height": 8_000}
    assert "image_preview" not in attachment


def test_alias_emoji_avatar_and_thread(room_id, alice, bob):
    parent = bob.says(room_id, "plan?")
    more = {"alias": "Robot", "emoji": ":robot:", "avatar": "https://example.org/a.png"}
    message = sent(alice, room_id, TEXT, tmid=parent, **more)
    assert {name: message[name] for name in more} == more
    assert message["tmid"] == parent
    assert bob.get("chat.getMessage", msgId=parent)["message"]["tcount"] == 1


@pytest.mark.parametrize(
    ("given", "name", "link"),
    [
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\a\\plan.txt", "plan.txt", "plan.txt"),
        ("übersicht #1.txt", "übersicht #1.txt", "%C3%BCbersicht%20%231.txt"),
    ],
)
def test_only_the_last_part_of_a_path_is_the_name(room_id, alice, given, name, link):
    message = sent(alice, room_id, File(given, b"text"))
    assert message["file"]["name"] == message["attachments"][0]["title"] == name
    assert message["attachments"][0]["title_link"] == f"/file-upload/{message['file']['_id']}/{link}"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("text/plain; charset=utf-8", "text/plain"),
        ("TEXT/Plain", "text/plain"),
        ("image/png,text/html", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
    ],
)
def test_the_type_is_a_plain_one(room_id, alice, setting, given, stored):
    setting("FileUpload_MediaTypeWhiteList", "")
    assert sent(alice, room_id, File("a.txt", b"text", given))["file"]["type"] == stored


def test_types_outside_of_the_white_list(room_id, alice, setting):
    wrong = "File type is not accepted. [error-invalid-file-type]"
    for kind in ("application/octet-stream", "text/html", "image/png,text/html", "imagery/png"):
        refused(alice.upload(f"rooms.upload/{room_id}", File("a", b"a", kind)), wrong)
    for kind in ("image/svg+xml", "audio/ogg", "application/pdf", "text/plain"):
        sent(alice, room_id, File("a", b"a", kind))
    setting("FileUpload_MediaTypeWhiteList", "text/html, image/*")
    sent(alice, room_id, File("a", b"a", "text/html"))
    refused(alice.upload(f"rooms.upload/{room_id}", TEXT), wrong)
    setting("FileUpload_MediaTypeWhiteList", "*")
    sent(alice, room_id, File("a", b"a", "application/octet-stream"))


def test_no_room_and_no_access(room_id, alice, carol, admin):
    refused(alice.upload("rooms.upload/nowhere", TEXT), "Invalid room [error-invalid-room]")
    forbidden(carol.upload(f"rooms.upload/{room_id}", TEXT))
    forbidden(admin.upload(f"rooms.upload/{room_id}", TEXT))


def test_exactly_one_file_called_file(room_id, alice):
    path = f"rooms.upload/{room_id}"
    refused(alice.upload(path, msg="hi"), "File required")
    refused(alice.post(path, {}), "File required")
    refused(alice.upload(path, TEXT, TEXT), "Just 1 file is allowed")
    refused(alice.upload(path, File("a.txt", b"a", field="upload")), "[invalid-field]")
    assert alice.reads(room_id, "groups") == []


def test_no_other_fields(room_id, alice):
    refused(alice.upload(f"rooms.upload/{room_id}", TEXT, colour="red"), "Match error: Unknown key in field colour")


def test_uploads_switched_off(room_id, alice, setting):
    setting("FileUpload_Enabled", False)
    refused(alice.upload(f"rooms.upload/{room_id}", TEXT), "File uploads are disabled. [error-file-upload-disabled]")


def test_uploads_switched_off_in_direct_rooms(room_id, alice, bob, setting):
    direct = alice.opens_direct_room(bob)
    setting("FileUpload_Enabled_Direct", False)
    refused(
        alice.upload(f"rooms.upload/{direct}", TEXT),
        "File sharing not allowed in direct messages. [error-direct-message-file-upload-not-allowed]",
    )
    sent(alice, room_id, TEXT)


@pytest.mark.parametrize(
    ("most", "text"), [(2 * 1024 * 1024, "2 MB"), (2048, "2 kB"), (1536, "1.5 kB"), (100, "100 B"), (0, "0 B")]
)
def test_a_file_larger_than_the_setting(room_id, alice, setting, most, text):
    setting("FileUpload_MaxFileSize", most)
    if most:
        sent(alice, room_id, File("a.txt", b"a" * most))
    answer = alice.upload(f"rooms.upload/{room_id}", File("a.txt", b"a" * (most + 1)))
    refused(answer, f"File exceeds allowed size of {text}. [error-file-too-large]")


def test_no_limit(room_id, alice, setting):
    setting("FileUpload_MaxFileSize", -1)
    sent(alice, room_id, File("a.txt", b"a" * 3_000_000))


def test_more_than_a_request_can_carry(room_id, alice, workspace):
    headers = {**alice.login, "content-type": "multipart/form-data; boundary=x", "content-length": "6500000"}
    answer = workspace.send("POST", f"rooms.upload/{room_id}", headers=headers, raw=b"--x")
    refused(answer, "File exceeds allowed size of 4.2 MB. [error-file-too-large]")


def test_the_setting_tells_the_truth(room_id, alice, admin):
    most = admin.get("settings/FileUpload_MaxFileSize")["value"]
    sent(alice, room_id, File("a.txt", b"a" * most), msg="the largest")
    answer = alice.upload(f"rooms.upload/{room_id}", File("a.txt", b"a" * (most + 1)))
    refused(answer, "File exceeds allowed size of 4.2 MB. [error-file-too-large]")


@pytest.mark.parametrize(
    ("name", "kept"), [(".", "file"), ("..", "file"), ("a/..", "file"), (" ", "file"), ("...", "...")]
)
def test_a_name_can_be_fetched(room_id, alice, name, kept):
    attachment = sent(alice, room_id, File(name, b"plan"))["attachments"][0]
    assert attachment["title"] == kept
    assert attachment["title_link"].endswith(f"/{kept}")


def test_a_form_that_is_cut_off(room_id, alice, workspace):
    headers = {**alice.login, "content-type": "multipart/form-data"}
    answer = workspace.send("POST", f"rooms.upload/{room_id}", headers=headers, raw=b"--x\r\n")
    assert (answer.status, answer["success"]) == (400, False)


def test_who_may_not_write_may_not_upload(alice, bob):
    room_id = alice.creates_channel("news", members=["bob"], readOnly=True)
    refused(bob.upload(f"rooms.upload/{room_id}", TEXT), "You_have_been_muted")
    becomes(room_id, muted=None)
    refused(bob.upload(f"rooms.upload/{room_id}", TEXT), "You can't send messages because the room is readonly.")


def test_a_file_whose_message_is_refused_is_not_kept(room_id, alice, bob, setting):
    from pimentachat.store import uploads as upload_store

    setting("Message_MaxAll", 1)
    answer = alice.upload(f"rooms.upload/{room_id}", TEXT, msg="@all look")
    assert answer.error_type == "error-action-not-allowed"
    answer = alice.upload(f"rooms.upload/{room_id}", TEXT, tmid="nowhere")
    assert answer.error_type == "error-invalid-message"
    assert list(upload_store.of_room(room_id, 10)) == []
    assert alice.reads(room_id, "groups") == []


def test_a_message_that_is_too_long(room_id, alice, setting):
    setting("Message_MaxAllowedSize", 5)
    refused(
        alice.upload(f"rooms.upload/{room_id}", TEXT, msg="123456"),
        "Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]",
    )


def test_deleting_the_message_takes_the_file_away(room_id, alice):
    message = sent(alice, room_id, TEXT)
    assert alice.post("chat.delete", roomId=room_id, msgId=message["_id"]).succeeded
    refused(alice.get(message["attachments"][0]["title_link"]), "Resource not found", 404)
