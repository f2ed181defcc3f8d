"""/file-upload/{id}/{name}."""

import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.refusals import refused
from tests.workspace import CONTEXT, Answer, Client, File, event

DATA = bytes(range(256)) * 40


@pytest.fixture
def message(alice, bob):
    """A file in a private group of alice and bob."""
    room_id = alice.creates_group("core", members=["bob"])
    return alice.upload(f"rooms.upload/{room_id}", File("über plan.txt", DATA))["message"]


@pytest.fixture
def link(message) -> str:
    return message["attachments"][0]["title_link"]


@pytest.fixture
def visit(gateway) -> Callable[..., Answer]:
    """`visit(link, alice)` as a browser does: a redirect has no body, and API Gateway takes cookies out of the
    headers."""

    def send(
        link: str, person: Client | None = None, *, cookies: tuple[str, ...] = (), method: str = "GET", **query: Any
    ) -> Answer:
        function, route, place = gateway.find(method, link)
        login = person.login if person else {}
        sent = event(method, link, headers=login, query=urlencode(query), route=route, place=place)
        reply = function.handler({**sent, "cookies": list(cookies)}, CONTEXT)
        return Answer(reply["statusCode"], {k.lower(): v for k, v in reply["headers"].items()}, reply["body"])

    return send


def location(answer: Answer) -> str:
    assert (answer.status, answer.text) == (302, "")
    return answer.headers["location"]


def fetched(address: str):
    with urllib.request.urlopen(address) as found:
        return found.read(), found.headers


def test_the_bytes_come_back_as_they_were(link, alice, bob, visit):
    for person in (alice, bob):
        data, headers = fetched(location(visit(link, person)))
        assert data == DATA
        assert headers["content-type"] == "text/plain"
        assert headers["content-disposition"] == "inline; filename*=UTF-8''%C3%BCber%20plan.txt"


def test_an_empty_file(alice, visit):
    room_id = alice.creates_group("core")
    message = alice.upload(f"rooms.upload/{room_id}", File("empty.txt", b""))["message"]
    assert fetched(location(visit(message["attachments"][0]["title_link"], alice)))[0] == b""


@pytest.mark.parametrize(
    "kind",
    [
        "image/svg+xml",
        "image/png+xml",
        "image/pngx",
        "image/vnd.svg",
        "audio/mpegurl",
        "video/x",
        "text/html",
        "text/plain+html",
        "application/pdf+xml",
        "application/zip",
    ],
)
def test_what_could_run_in_a_browser_is_saved_instead(alice, setting, kind, visit):
    setting("FileUpload_MediaTypeWhiteList", "*")
    room_id = alice.creates_group("core")
    message = alice.upload(f"rooms.upload/{room_id}", File("a", b"<script>", kind))["message"]
    _, headers = fetched(location(visit(message["attachments"][0]["title_link"], alice)))
    assert headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("kind", ["image/png", "IMAGE/JPEG", "audio/mpeg", "video/mp4; codecs=avc1", "application/pdf"])
def test_pictures_sounds_and_films_are_shown(alice, kind, visit):
    room_id = alice.creates_group("core")
    message = alice.upload(f"rooms.upload/{room_id}", File("a", b"bytes", kind))["message"]
    _, headers = fetched(location(visit(message["attachments"][0]["title_link"], alice)))
    assert headers["content-disposition"].startswith("inline;")
    assert headers["content-type"] == kind.partition(";")[0].lower()


def test_head_answers_as_get_does_without_a_body(link, alice, carol, visit):
    asked, got = visit(link, alice, method="HEAD"), visit(link, alice)
    assert urlsplit(location(asked)).path == urlsplit(location(got)).path
    with urllib.request.urlopen(urllib.request.Request(location(asked), method="HEAD")) as found:
        assert (found.headers["content-length"], found.read()) == (str(len(DATA)), b"")
    for person, path in ((carol, link), (None, link), (alice, "/file-upload/nothing/a.txt")):
        asked, got = visit(path, person, method="HEAD"), visit(path, person)
        assert asked.text == ""
        assert (asked.status, asked.headers) == (got.status, got.headers)


