"""Addresses in messages: other clients follow and show them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.refusals import refused
from tests.workspace import Answer, File, Person

GENERAL = "GENERAL"
INVALID = "Invalid href value provided"


def attached(attachment: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": [attachment]}


PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    **{
        name: lambda address, name=name: attached({name: address})
        for name in (
            "author_icon",
            "author_link",
            "audio_url",
            "image_url",
            "message_link",
            "thumb_url",
            "title_link",
            "video_url",
        )
    },
    "actions.url": lambda address: attached({"actions": [{"url": address}]}),
    "actions.image_url": lambda address: attached({"actions": [{"image_url": address}]}),
    "attachments.title_link": lambda address: attached({"attachments": [{"title_link": address}]}),
    "avatar": lambda address: {"avatar": address},
}
GOOD = [
    "",
    "https://example.org",
    "HTTP://EXAMPLE.ORG/a b",
    " https://example.org/a?b=c#d",
    "https://[::1]:8080/x",
    "/file-upload/abc/plan.png",
    "/avatar/bob",
]
BAD = [
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "\u00a0\u200bjavascript:alert(1)",
    "data:text/html,<script>",
    "data:image/png;base64,AAAA",
    "vbscript:msgbox",
    "file:///etc/passwd",
    "blob:https://example.org/x",
    "//evil.example",
    "/\\evil.example",
    "/\n/evil.example",
    "\\\\evil.example",
    "https:evil",
    "https://",
    "https://[",
    "evil.example",
    "javascript://https://x",
]


def posts(person: Person, place: str, address: str) -> Answer:
    return person.posts(GENERAL, "x", **PLACES[place](address))


def sends(person: Person, place: str, address: str) -> Answer:
    return person.post("chat.sendMessage", message={"rid": GENERAL, "msg": "x", **PLACES[place](address)})


@pytest.mark.parametrize("place", PLACES)
def test_web_addresses_and_paths_of_ours(alice: Person, place: str) -> None:
    for address in GOOD:
        for way in (posts, sends):
            answer = way(alice, place, address)
            assert answer.succeeded, (address, answer.text)
            wanted = PLACES[place](address)
            assert not address or {name: answer["message"][name] for name in wanted} == wanted


@pytest.mark.parametrize("place", PLACES)
def test_nothing_else(alice: Person, place: str) -> None:
    newest = alice.says(GENERAL, "before")
    for address in BAD:
        for way in (posts, sends):
            refused(way(alice, place, address), INVALID)
    assert alice.reads(GENERAL)[0]["_id"] == newest


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "java\nscript:alert(1)", "data:image/png,x", "//evil.example"]
)
def test_the_avatar_of_an_upload(alice: Person, address: str) -> None:
    room_id = alice.creates_group("core")
    plan = File("plan.txt", b"plan")
    refused(alice.upload(f"rooms.upload/{room_id}", plan, avatar=address), INVALID)
    assert alice.reads(room_id, "groups") == []
    assert alice.upload(f"rooms.upload/{room_id}", plan, avatar="/avatar/bob")["message"]["avatar"] == "/avatar/bob"


def test_icon_url_is_an_avatar(alice: Person) -> None:
    refused(alice.posts(GENERAL, "x", icon_url="javascript:alert(1)"), INVALID)
    assert alice.posts(GENERAL, "x", icon_url="https://a.example")["message"]["avatar"] == "https://a.example"
