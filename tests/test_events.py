"""The files in `events/`: one for every route, each a whole event that succeeds in the workspace of tests/demo.py."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.functions import load
from local.places import REPOSITORY
from tests.cloudformation import told_to_cloudformation
from tests.states import States
from tests.workspace import CONTEXT

EVENTS = REPOSITORY / "events"
OF_WORKERS = {
    "workers/clock/daily.json",
    "workers/bootstrap/by_hand.json",
    "workers/bootstrap/configuration.json",
    "workers/bootstrap/create.json",
    "workers/bootstrap/delete.json",
    "workers/bootstrap/update.json",
    "fallback/unknown_path.json",
    "fallback/wrong_method.json",
    "workers/effects/mail_events.json",
    "workers/effects/queue.json",
    "workers/settle/stream.json",
    "workers/webhooks/queue.json",
}
"""What is no route's."""
OF_THE_MOMENT = {
    f"/api/v1/users.2fa.{name}" for name in ("validateTotp", "disableTotp", "regenerateCodes", "checkCodesRemaining")
}
"""These need a code of thirty seconds, which no file can hold, or a second factor that such a code has switched on."""


@dataclass(frozen=True)
class Served:
    method: str
    path: str
    file: Path


def file_of(family: str, path: str, method: str = "") -> Path:
    """`events/chat/post_message.json` for chat.postMessage; the method is added where a path has several. What has no
    name, at `/`, is the page."""
    # The user in a hook's address tells two of its routes apart.
    name = (
        re.sub(r"/\{(?!userId)\w+\}", "", path.removeprefix("/api/v1/")).strip("/").replace("{userId}", "userId")
        or "page"
    )
    words = re.split(r"[./-]", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    own = family.split("-")
    if len(words) > len(own) and words[: len(own)] == own:
        words = words[len(own) :]
    return EVENTS / family / f"{'_'.join([*words, *([method.lower()] if method else [])])}.json"


def _served() -> Iterator[Served]:
    for folder in sorted(path.parent for path in (REPOSITORY / "functions").glob("*/app.py")):
        routes = getattr(getattr(load(folder), "api", None), "routes", [])
        methods = Counter(route.path for route in routes)
        for route in routes:
            several = route.method if methods[route.path] > 1 else ""
            yield Served(route.method, route.path, file_of(folder.name, route.path, several))


ROUTES = list(_served())


def event_in(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text("utf-8")))


def answer_to(file: Path) -> Any:
    return load(REPOSITORY / "functions" / file.parent.relative_to(EVENTS)).handler(event_in(file), CONTEXT)


@pytest.fixture
def demo(workspace: Any, states: States) -> None:
    from tests import demo

    states.after("demo", demo.prepare)


def test_every_route_has_its_event_and_no_file_is_left_over() -> None:
    files = {str(file.relative_to(EVENTS)) for file in EVENTS.rglob("*.json")}
    assert files == {str(route.file.relative_to(EVENTS)) for route in ROUTES} | OF_WORKERS


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_the_event_of_a_route_succeeds(demo: None, route: Served) -> None:
    event = event_in(route.file)
    assert event["version"] == "2.0"
    assert event["routeKey"] == event["requestContext"]["routeKey"] == f"{route.method} {route.path}"
    assert event["requestContext"]["http"]["path"] == event["rawPath"]
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route.path))
    place = re.fullmatch(pattern, event["rawPath"])
    assert place
    assert place.groupdict() == event.get("pathParameters", {})
    answer = answer_to(route.file)
    if answer["headers"].get("content-type", "").startswith("text/html"):
        assert answer["statusCode"] == 200
        return
    if "file-upload" in route.path:
        assert answer["statusCode"] == 302
        return
    if route.path.endswith("users.getAvatar"):
        assert answer["statusCode"] == 307
        return
    if route.path in OF_THE_MOMENT:
        assert json.loads(answer["body"])["errorType"] == "invalid-totp"
        return
    assert answer["statusCode"] == 200, answer["body"]
    if answer["isBase64Encoded"] or answer["headers"]["content-type"].startswith("image/"):
        assert base64.b64decode(answer["body"])
        return
    body = json.loads(answer["body"])
    if isinstance(body, list):
        assert body
        return
    assert body.get("success") is True or body.get("status") == "success"


