"""Previews of links: fetched after the answer, written onto the message."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimentachat.services.text import pages
from tests.stranger import Says, Stranger, stranger

GENERAL = "GENERAL"
HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"""<!doctype html><html><head><title> Roses
 &amp; more </title><meta property="og:title" content="Roses"><meta property="og:site_name" content="Garden">
<meta property="og:image" content="/rose.png"><meta name="description" content="All about roses">
<meta name="viewport" content="width=1"><meta property="og:url" content="javascript:alert(1)"></head>
<body>x</body></html>"""


@pytest.fixture
def site() -> Iterator[Stranger]:
    with stranger() as found:
        found.answers["/roses"] = Says(PAGE, headers=HTML)
        yield found


@pytest.fixture
def reachable(site: Stranger, setting: Callable[[str, Any], None]) -> Stranger:
    """Pages on this machine may be fetched."""
    setting("SSRF_Allowlist", site.host)
    setting("API_EmbedIgnoredHosts", "")
    setting("API_EmbedSafePorts", f"80, {site.host.partition(':')[2]}")
    return site


def urls(person: Any, message_id: str) -> list[dict[str, Any]]:
    return list(person.get("chat.getMessage", msgId=message_id)["message"].get("urls", []))


def test_what_a_page_says_about_itself(alice, bob, reachable, deliver):
    answer = alice.posts(GENERAL, f"see {reachable.url}/roses?x=1#top")
    message = answer["message"]
    assert message["urls"] == [{"url": f"{reachable.url}/roses?x=1#top"}]
    assert reachable.received == []
    deliver()
    [link] = urls(bob, message["_id"])
    host, _, port = reachable.host.partition(":")
    assert link == {
        "url": f"{reachable.url}/roses?x=1#top",
        "meta": {
            "pageTitle": "Roses & more",
            "ogTitle": "Roses",
            "ogSiteName": "Garden",
            "ogImage": f"{reachable.url}/rose.png",
            "description": "All about roses",
        },
        "headers": {"contentType": "text/html; charset=utf-8", "contentLength": str(len(PAGE))},
        "parsedUrl": {
            "host": f"{host}:{port}",
            "hash": "#top",
            "pathname": "/roses",
            "protocol": "http:",
            "port": port,
            "query": "x=1",
            "search": "?x=1",
        },
    }
    shown = bob.get("chat.getMessage", msgId=message["_id"])["message"]
    assert shown["_updatedAt"] > message["_updatedAt"]
    assert "editedAt" not in shown
    assert bob.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"] == shown


def test_pictures_tell_what_they_are(alice, reachable, deliver):
    reachable.answers["/rose.png"] = Says(b"png" * 100_000, headers={"content-type": "image/png"})
    message_id = alice.says(GENERAL, f"{reachable.url}/rose.png")
    deliver()
    [link] = urls(alice, message_id)
    assert (link["headers"]["contentType"], link.get("meta")) == ("image/png", None)


def test_what_oembed_adds(alice, reachable, deliver):
    head = b'<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">'
    reachable.answers["/film"] = Says(head, headers=HTML)
    said = b'{"type": "video", "title": "Film", "author_name": "Ana", "html": "<script>", "width": 3}'
    reachable.answers["/oembed"] = Says(said, headers={"content-type": "application/json"})
    message_id = alice.says(GENERAL, f"{reachable.url}/film")
    deliver()
    [link] = urls(alice, message_id)
    assert link["meta"] == {"oembedType": "video", "oembedTitle": "Film", "oembedAuthorName": "Ana"}


def test_a_link_that_comes_with_an_edit(alice, reachable, deliver):
    message_id = alice.says(GENERAL, "soon")
    deliver()
    text = f"{reachable.url}/roses"
    assert alice.post("chat.update", roomId=GENERAL, msgId=message_id, text=text).succeeded
    deliver()
    assert urls(alice, message_id)[0]["meta"]["ogTitle"] == "Roses"


def test_a_page_is_asked_once(alice, reachable, deliver, clock, setting):
    for _ in range(2):
        alice.says(GENERAL, f"{reachable.url}/roses and {reachable.url}/nothing")
        deliver()
    assert sorted(asked.path for asked in reachable.received) == ["/nothing", "/roses"]
    clock.advance(days=31)
    message_id = alice.says(GENERAL, f"{reachable.url}/roses")
    deliver()
    assert len(reachable.received) == 3
    assert "meta" in urls(alice, message_id)[0]
    setting("API_EmbedCacheExpirationDays", 0)
    clock.advance(days=31)
    for _ in range(2):
        alice.says(GENERAL, f"{reachable.url}/roses")
        deliver()
    assert len(reachable.received) == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_Embed", False),
        ("API_EmbedDisabledFor", "bob, alice"),
        ("API_EmbedIgnoredHosts", "127.0.0.0/8"),
        ("API_EmbedIgnoredHosts", "127.0.0.1"),
        ("API_EmbedSafePorts", "80, 443"),
        ("SSRF_Allowlist", ""),
    ],
)
def test_what_the_workspace_does_not_want_is_not_asked(alice, reachable, deliver, setting, name, value):
    setting(name, value)
    message_id = alice.says(GENERAL, f"{reachable.url}/roses")
    deliver()
    assert reachable.received == []
    assert urls(alice, message_id) == [{"url": f"{reachable.url}/roses"}]


def test_nobody_is_led_elsewhere(alice, reachable, deliver, setting):
    with stranger() as inside:
        inside.answers["/secret"] = Says(PAGE, headers=HTML)
        reachable.answers["/away"] = Says(status=302, headers={"location": f"{inside.url}/secret"})
        message_id = alice.says(GENERAL, f"{reachable.url}/away")
        deliver()
        assert inside.received == []
    assert "meta" not in urls(alice, message_id)[0]


@pytest.mark.parametrize(
    "says",
    [
        Says(b"<title>gone</title>", status=404, headers=HTML),
        Says(status=302, headers={"location": "/roses/"}),
        Says(b"\xff" * 1000, headers={"content-type": "text/html; charset=nonsense"}),
        Says(b"<meta property=og:title content='" + b"x" * 200_000, headers=HTML),
        Says(b"<" * 100_000, headers=HTML),
        Says(b"<![" * 10, headers=HTML),
    ],
)
def test_pages_that_say_nothing_hurt_nobody(alice, reachable, deliver, says):
    reachable.answers["/roses"] = says
    message_id = alice.says(GENERAL, f"{reachable.url}/roses")
    deliver()
    [link] = urls(alice, message_id)
    assert not link.get("meta")


def test_a_message_that_changed_meanwhile_keeps_its_text(alice, reachable, deliver):
    message_id = alice.says(GENERAL, f"{reachable.url}/roses")

    def meanwhile(_: Any) -> Says:
        assert alice.post("chat.update", roomId=GENERAL, msgId=message_id, text="never mind").succeeded
        return Says(PAGE, headers=HTML)

    reachable.answers["/roses"] = meanwhile
    deliver()
    message = alice.get("chat.getMessage", msgId=message_id)["message"]
    assert (message["msg"], message["urls"]) == ("never mind", [])


@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_page_can_be_read(body: bytes, kind: str) -> None:
    found = pages.read(body, kind)
    assert all(len(value) <= 1000 for value in found.fields.values())
