"""How requests carry their parameters: JSON, forms, the field `payload`, the query; and what is no request."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from pimentachat.api import Api
from tests.refusals import refused

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
REQUIRED = "The 'tokenName' param is required"
MAKE = "users.generatePersonalAccessToken"
MEGABYTE = 1024 * 1024


def send(person, raw, headers=JSON, method="POST", path=MAKE, query=None):
    return person.workspace.send(method, path, headers={**person.login, **headers}, raw=raw, query=query)


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"{'tokenName': 'x'}",
        b'{"tokenName": "x"} {}',
        b"[]",
        b'"x"',
        b"7",
        b"null",
        b"tokenName",
        b'{"tokenName": "\xff"}',
        b'{"tokenName": "\\ud800"}',
        b'{"tokenName": NaN}',
        b'{"a":' * 100_000,
    ],
    ids=lambda raw: repr(raw)[:30],
)
def test_what_is_no_json_object(alice, raw):
    refused(send(alice, raw), "Invalid JSON")


def test_also_before_the_login(anonymous, workspace):
    refused(send(anonymous, b"{", path="login"), "Invalid JSON")


@pytest.mark.parametrize("raw", [b"", b"  ", None, b"{}"])
def test_nothing_sent_is_an_empty_object(alice, raw):
    refused(send(alice, raw), REQUIRED)


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "text/plain", "", "application/x-www-form-urlencoded"]
)
def test_json_under_any_name(alice, kind):
    # curl says that it sends a form when it sends what -d gives it.
    assert send(alice, b' {"tokenName": "bot"}', {"content-type": kind}).succeeded


def test_json_without_a_content_type(alice):
    assert send(alice, b'{"tokenName": "bot"}', {}).succeeded


def test_forms(alice):
    form = urlencode({"tokenName": "the bot & co 🌶"}).encode()
    assert send(alice, form, {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}).succeeded
    assert [one["name"] for one in alice.get("users.getPersonalAccessTokens")["tokens"]] == ["the bot & co 🌶"]


def test_values_of_forms_are_text(admin):
    form = {"name": "Dora", "username": "dora", "email": "dora@example.org", "password": "7", "verified": "true"}
    refused(
        admin.form("users.create", **form),
        "Match error: Expected boolean, got string in field verified",
    )
    del form["verified"]
    assert admin.form("users.create", **form).succeeded


def test_multipart_forms(alice):
    assert alice.upload(MAKE, tokenName="bot").succeeded
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=é"):
        refused(send(alice, b"broken", {"content-type": kind}), "Invalid form data")


# --- payload


def test_a_payload_replaces_the_body(alice):
    assert alice.form(MAKE, payload=json.dumps({"tokenName": "one"}), tokenName="other").succeeded
    assert alice.post(MAKE, payload=json.dumps({"tokenName": "two"})).succeeded
    assert [one["name"] for one in alice.get("users.getPersonalAccessTokens")["tokens"]] == ["one", "two"]


def test_a_payload_that_is_none(alice):
    for payload in ("{", "[]", "x", ""):
        refused(alice.form(MAKE, payload=payload, tokenName="bot"), "Invalid JSON")
    # Only text is one.
    assert alice.post(MAKE, payload={"tokenName": "two"}, tokenName="bot").succeeded


def test_a_payload_does_not_change_the_path(admin):
    payload = json.dumps({"id": "Site_Url", "value": "Chili"})
    assert admin.form("settings/Site_Name", payload=payload).succeeded
    assert admin.get("settings/Site_Name")["value"] == "Chili"


def test_public_endpoints_know_no_payload(alice, anonymous):
    payload = json.dumps({"user": "alice", "password": "secret"})
    answer = anonymous.form("login", payload=payload)
    assert (answer.status, answer["message"]) == (401, "Unrecognized options for login request")


# --- query


def test_a_post_reads_no_query(alice):
    refused(send(alice, b"{}", query={"tokenName": "bot"}), REQUIRED)


def test_a_get_reads_no_body(alice, bob):
    missing = 'The required "userId" or "username" param was not provided [error-user-param-not-provided]'
    refused(send(alice, b'{"username": "bob"}', method="GET", path="users.info"), missing)
    assert send(alice, b"{", method="GET", path="users.info", query={"username": "bob"}).succeeded


def test_a_delete_reads_both(alice):
    phone = {"type": "gcm", "value": "v", "appName": "a"}
    for raw, query in ((b"", {"token": "v"}), (b'{"token": "v"}', {"token": "other"}), (b'{"token": "v"}', {})):
        assert alice.post("push.token", **phone).succeeded
        assert send(alice, raw, method="DELETE", path="push.token", query=query).succeeded


def test_a_parameter_twice(alice, bob):
    refused(
        alice.get("users.info", username=["alice", "bob"]),
        "Match error: Expected string, got array in field username",
    )


# --- form of the answers


def test_answers_are_exactly_json(alice, anonymous):
    """Workspace.send checks it for all answers of all tests; here are those that come from before the endpoint."""
    for answer in (
        alice.get("me"),
        anonymous.get("me"),
        send(alice, b"{"),
        anonymous.get("nowhere"),
        anonymous.get("login"),
        anonymous.get("/nowhere"),
    ):
        assert answer.headers["content-type"] == "application/json"


LARGEST = 4_400_000
"""What base64 leaves of the 6 MB that a Lambda function's event may have."""


@pytest.mark.parametrize("path", [MAKE, "login", "rooms.upload/GENERAL"])
def test_a_body_that_is_too_large(alice, path):
    too_large = "The file is larger than one request can carry."
    refused(send(alice, b" " * (LARGEST + 1), path=path), too_large, 413)
    refused(send(alice, b"{}", {**JSON, "content-length": str(LARGEST + 1)}, path=path), too_large, 413)
    assert alice.get("me").succeeded


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        ("application/json", "The file is larger than one request can carry.", 413),
        ("multipart/form-data; boundary=b", "File exceeds allowed size of 4.2 MB. [error-file-too-large]", 400),
    ],
)
@pytest.mark.usefixtures("workspace")
def test_a_body_without_a_length_is_not_read_to_its_end(kind, error, status):
    """One sent in chunks, by a client that would go on for ever."""
    chunk, asked, sent = b"x" * MEGABYTE, [], []
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

    async def receive():
        asked.append(1)
        return {"type": "http.request", "body": chunk if asked[1:] else head, "more_body": True}

    async def send_on(message):
        sent.append(message)

    api = Api("attic")

    @api.post("keep")
    def keep() -> None:
        raise AssertionError("nothing may come so far")

    scope = {"type": "http", "method": "POST", "path": "/api/v1/keep", "query_string": b""}
    headers = [(b"content-type", kind.encode()), (b"transfer-encoding", b"chunked")]
    asyncio.run(cast("Coroutine[Any, Any, None]", api.asgi()({**scope, "headers": headers}, receive, send_on)))
    assert len(asked) == 6
    answer = json.loads(sent[1]["body"])
    assert (sent[0]["status"], answer["error"]) == (status, error)


@pytest.mark.parametrize("length", ["", "many", "-1", "9" * 5000, "²"])
def test_a_length_that_is_none(alice, length):
    assert send(alice, b'{"tokenName": "bot"}', {**JSON, "content-length": length}).status in {200, 400}


def test_an_odd_host(alice, anonymous):
    for host in ("[", "", "a b", "é"):
        assert send(alice, None, {"host": host}, method="GET", path="me").succeeded
        refused(anonymous.workspace.send("GET", "nowhere", headers={"host": host}), "Resource not found", 404)
