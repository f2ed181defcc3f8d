"""The pages by keyboard alone, and as screen readers and axe see them."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.clients.conftest import PASSWORD
from tests.pictures import drawn

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"color_scheme": "light", "width": 375},
}


def problems(page: Any, *without: str) -> list[str]:
    """What axe finds that keeps somebody from using it."""
    from axe_playwright_python.sync_playwright import Axe

    # Whoever animates is half transparent for a moment.
    page.wait_for_timeout(250)
    found = (
        Axe().run(page, context={"exclude": [[place] for place in without]} if without else None).response["violations"]
    )
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"]
        if one["impact"] in {"serious", "critical", "moderate"}
    ]


@pytest.fixture(scope="module")
def hall(alice, bob, http):
    """A room with everything in it that is drawn in a way of its own."""
    rid = alice.creates("hall", "bob")
    alice.post("channels.setTopic", roomId=rid, topic="Where everybody meets")
    alice.says(rid, "*Welcome*, @bob: see #general and https://example.org. `code` :rose:")
    alice.says(rid, "> said\n- one\n```\nlet roses;\n```")
    posted = alice.says(rid, "Who waters the roses?")
    bob.says(rid, "I do", tmid=posted)
    for person in (alice, bob):
        person.post("chat.react", messageId=posted, emoji=":rose:")
    bob.says(rid, "@alice done")
    answer = http.post(
        f"/api/v1/rooms.upload/{rid}", files={"file": ("rose.png", drawn(), "image/png")}, headers=bob.login
    )
    assert answer.status_code == 200
    return rid


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(visit, alice, hall, look):
    given = dict(LOOKS[look])
    width = given.pop("width", 1280)
    page = visit(**given)
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name="Create an account").wait_for()
    assert problems(page) == []
    page.get_by_role("button", name="Create an account").click()
    assert problems(page) == []
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Try again").wait_for()
    assert problems(page) == []
    page.get_by_role("textbox", name="Password").fill(alice.password)
    page.get_by_role("button", name="Log in").click()
    page.locator("#room-list").get_by_role("button", name="hall").wait_for()
    assert problems(page) == []
    page.get_by_label("Find people").fill("bob")
    page.locator("#found").get_by_role("button").first.wait_for()
    assert problems(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New channel").click()
    assert problems(page) == []
    page.keyboard.press("Escape")
    page.locator("#room-list").get_by_role("button", name="hall").click()
    row = page.locator("#messages .message", has_text="Who waters the roses?")
    row.hover()
    assert problems(page) == []
    row.hover()
    row.get_by_role("button", name="React").click()
    assert problems(page) == []
    page.keyboard.press("Escape")
    row.get_by_role("button", name="1 reply").click()
    page.locator("#replies .message", has_text="I do").wait_for()
    assert problems(page) == []


def test_by_keyboard_alone(visit, alice, hall):
    page = visit()
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("name", "user")
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(alice.password)
    page.keyboard.press("Enter")
    # Finding a room.
    page.get_by_role("button", name="Log out").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("hall")
    page.locator("#found").get_by_role("button", name="hall").wait_for()
    page.keyboard.press("Enter")
    expect(focused).to_contain_text("hall")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    # Writing.
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    # Back to the messages: one stop, then the arrows.
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('#messages .message')"):
            break
    expect(focused).to_contain_text("By hand")
    row = page.locator("#messages .message", has_text="Who waters the roses?")
    for _ in range(10):
        page.keyboard.press("ArrowUp")
        if row.evaluate("(row) => row === document.activeElement"):
            break
    expect(row).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    # Reacting.
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.act") == "react":
            break
    page.keyboard.press("Enter")
    picker = page.get_by_role("dialog", name="Choose a reaction")
    expect(picker.get_by_role("button").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(picker).to_be_hidden()
    expect(focused).to_have_attribute("data-act", "react")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(row.get_by_role("button", name=re.compile("heart: alice"))).to_be_visible()
    # The thread.
    row.focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.act") == "reply":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reply", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    # Deleting what one wrote, and changing one's mind.
    page.keyboard.press("End")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.act") == "delete":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Delete this message?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Delete this message?")).to_be_hidden()


def test_the_skip_link_leads_to_the_message_box(visit, alice, hall):
    page = visit(alice, room="hall")
    page.get_by_role("link", name="Skip to the message box").focus()
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_be_focused()


def test_only_new_messages_are_announced(visit, alice, bob, hall):
    """A row that stays is the same element: a screen reader is not told of it again."""
    page = visit(alice, room="hall")
    page.locator("#messages .message").last.wait_for()
    page.wait_for_timeout(500)
    page.evaluate("""() => {
      window.added = [];
      const note = ({addedNodes}) => addedNodes.forEach((node) => added.push(node.textContent));
      new MutationObserver((all) => all.forEach(note)).observe(document.getElementById("messages"), {childList: true});
    }""")
    bob.says(hall, "This one is new")
    expect(page.locator("#messages .message", has_text="This one is new")).to_be_visible()
    added = page.evaluate("added")
    assert len(added) == 1
    assert "This one is new" in added[0]
    log = page.get_by_role("log", name="Messages")
    expect(log).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_around_the_reference(visit, look):
    page = visit(at="/api-docs", color_scheme=look)
    page.get_by_role("link", name="chat", exact=True).wait_for()
    assert problems(page, "#reference") == []


def test_the_reference_of_the_api_calls_it(visit, admin):
    page = visit(at="/api-docs")
    logout = page.get_by_role("button", name="Log out")
    login = page.get_by_role("button", name="Log in", exact=True)
    expect(login).to_be_visible()
    expect(logout).to_be_hidden()
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("wrong")
    login.click()
    expect(page.get_by_role("alert")).not_to_be_empty()
    page.get_by_label("Password").fill(PASSWORD)
    login.click()
    expect(page.get_by_role("status")).to_have_text("You call as Administrator.")
    expect(login).to_be_hidden()
    assert problems(page, "#reference") == []
    page.locator("#operations-tag-authentication").click()
    operation = page.locator("#operations-authentication-getMe")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(operation.locator(".live-responses-table")).to_contain_text('"username"')
    logout.click()
    expect(login).to_be_visible()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("401")


def test_permissions_and_refusals_stand_in_the_reference(visit):
    page = visit(at="/api-docs#/channels/postChannelsCreate")
    operation = page.locator("#operations-channels-postChannelsCreate")
    expect(operation).to_contain_text("Needs the permission create-c")
    expect(operation).to_contain_text("name")
    assert operation.get_by_text("400", exact=True).count()