@pytest.mark.parametrize(("name", "status"), [("unknown_path", 404), ("wrong_method", 405)])
def test_what_no_route_takes(demo: None, name: str, status: int) -> None:
    answer = answer_to(EVENTS / "fallback" / f"{name}.json")
    assert answer["statusCode"] == status
    assert json.loads(answer["body"])


def test_the_stream_brings_a_message_that_nobody_counted(demo: None) -> None:
    from pimentachat.services.after import settling
    from pimentachat.store import memberships
    from pimentachat.store import messages as message_store
    from pimentachat.store import rooms as room_store
    from tests.demo import ANA, CHANNEL, DORA

    file = EVENTS / "workers" / "settle" / "stream.json"
    message = message_store.message_of(settling.Record.of(event_in(file)["Records"][0]).item)
    before = room_store.find(CHANNEL)
    message_store.add(message)
    for _ in range(2):
        assert answer_to(file) == {"batchItemFailures": []}
        room = room_store.find(CHANNEL)
        assert room
        assert before
        # The message itself, and that of Dora's arrival.
        assert (room.msgs, room.ordinary) == (before.msgs + 2, before.ordinary + 1)
        assert memberships.find(DORA, CHANNEL)
        # Ana's read mark is newer than a message of 2019: only that of the demo is left to be read.
        ana = memberships.find(ANA, CHANNEL)
        assert ana
        assert ana.mentions == 1


def test_a_webhook_of_an_integration_that_is_gone_is_nothing(demo: None) -> None:
    assert answer_to(EVENTS / "workers" / "webhooks" / "queue.json") == {"batchItemFailures": []}


def test_what_becomes_of_mails(demo: None) -> None:
    from pimentachat.store import users as user_store
    from tests.demo import BOB, CAROL, DORA

    for _ in range(2):
        failed = answer_to(EVENTS / "workers" / "effects" / "mail_events.json")["batchItemFailures"]
        # What is forged and what is none comes again, and lands among the dead letters; its neighbours are done.
        assert [each["itemIdentifier"][-1] for each in failed] == ["5", "6"]
        marked = {user.username: user.undeliverable for user in user_store.find_many([BOB, CAROL, DORA])}
        assert marked == {"bob": ["bob@example.org"], "carol": [], "dora": ["dora@example.org"]}


def test_a_day_passes(demo: None) -> None:
    assert answer_to(EVENTS / "workers" / "clock" / "daily.json") == {
        "steps": ["jobs", "retention", "files", "words", "totals", "people", "statistics", "first password"]
    }


def test_a_configuration_has_the_digest_of_its_values() -> None:
    event = event_in(EVENTS / "workers" / "bootstrap" / "configuration.json")

    def digest(*values: list[str]) -> str:
        event["ResourceProperties"]["Values"] = list(values)
        told = told_to_cloudformation(event)
        assert (told["Status"], told["RequestId"]) == ("SUCCESS", event["RequestId"])
        return str(told["Data"]["Digest"])

    one = digest(["https://chat.example.org"], ["10", "{}"])
    assert one == digest(["https://chat.example.org"], ["10", "{}"])
    assert one != digest(["https://chat.example.org"], ["11", "{}"])
    assert one != digest(["https://chat.example.org", "10"], ["{}"])
    # It describes a version, beside the setting of SnapStart: 256 characters at most.
    assert len(one) <= 64


@pytest.mark.parametrize("kind", ["create", "update", "delete"])
@pytest.mark.usefixtures("resources", "kept_password")
def test_a_deployment_seeds_the_workspace_and_says_so(kind: str) -> None:
    from pimentachat.store import rooms as room_store

    event = event_in(EVENTS / "workers" / "bootstrap" / f"{kind}.json")
    told = told_to_cloudformation(event)
    assert (told["Status"], told["RequestId"]) == ("SUCCESS", event["RequestId"])
    assert (room_store.find("GENERAL") is not None) is (kind != "delete")


def test_by_hand_the_password_is_shown_once(resources: dict[str, str]) -> None:
    file = EVENTS / "workers" / "bootstrap" / "by_hand.json"
    made = answer_to(file)
    assert made["admin"] == "admin"
    assert made["password"]
    assert answer_to(file) == {"admin": "admin", "password": None}
