"""rooms.media and rooms.mediaConfirm: a file is uploaded first and posted afterwards."""

from collections.abc import Callable
from typing import Any

import boto3
import httpx
import pytest

from tests.refusals import refused
from tests.workspace import Answer, File, Person

PLAN = File("plan.txt", b"First the roses, then the rest.")


@pytest.fixture
def papers(alice: Person, bob: Person) -> str:
    return alice.creates_group("papers", members=["bob"])


def confirm(person: Person, room_id: str, file_id: str, **fields: Any) -> Answer:
    return person.post(f"rooms.mediaConfirm/{room_id}/{file_id}", fields)


def test_a_file_is_posted_when_it_is_confirmed(alice: Person, bob: Person, papers: str) -> None:
    stored = alice.upload(f"rooms.media/{papers}", PLAN, msg="ignored")
    assert stored.succeeded
    file = stored["file"]
    assert file["url"] == f"/file-upload/{file['_id']}/plan.txt"
    assert bob.reads(papers, "groups") == []

    message = confirm(alice, papers, file["_id"], msg="the plan", description="Roses")["message"]
    assert message["msg"] == "the plan"
    assert message["file"] == {"_id": file["_id"], "name": "plan.txt", "type": "text/plain"}
    assert message["attachments"][0]["title_link"] == file["url"]
    assert message["attachments"][0]["description"] == "Roses"
    assert [each["_id"] for each in bob.reads(papers, "groups")] == [message["_id"]]


def test_it_cannot_be_fetched_before(alice: Person, papers: str) -> None:
    url = alice.upload(f"rooms.media/{papers}", PLAN)["file"]["url"]
    assert alice.get(url).status == 404


def test_it_is_posted_once(alice: Person, papers: str) -> None:
    file_id = alice.upload(f"rooms.media/{papers}", PLAN)["file"]["_id"]
    assert confirm(alice, papers, file_id).succeeded
    again = confirm(alice, papers, file_id)
    assert (again.status, again.error, again.error_type) == (400, "[invalid-file]", "invalid-file")


def test_only_who_uploaded_it_posts_it_and_only_there(alice: Person, bob: Person, papers: str) -> None:
    file_id = alice.upload(f"rooms.media/{papers}", PLAN)["file"]["_id"]
    assert confirm(bob, papers, file_id).error == "[invalid-file]"
    assert confirm(alice, alice.creates_channel("garden"), file_id).error == "[invalid-file]"
    assert confirm(alice, papers, "nosuchfile").error == "[invalid-file]"


def test_it_goes_after_a_day(alice: Person, papers: str, clock: Any) -> None:
    file_id = alice.upload(f"rooms.media/{papers}", PLAN)["file"]["_id"]
    clock.advance(hours=25)
    assert confirm(alice, papers, file_id).error == "[invalid-file]"


def test_strangers_have_no_access(alice: Person, carol: Person, papers: str) -> None:
    refused = carol.upload(f"rooms.media/{papers}", PLAN)
    assert (refused.status, refused.error) == (403, "unauthorized")
    file_id = alice.upload(f"rooms.media/{papers}", PLAN)["file"]["_id"]
    refused = confirm(carol, papers, file_id)
    assert (refused.status, refused.error) == (403, "unauthorized")


def test_a_file_is_needed(alice: Person, papers: str) -> None:
    refused = alice.upload(f"rooms.media/{papers}", msg="nothing")
    assert (refused.status, refused.error, refused.error_type) == (400, "[No file uploaded]", "No file uploaded")


def test_an_unknown_room(alice: Person) -> None:
    assert alice.upload("rooms.media/nowhere", PLAN).error_type == "error-invalid-room"
    assert confirm(alice, "nowhere", "nosuchfile").error_type == "error-invalid-room"


