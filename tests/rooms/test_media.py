"""rooms.media and rooms.mediaConfirm: a file is uploaded first and posted afterwards."""

from typing import Any

import pytest

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
        return s3.get_object_tagging(Bucket=bucket, Key=stored["Key"])["TagSet"]

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
