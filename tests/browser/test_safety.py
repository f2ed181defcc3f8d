"""What people write is text, wherever it is shown."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pictures import drawn

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"alert('pwned')\"><script>alert('pwned')</script>"
NAME = "<b onmouseover=alert(1)>Mallory</b>"
FILE = "<img src=x onerror=alert(2)>.png"
ADDRESSES = ["javascript:alert(3)", "data:text/html,<script>alert(4)</script>", "vbscript:alert(5)"]


@pytest.fixture(scope="module")
def trap(admin, alice, newcomer, http):
    """A room in which everything that can be written is a script."""
    admin.post("settings/UTF8_Names_Validation", value=".*")
    mallory = newcomer("mallory", NAME)
    rid = alice.creates("trap", "mallory")
    for verb in ("setTopic", "setDescription", "setAnnouncement"):
        field = verb.removeprefix("set").lower()
        alice.post(f"channels.{verb}", roomId=rid, **{field: EVIL})
    alice.post("channels.rename", roomId=rid, name="trap-<script>alert(6)</script>")
    # Whoever is a bot chooses what stands in the place of a name.
    admin.post("users.update", userId=mallory.login["X-User-Id"], data={"roles": ["user", "bot"]})
    parent = mallory.says(rid, f'{EVIL} *{EVIL}* `{EVIL}` [{EVIL}](https://example.org/"onclick="alert(7))')
    mallory.says(rid, EVIL, tmid=parent)
    mallory.says(rid, "alias", alias=EVIL)
    mallory.says(rid, "said", attachments=[{"title": EVIL, "text": EVIL, "description": EVIL, "author_name": EVIL,
                 "color": "red;background:url(//evil)", "fields": [{"title": EVIL, "value": EVIL}]}])  # fmt: skip
    for address in ADDRESSES:
        mallory.says(rid, f"[click]({address}) {address}")
    mallory.says(rid, "foreign", attachments=[{"image_url": "https://evil.example/track.png", "title": "A picture"}])
    sent = {"file": (FILE, drawn(), "image/png")}
    answer = http.post(
        f"/api/v1/rooms.upload/{rid}",
        files=sent,
        data={"description": EVIL},
        headers=mallory.login,
    )
    assert answer.status_code == 200, answer.text
    direct = mallory.post("im.create", username="alice")["room"]["_id"]
    mallory.says(direct, EVIL)
    return rid


def test_scripts_are_shown_and_never_run(visit, alice, trap):
    page = visit(alice, room="trap")
    foreign = []
    page.on("request", lambda request: foreign.append(request.url) if "evil" in request.url else None)
    rows = page.locator("#messages")
    expect(rows).to_contain_text("<script>alert('pwned')</script>")
    expect(rows).to_contain_text(NAME)
    expect(page.locator("#room-topic")).to_have_text(EVIL)
    expect(page.locator("#room-name")).to_contain_text("trap-<script>")
    expect(rows).to_contain_text(FILE)
    expect(rows).to_contain_text("foreign")
    expect(page.locator("#room-list")).to_contain_text(NAME)

    page.get_by_label("Find people").fill("mallory")
    expect(page.locator("#found")).to_contain_text(NAME)
    page.get_by_label("Find people").fill("pwned")
    expect(page.locator("#found")).to_contain_text("<script>")
    page.keyboard.press("Escape")
    rows.get_by_role("button", name="1 reply").click()
    expect(page.locator("#replies")).to_contain_text("<script>alert('pwned')</script>")

    assert inert(page)
    assert foreign == []


def test_an_answer_that_the_server_would_not_give_runs_nothing_either(visit, alice, trap):
    page = visit(alice)

    def spoil(route: Any) -> None:
        answer = route.fetch()
        told = answer.json()
        for message, address in zip(told["messages"], ADDRESSES * 9, strict=False):
            message |= {"msg": EVIL, "avatar": address, "md": tree(address), "reactions": {EVIL: {"usernames": [EVIL]}}}
            message["urls"] = [{"url": address, "meta": {"pageTitle": EVIL, "description": EVIL}}]
            links = dict.fromkeys(("title_link", "image_url", "audio_url", "video_url", "author_link"), address)
            message["attachments"] = [{"title": EVIL, "text": EVIL, "color": "url(//evil.example)", **links}]
        route.fulfill(response=answer, body=json.dumps(told))

    page.route("**/channels.history*", spoil)
    page.locator("#room-list").get_by_role("button", name="trap").click()
    expect(page.locator("#messages .message .body").last).to_contain_text("deep")
    assert inert(page)


def tree(address: str) -> list[Any]:
    """Nodes that lead astray, that are none, and some that go deeper than anybody draws."""
    text = {"type": "PLAIN_TEXT", "value": EVIL}
    deep: dict[str, Any] = {"type": "PLAIN_TEXT", "value": "deep"}
    for _ in range(100):
        deep = {"type": "BOLD", "value": [deep]}
    link = {"src": {"type": "PLAIN_TEXT", "value": address}, "label": [text]}
    strange = [None, 7, "text", [], {}, {"type": "constructor", "value": text}, {"type": "__proto__"}, {"type": "CODE"}]
    nodes = [{"type": kind, "value": link} for kind in ("LINK", "IMAGE")]
    return [{"type": "PARAGRAPH", "value": [*nodes, text, *strange, {"type": "EMOJI", "shortCode": EVIL}, deep]}]


def inert(page: Any) -> bool:
    """Whether nothing on the page runs, and every address is one of the web."""
    return bool(
        page.evaluate("""() => {
          const all = [...document.querySelectorAll("*")];
          const addresses = all.flatMap((one) => ["href", "src"].map((name) => one.getAttribute(name))).filter(Boolean);
          const names = all.flatMap((one) => one.getAttributeNames());
          return names.every((name) => !name.startsWith("on") && name !== "srcdoc")
            && addresses.every((address) => /^(https?:|[/]|#)/.test(address))
            && document.scripts.length === 1;
        }""")
    )


def test_the_direct_message_too(visit, alice, trap):
    page = visit(alice, room="Mallory")
    expect(page.locator("#messages")).to_contain_text("<script>alert('pwned')</script>")
    expect(page.locator("#room-name")).to_have_text(NAME)


def test_what_one_types_is_text_too(visit, alice, trap):
    page = visit(alice, room="trap")
    page.get_by_label("Message", exact=True).fill(EVIL)
    page.get_by_label("Message", exact=True).press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    page.get_by_label("Message", exact=True).press("ArrowUp")
    expect(page.get_by_label("Edit the message")).to_have_value(EVIL)
    page.keyboard.press("Escape")
    page.get_by_label("Find people").fill(EVIL)
    expect(page.locator("#rooms .scroll")).to_contain_text("found")
    expect(page.get_by_label("Find people")).to_have_value(EVIL)
