"""Addresses of rooms and messages, as mails, quotes and links that invite have them, and as the page shows them."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import logs_in

pytestmark = pytest.mark.browser


def message(page: Any, text: str) -> Any:
    return page.locator("#messages .message", has_text=text)


def at(page: Any, path: str) -> None:
    """The address shows this."""
    expect(page).to_have_url(re.compile(f"^[^/]*//[^/]*{re.escape(path)}$"))


def goes_to(page: Any, name: str) -> None:
    page.locator("#room-list").get_by_role("button", name=name).click()
    expect(page.locator("#room-name")).to_contain_text(name)


@pytest.fixture
def name():
    return f"garden-{uuid4().hex[:6]}"


@pytest.fixture
def garden(alice, name):
    """A room of Alice and Bob."""
    return alice.creates(name, "bob")


@pytest.fixture
def secret(alice, name):
    """A group of Alice and Bob."""
    return alice.creates(f"{name}-secret", "bob", kind="group")


# --- a link followed


def test_a_mails_link_is_followed_after_the_login(visit, alice, bob, secret, name):
    posted = alice.says(secret, "Who waters the roses?")
    alice.says(secret, "Nobody?")
    page = visit(at=f"/group/{name}-secret?msg={posted}")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    logs_in(page, bob)
    expect(message(page, "Who waters the roses?")).to_have_class(re.compile("found"))
    expect(message(page, "Who waters the roses?")).to_be_focused()
    expect(message(page, "Nobody?")).to_be_visible()
    at(page, f"/group/{name}-secret?msg={posted}")
    page.reload()
    expect(message(page, "Who waters the roses?")).to_be_focused()


def test_who_was_logged_out_meanwhile_gets_there_too(visit, alice, bob, garden, name):
    posted = alice.says(garden, "Who waters the roses?")
    page = visit(bob)
    held = page.evaluate("JSON.parse(sessionStorage.getItem('pimentachat.login'))")
    bob.http.post("/api/v1/logout", headers={"X-Auth-Token": held["authToken"], "X-User-Id": held["userId"]})
    page.goto(f"/channel/{name}?msg={posted}")
    expect(page.locator("#login-notice")).to_have_text("Your login has ended. Log in again.")
    logs_in(page, bob)
    expect(message(page, "Who waters the roses?")).to_be_focused()


def test_nobody_who_logs_out_leaves_an_address_behind(visit, bob, garden, name):
    page = visit(bob, at=f"/channel/{name}")
    expect(page.locator("#room-name")).to_contain_text(name)
    page.get_by_role("button", name="Log out").click()
    at(page, "/")


def test_a_message_far_back_among_its_neighbours(visit, alice, bob, garden, name):
    posted = [alice.says(garden, f"number {number:03}") for number in range(150)]
    page = visit(bob, at=f"/channel/{name}?msg={posted[60]}")
    expect(message(page, "number 060")).to_be_in_viewport()
    expect(message(page, "number 060")).to_have_class(re.compile("found"))
    for number in (10, 59, 61, 65):
        expect(message(page, f"number {number:03}")).to_have_count(1)
    expect(message(page, "number 149")).to_have_count(0)
    # What is said now is not among them, and is there when one has read on.
    alice.says(garden, "@bob number 150")
    badge = page.locator("#room-list").get_by_role("button", name=name).locator(".badge")
    expect(badge).to_be_visible()
    expect(message(page, "number 150")).to_have_count(0)
    expect(message(page, "number 060")).to_be_in_viewport()
    for _ in range(10):
        if page.get_by_role("button", name="Newer messages").is_hidden():
            break
        rows = page.locator("#messages .message").count()
        page.get_by_role("button", name="Newer messages").click()
        expect(page.locator("#messages .message")).not_to_have_count(rows)
    expect(page.get_by_role("button", name="Newer messages")).to_be_hidden()
    expect(badge).to_have_count(0)
    page.get_by_role("button", name="Older messages").click()
    expect(message(page, "number 000")).to_have_count(1)
    texts = page.locator("#messages .message .body").all_inner_texts()
    numbers = [re.sub(r"\D", "", text) for text in texts if "number" in text]
    assert numbers == [f"{number:03}" for number in range(151)]


def test_who_answers_something_old_is_at_the_end_again(visit, alice, bob, garden, name):
    posted = [alice.says(garden, f"number {number:03}") for number in range(110)]
    page = visit(bob, at=f"/channel/{name}?msg={posted[10]}")
    expect(message(page, "number 010")).to_be_focused()
    page.get_by_label("Message", exact=True).fill("That was long ago")
    page.get_by_label("Message", exact=True).press("Enter")
    expect(message(page, "That was long ago")).to_be_in_viewport()
    expect(message(page, "number 109")).to_be_in_viewport()
    expect(message(page, "number 010")).to_have_count(0)


def test_a_reply_is_shown_in_its_thread(visit, alice, bob, garden, name):
    posted = alice.says(garden, "Who waters the roses?")
    reply = alice.says(garden, "Nobody?", tmid=posted)
    page = visit(bob, at=f"/channel/{name}?msg={reply}")
    row = page.locator("#replies .message", has_text="Nobody?")
    expect(row).to_have_class(re.compile("found"))
    expect(row).to_be_focused()
    expect(message(page, "Who waters the roses?")).to_have_count(1)


def test_a_direct_room_by_the_others_name_or_its_id(visit, alice, newcomer):
    erin = newcomer(f"erin{uuid4().hex[:6]}", "Erin Evans")
    rid = alice.post("im.create", username=erin.username)["room"]["_id"]
    posted = alice.says(rid, "Only for you")
    page = visit(erin, at=f"/direct/alice?msg={posted}")
    expect(message(page, "Only for you")).to_be_focused()
    page.goto(f"/direct/{rid}")
    expect(message(page, "Only for you")).to_be_visible()
    at(page, "/direct/alice")
    # With whom one has not talked yet, one begins.
    page.goto("/direct/bob")
    expect(page.locator("#room-name")).to_have_text("Bob Brown")


def test_the_message_says_where_it_is_when_the_room_has_another_name(visit, alice, bob, garden, name):
    posted = alice.says(garden, "Who waters the roses?")
    alice.post("channels.rename", roomId=garden, name=f"{name}-new")
    page = visit(bob, at=f"/channel/{name}?msg={posted}")
    expect(message(page, "Who waters the roses?")).to_be_focused()
    at(page, f"/channel/{name}-new?msg={posted}")


# --- what is not there, or for others


@pytest.mark.parametrize("path", ["/group/{name}-secret", "/channel/{name}-secret", "/direct/{rid}", "/direct/nobody"])
def test_what_is_for_others_is_said_in_a_sentence(visit, newcomer, secret, alice, name, path):
    mallory = newcomer(f"mallory{uuid4().hex[:6]}")
    posted = alice.says(secret, "psst")
    shown = path.format(name=name, rid=secret)
    for more in ("", f"?msg={posted}"):
        page = visit(mallory, at=shown + more)
        expect(page.locator("#notice")).to_have_text(f"There is no room “{shown.split('/')[-1]}” that you may see.")
        expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
        expect(page.locator("#connection")).to_be_empty()
        assert "psst" not in page.content()


def test_a_message_that_is_gone(visit, alice, bob, garden, name):
    posted = alice.says(garden, "Who waters the roses?")
    alice.says(garden, "I do")
    alice.post("chat.delete", roomId=garden, msgId=posted)
    page = visit(bob, at=f"/channel/{name}?msg={posted}")
    expect(page.locator("#notice")).to_have_text("That message is not there any more.")
    expect(message(page, "I do")).to_be_visible()


def test_who_is_in_no_channel_looks_into_it_and_joins(visit, alice, newcomer, garden, name):
    frank = newcomer(f"frank{uuid4().hex[:6]}", "Frank Fisher")
    alice.says(garden, "Who waters the roses?")
    page = visit(frank, at=f"/channel/{name}")
    expect(message(page, "Who waters the roses?")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    alice.says(garden, "Nobody?")
    expect(message(page, "Nobody?")).to_be_visible()
    assert frank.username not in str(alice.get("channels.members", roomId=garden))
    page.get_by_role("button", name="Join it").click()
    page.get_by_label("Message", exact=True).fill("I do")
    page.get_by_label("Message", exact=True).press("Enter")
    expect(message(page, "I do")).to_contain_text("Frank Fisher")


def test_who_is_taken_out_of_the_room_does_not_see_it_any_more(visit, alice, bob, secret, name):
    alice.says(secret, "psst")
    page = visit(bob, at=f"/group/{name}-secret")
    expect(message(page, "psst")).to_be_visible()
    alice.post("groups.kick", roomId=secret, userId=bob.login["X-User-Id"])
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    expect(page.locator("#room-list").get_by_role("button", name=f"{name}-secret")).to_have_count(0)
    expect(page.locator("#connection")).to_be_empty()
    at(page, "/")
    alice.post("groups.invite", roomId=secret, userId=bob.login["X-User-Id"])
    goes_to(page, f"{name}-secret")
    expect(message(page, "psst")).to_be_visible()


# --- links that invite


def test_a_link_that_invites_is_used_after_the_login(visit, alice, newcomer, secret, name):
    guest = newcomer(f"gina{uuid4().hex[:6]}", "Gina Green")
    alice.says(secret, "Welcome")
    url = alice.post("findOrCreateInvite", rid=secret, days=1, maxUses=5)["url"]
    page = visit(at=urlsplit(url).path)
    logs_in(page, guest)
    expect(message(page, "Welcome")).to_be_visible()
    at(page, f"/group/{name}-secret")
    page.get_by_label("Message", exact=True).fill("Thank you")
    page.get_by_label("Message", exact=True).press("Enter")
    expect(message(page, "Thank you")).to_contain_text("Gina Green")


def test_a_link_that_invites_nobody_any_more(visit, bob):
    page = visit(bob, at="/invite/of-yesterday")
    expect(page.locator("#notice")).to_have_text("The invite token is invalid.")
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


# --- going on from there


def test_back_and_forward(visit, alice, bob, garden, secret, name):
    posted = alice.says(garden, "Who waters the roses?")
    alice.says(secret, "psst")
    page = visit(bob)
    at(page, "/")
    goes_to(page, f"{name}-secret")
    at(page, f"/group/{name}-secret")
    page.goto(f"/channel/{name}?msg={posted}")
    expect(message(page, "Who waters the roses?")).to_be_focused()
    goes_to(page, "general")
    at(page, "/channel/general")
    page.go_back()
    expect(page.locator("#room-name")).to_contain_text(name)
    expect(message(page, "Who waters the roses?")).to_be_focused()
    page.go_back()
    expect(message(page, "psst")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    page.go_forward()
    expect(message(page, "psst")).to_be_visible()


def test_a_link_in_a_message_is_followed_within_the_page(visit, server, alice, bob, garden, secret, name):
    posted = alice.says(garden, "Who waters the roses?")
    link = f"{server}/channel/{name}?msg={posted}"
    alice.says(secret, f"See {link}")
    alice.says(secret, "", attachments=[{"author_name": "Alice quoted", "text": "Who?", "message_link": link}])
    page = visit(bob, at=f"/group/{name}-secret")
    for shown in (link, "Alice quoted"):
        page.locator("#messages").get_by_role("link", name=shown).first.click()
        expect(message(page, "Who waters the roses?")).to_be_focused()
        assert len(page.context.pages) == 1
        page.go_back()
        expect(page.locator("#room-name")).to_contain_text(f"{name}-secret")