def test_a_post_that_is_refused_leaves_the_file_waiting(alice: Person, papers: str, resources: dict[str, str]) -> None:
    import boto3

    bucket, s3 = resources["FILES_BUCKET"], boto3.client("s3")

    def tags() -> list[dict[str, str]]:
        [stored] = s3.list_objects_v2(Bucket=bucket)["Contents"]
        return [
            {"Key": tag["Key"], "Value": tag["Value"]}
            for tag in s3.get_object_tagging(Bucket=bucket, Key=stored["Key"])["TagSet"]
        ]

    file_id = alice.upload(f"rooms.media/{papers}", PLAN)["file"]["_id"]
    refused = confirm(alice, papers, file_id, tmid="nosuchmessage")
    assert refused.error_type == "error-invalid-message"
    assert tags() == [{"Key": "state", "Value": "waiting"}]
    assert confirm(alice, papers, file_id).succeeded
    assert tags() == []


@pytest.mark.parametrize("files", [[{"field": "file"}], ["x"], "x"])
def test_a_json_body_holds_no_files(alice: Person, papers: str, files: Any) -> None:
    for path in (f"rooms.media/{papers}", f"rooms.upload/{papers}"):
        refused = alice.post(path, files=files)
        assert refused.status == 400
        assert refused.error.startswith("Match error: ")


# --- larger than a request

FILM = b"film" * 1_500_000
LIMIT = 100 * 1024 * 1024


@pytest.fixture
def large(setting: Callable[[str, Any], None]) -> None:
    """The workspace takes files of up to 100 MB."""
    setting("FileUpload_MaxFileSize", LIMIT)


def announce(person: Person, room_id: str, **what: Any) -> Answer:
    return person.post(f"rooms.media/{room_id}", {"name": "film.mp4", "size": len(FILM), "type": "video/mp4", **what})


def send(form: dict[str, Any], data: bytes, kind: str = "video/mp4") -> int:
    """As any HTTP client does: the fields of the form, the file last."""
    fields = {**form["fields"], "Content-Type": kind}
    return httpx.post(form["url"], data=fields, files={"file": ("film.mp4", data)}).status_code


def objects(resources: dict[str, str]) -> list[str]:
    found = boto3.client("s3").list_objects_v2(Bucket=resources["FILES_BUCKET"])
    return [each["Key"] for each in found.get("Contents", [])]


@pytest.mark.usefixtures("large")
def test_a_large_file_is_sent_to_the_bucket_and_confirmed(alice: Person, bob: Person, papers: str) -> None:
    too_large = "File exceeds allowed size of 4.2 MB. [error-file-too-large]"
    refused(alice.upload(f"rooms.media/{papers}", File("film.mp4", FILM, "video/mp4")), too_large)
    answer = announce(alice, papers)
    file, form = answer["file"], answer["upload"]
    assert answer.body == {"file": file, "upload": form, "success": True}
    assert file["url"] == f"/file-upload/{file['_id']}/film.mp4"
    assert alice.get(file["url"]).status == 404
    assert confirm(alice, papers, file["_id"]).error == "[invalid-file]"

    assert send(form, FILM) in {200, 204}
    message = confirm(alice, papers, file["_id"], msg="look", description="Roses")["message"]
    assert message["attachments"] == [
        {
            "title": "film.mp4",
            "type": "file",
            "description": "Roses",
            "title_link": file["url"],
            "title_link_download": True,
            "video_url": file["url"],
            "video_type": "video/mp4",
            "video_size": len(FILM),
        }
    ]
    assert [each["_id"] for each in bob.reads(papers, "groups")] == [message["_id"]]
    found = bob.get(file["url"])
    assert found.status == 302
    assert httpx.get(found.headers["location"]).content == FILM
    assert confirm(alice, papers, file["_id"]).error == "[invalid-file]"


@pytest.mark.usefixtures("large")
def test_what_came_is_what_counts(alice: Person, papers: str) -> None:
    from pimentachat.store import uploads as upload_store

    answer = announce(alice, papers, size=LIMIT)
    assert send(answer["upload"], b"short") in {200, 204}
    message = confirm(alice, papers, answer["file"]["_id"])["message"]
    assert message["attachments"][0]["video_size"] == 5
    stored = upload_store.find(answer["file"]["_id"])
    assert stored
    assert (stored.size, stored.complete, stored.uploading, stored.progress) == (5, True, False, 1)