def test_the_address_is_good_for_a_short_time(link, alice, setting, visit):
    assert parse_qs(urlsplit(location(visit(link, alice))).query)["X-Amz-Expires"] == ["120"]
    setting("FileUpload_S3_URLExpiryTimeSpan", 30)
    assert parse_qs(urlsplit(location(visit(link, alice))).query)["X-Amz-Expires"] == ["30"]


def test_the_name_in_the_address_does_not_matter(message, alice, visit):
    assert fetched(location(visit(f"/file-upload/{message['file']['_id']}/other.bin", alice)))[0] == DATA


def test_the_login_may_be_in_the_query(link, alice, bob, visit):
    assert location(visit(link, rc_uid=bob.id, rc_token=bob.token))
    for query in (
        {"rc_uid": alice.id, "rc_token": bob.token},
        {"rc_uid": bob.id},
        {"rc_token": bob.token},
        {"rc_uid": bob.id, "rc_token": "wrong"},
    ):
        refused(visit(link, **query), "Forbidden", 403)


def test_the_login_may_be_in_cookies(link, bob, visit):
    assert location(visit(link, cookies=(f"rc_uid={bob.id}", f"rc_token={bob.token}")))
    refused(visit(link, cookies=("rc_uid=x", "rc_token=y")), "Forbidden", 403)


def test_elsewhere_the_query_is_no_login(bob, anonymous):
    answer = anonymous.get("channels.list", rc_uid=bob.id, rc_token=bob.token)
    assert (answer.status, answer.body) == (
        401,
        {"status": "error", "message": "You must be logged in to do this."},
    )


def test_nobody_without_access_to_the_room(link, message, alice, bob, carol, admin, visit):
    for person in (carol, admin, None):
        refused(visit(link, person), "Forbidden", 403)
    assert alice.post("groups.kick", roomId=message["rid"], userId=bob.id).succeeded
    refused(visit(link, bob), "Forbidden", 403)
    assert location(visit(link, alice))


def test_a_file_of_a_channel_is_open_to_everybody_who_is_logged_in(alice, carol, visit):
    room_id = alice.creates_channel("team")
    link = alice.upload(f"rooms.upload/{room_id}", File("a.txt", DATA))["message"]["attachments"][0]["title_link"]
    assert fetched(location(visit(link, carol)))[0] == DATA
    refused(visit(link), "Forbidden", 403)


def test_protection_switched_off(link, carol, setting, visit):
    setting("FileUpload_ProtectFiles", False)
    assert fetched(location(visit(link)))[0] == DATA
    assert location(visit(link, carol))
    refused(visit("/file-upload/nothing/a.txt"), "Resource not found", 404)


def test_no_such_file(alice, visit):
    refused(visit("/file-upload/nothing/a.txt", alice), "Resource not found", 404)
    # Who is not logged in does not learn which files there are.
    refused(visit("/file-upload/nothing/a.txt"), "Forbidden", 403)


def test_a_file_of_a_room_that_is_gone(link, message, alice, visit):
    assert alice.post("groups.delete", roomId=message["rid"]).succeeded
    refused(visit(link, alice), "Forbidden", 403)


def test_a_file_of_a_deleted_message(message, link, alice, setting, visit):
    address = location(visit(link, alice))
    assert alice.post("chat.delete", roomId=message["rid"], msgId=message["_id"]).succeeded
    refused(visit(link, alice), "Resource not found", 404)
    with pytest.raises(urllib.error.HTTPError) as gone:
        fetched(address)
    assert gone.value.code == 404


def test_a_file_kept_for_the_records_is_out_of_sight(message, link, alice, setting, visit):
    setting("Message_KeepHistory", True)
    assert alice.post("chat.delete", roomId=message["rid"], msgId=message["_id"]).succeeded
    refused(visit(link, alice), "Resource not found", 404)
