"""Files in the bucket that no record names: they go with the daily housekeeping, and nothing else does."""

from typing import Any

import boto3
import pytest

from tests.pictures import drawn, kept
from tests.workers.test_housekeeping import a_day_passes
from tests.workspace import File

ORPHANS = [
    "assets/logo/gone",
    "avatars/nobody/gone",
    "emoji/none/gone",
    "uploads/GENERAL/nobody/gone",
    "uploads/GENERAL/nobody/gone/sent",
]


@pytest.fixture
def put(resources: dict[str, str]) -> Any:
    """Stores files as requests do that die right after it."""

    def stored(*keys: str) -> None:
        for key in keys:
            boto3.client("s3").put_object(Bucket=resources["FILES_BUCKET"], Key=key, Body=b"x")

    return stored


def test_only_what_nothing_names_goes(admin, alice, bob, put, deliver, clock):
    alice.upload("rooms.upload/GENERAL", File("plan.txt", b"roses"))
    assert alice.upload("users.setAvatar", File("me.png", drawn(), "image/png", "image")).succeeded
    assert admin.upload("emoji-custom.create", File("owl.png", drawn(), "image/png", "emoji"), name="owl").succeeded
    assert admin.upload("assets.setAsset", File("logo.png", drawn(), "image/png", "logo")).succeeded
    named = kept()
    assert {key.partition("/")[0] for key in named} == {"assets", "avatars", "emoji", "uploads"}
    put(*ORPHANS, f"avatars/{bob.id}/gone", f"avatars/{alice.id}/replaced", "letters/of/others", "uploads/odd")
    clock.advance(hours=47)
    a_day_passes()
    deliver()
    assert len(kept()) == 4 + 9, "too young: what names them may be on its way"
    clock.advance(hours=2)
    a_day_passes()
    deliver()
    assert kept() == sorted([*named, "letters/of/others"])


def test_what_waits_to_be_posted_is_named_for_a_day(alice, deliver, clock):
    from pimentachat.services.files import files

    assert alice.upload("rooms.media/GENERAL", File("plan.txt", b"roses")).succeeded
    clock.advance(hours=23)
    assert files.named(kept()) == set(kept()) != set()
    clock.advance(hours=26)
    a_day_passes()
    deliver()
    assert kept() == []


def test_a_file_whose_request_died_goes(alice, deliver, clock, monkeypatch):
    from pimentachat.store import table

    def dying(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(table, "transact", dying)
        with pytest.raises(AssertionError, match="Internal Server Error"):
            alice.upload("rooms.upload/GENERAL", File("plan.txt", b"roses"))
    assert len(kept()) == 1
    clock.advance(days=3)
    a_day_passes()
    deliver()
    assert kept() == []


def test_page_by_page_and_again_after_a_crash(alice, resources, clock, put, monkeypatch):
    from pimentachat.cloud import files as bucket
    from pimentachat.services.after import jobs, orphans
    from pimentachat.store import jobs as job_store

    monkeypatch.setattr(orphans, "_AT_ONCE", 3)
    posted = alice.upload("rooms.upload/GENERAL", File("plan.txt", b"roses"))["message"]["file"]["_id"]
    put(*(f"uploads/{room}/somebody/{number}" for room in ("A", "GENERAL", "x") for number in range(4)))
    clock.advance(days=3)
    remove, removed = bucket.remove, []

    def dying(key: str) -> None:
        removed.append(key)
        if len(removed) == 5:
            raise ConnectionError
        remove(key)

    monkeypatch.setattr(bucket, "remove", dying)
    job_store.ask(orphans.REMOVE)
    [job_id] = job_store.untouched_for(0)
    ended, crashes, steps = False, 0, 0
    while not ended:
        steps += 1
        try:
            ended = jobs.step(job_id)
        except ConnectionError:
            crashes += 1
    assert crashes == 1
    assert steps >= 5
    assert [key.rpartition("/")[2] for key in kept()] == [posted]
    assert job_store.find(job_id) is None


def test_the_files_of_uploads_are_looked_at_for_a_month(workspace, deliver, clock, put):
    put("uploads/GENERAL/nobody/gone", "avatars/nobody/gone")
    clock.advance(days=31)
    a_day_passes()
    deliver()
    assert kept() == ["uploads/GENERAL/nobody/gone"]


def test_so_many_are_no_accident(workspace, deliver, clock, put, monkeypatch, caplog):
    """As when tables of another moment, or empty ones, stand beside the bucket."""
    from pimentachat.services.after import orphans

    monkeypatch.setattr(orphans, "_MOST", 2)
    put(*ORPHANS[:3])
    clock.advance(days=3)
    a_day_passes()
    deliver()
    assert len(kept()) == 3
    assert "too many files that nothing names" in caplog.text