@pytest.mark.usefixtures("large")
def test_the_form_takes_nothing_larger_and_no_other_type(alice: Person, papers: str, resources: dict[str, str]) -> None:
    form = announce(alice, papers, size=10)["upload"]
    assert send(form, b"x" * 11) >= 400
    assert send(form, b"<html>", "text/html") >= 400
    assert send({**form, "fields": {**form["fields"], "key": "uploads/other"}}, b"x") >= 400
    assert objects(resources) == []
    assert send(form, b"x" * 10) in {200, 204}


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    ("data", "kind", "error"),
    [
        (b"x" * 11, "video/mp4", "File exceeds allowed size of 10 B. [error-file-too-large]"),
        (b"x", "text/html", "File type is not accepted. [error-invalid-file-type]"),
    ],
    ids=["larger", "another type"],
)
def test_it_is_looked_at_when_it_is_confirmed(
    alice: Person, papers: str, resources: dict[str, str], data: bytes, kind: str, error: str
) -> None:
    answer = announce(alice, papers, size=10)
    key = answer["upload"]["fields"]["key"]
    boto3.client("s3").put_object(Bucket=resources["FILES_BUCKET"], Key=key, Body=data, ContentType=kind)
    refused(confirm(alice, papers, answer["file"]["_id"]), error)
    assert alice.reads(papers, "groups") == []
    assert objects(resources) == []
    assert confirm(alice, papers, answer["file"]["_id"]).error == "[invalid-file]"


@pytest.mark.usefixtures("large")
def test_the_form_changes_nothing_that_was_posted(
    alice: Person, bob: Person, papers: str, resources: dict[str, str]
) -> None:
    answer = announce(alice, papers, size=LIMIT)
    assert send(answer["upload"], b"first") in {200, 204}
    assert confirm(alice, papers, answer["file"]["_id"]).succeeded
    assert send(answer["upload"], b"other, longer") in {200, 204}
    s3, sent = boto3.client("s3"), answer["upload"]["fields"]["key"]
    [posted] = [key for key in objects(resources) if key != sent]
    assert s3.get_object_tagging(Bucket=resources["FILES_BUCKET"], Key=posted)["TagSet"] == []
    assert httpx.get(bob.get(answer["file"]["url"]).headers["location"]).content == b"first"


@pytest.mark.usefixtures("large")
def test_what_is_announced_is_checked(alice: Person, carol: Person, papers: str, setting: Any) -> None:
    refused(announce(alice, papers, size=LIMIT + 1), "File exceeds allowed size of 100 MB. [error-file-too-large]")
    for kind in ("text/html", "", "nonsense"):
        refused(announce(alice, papers, type=kind), "File type is not accepted. [error-invalid-file-type]")
    refused(announce(alice, papers, size="many"), "Match error: Expected number, got string in field size")
    assert announce(alice, papers, size=-1).error.startswith("Match error: ")
    refused(announce(carol, papers), "unauthorized", 403)
    assert announce(alice, "nowhere").error_type == "error-invalid-room"
    assert alice.form(f"rooms.media/{papers}", name="a.txt", size="7", type="text/plain").succeeded
    assert announce(alice, papers, name="..")["file"]["url"].endswith("/file")
    setting("FileUpload_MaxFileSize", -1)
    assert announce(alice, papers, size=5 * 1024**3).succeeded
    refused(
        announce(alice, papers, size=5 * 1024**3 + 1), "File exceeds allowed size of 5120 MB. [error-file-too-large]"
    )


@pytest.mark.usefixtures("large")
def test_a_film_that_nobody_confirms_goes_after_a_day(alice: Person, papers: str, clock: Any) -> None:
    answer = announce(alice, papers)
    assert "state" in answer["upload"]["fields"]["tagging"]
    assert send(answer["upload"], b"x") in {200, 204}
    clock.advance(hours=25)
    assert confirm(alice, papers, answer["file"]["_id"]).error == "[invalid-file]"
