"""The page at / in a browser, over a running server."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import logs_in
from tests.pictures import drawn

pytestmark = pytest.mark.browser


def message(page: Any, text: str) -> Any:
    """The row of a message in the room."""
    return page.locator("#messages .message", has_text=text)


def writes(page: Any, text: str, *, box: str = "Message") -> None:
    page.get_by_label(box, exact=True).fill(text)
    page.get_by_label(box, exact=True).press("Enter")


def acts(row: Any, name: str) -> None:
    row.hover()
    row.get_by_role("group").get_by_role("button", name=name).click()


def registers(page: Any, name: str, username: str) -> None:
    page.get_by_role("button", name="Create an account").click()
    form = page.locator("#register-form")
    for label, text in (("Name", name), ("Username", username), ("E-mail", f"{name.split()[0]}@example.org")):
        form.get_by_label(label, exact=True).fill(text)
    form.get_by_label("Password").fill(f"{username}s-secret")
    form.get_by_role("button", name="Create the account").click()


@pytest.fixture
def garden(alice, bob):
    """A room of Alice and Bob: its name and its id."""
    name = f"garden-{uuid4().hex[:6]}"
    return name, alice.creates(name, "bob")


# --- coming and going


def test_somebody_registers_and_is_in(visit):
    page = visit()
    registers(page, "Carol Clark", "carol")
    expect(page.locator("#my-name")).to_have_text("Carol Clark")
    page.locator("#room-list").get_by_role("button", name="general").click()
    writes(page, "Good morning")
    expect(message(page, "Good morning")).to_contain_text("Carol Clark")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")


def test_who_may_not_register_is_told(visit, alice):
    page = visit()
    registers(page, "Another", alice.username)
    expect(page.locator("#login-notice")).to_contain_text("Username is already in use")


def test_no_registration_where_the_settings_have_none(visit, admin):
    admin.post("settings/Accounts_RegistrationForm", value="Disabled")
    try:
        page = visit()
        expect(page).to_have_title("pimentaCHAT")
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("button", name="Create an account")).to_be_hidden()
    finally:
        admin.post("settings/Accounts_RegistrationForm", value="Public")


def test_a_wrong_password_and_the_right_one(visit, alice):
    page = visit()
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#login-notice")).to_have_text("Username or password is wrong. Try again.")
    logs_in(page, alice)
    expect(page.locator("#my-name")).to_have_text("Alice Adams")


def test_a_second_factor(visit, newcomer):
    import pyotp

    dora = newcomer("dora")
    secret = dora.post("users.2fa.enableTotp")["secret"]
    codes = dora.post("users.2fa.validateTotp", code=pyotp.TOTP(secret).now())["codes"]
    page = visit()
    page.get_by_label("Username or e-mail").fill("dora")
    page.get_by_role("textbox", name="Password").fill(dora.password)
    page.get_by_role("button", name="Log in").click()
    code = page.get_by_label("Code of your authenticator app")
    expect(code).to_be_focused()
    expect(page.locator("#login-notice")).to_contain_text("second factor")
    code.fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#login-notice")).to_contain_text("not right")
    code.fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#my-name")).to_have_text("Dora")


def test_the_login_lasts_as_long_as_was_asked_for_and_is_in_no_address(visit, alice):
    page = visit()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    logs_in(page, alice)
    held = "JSON.parse(sessionStorage.getItem('pimentachat.login')).authToken"
    token = page.evaluate(held)
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    expect(page.locator("#my-name")).to_have_text("Alice Adams")
    another = page.context.new_page()
    another.goto("/")
    expect(another.get_by_role("button", name="Log in")).to_be_visible()
    another.get_by_label("Stay signed in").check()
    logs_in(another, alice)
    third = page.context.new_page()
    third.goto("/")
    expect(third.locator("#my-name")).to_have_text("Alice Adams")
    third.get_by_role("button", name="Log out").click()
    expect(third.get_by_role("button", name="Log in")).to_be_visible()
    assert third.evaluate("localStorage.length") == 0
    assert not any(cookie["value"] for cookie in page.context.cookies())
    assert addresses
    assert not [address for address in addresses if token in address]


def test_who_is_logged_out_elsewhere_comes_to_the_login(visit, alice, garden):
    page = visit(alice, room=garden[0])
    held = page.evaluate("JSON.parse(sessionStorage.getItem('pimentachat.login'))")
    alice.http.post("/api/v1/logout", headers={"X-Auth-Token": held["authToken"], "X-User-Id": held["userId"]})
    expect(page.locator("#login-notice")).to_have_text("Your login has ended. Log in again.")
    expect(page.get_by_label("Username or e-mail")).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0


# --- rooms


def test_unread_messages_are_counted_until_they_are_read(visit, alice, bob, garden):
    name, rid = garden
    page = visit(bob)
    entry = page.locator("#room-list").get_by_role("button", name=name)
    expect(entry).to_be_visible()
    alice.says(rid, "@bob the roses bloom")
    expect(entry).to_contain_text("1")
    expect(entry).to_contain_text("you are mentioned")
    expect(page).to_have_title(re.compile(r"^\(\d+\) "))
    entry.click()
    expect(page.locator(".separator.new")).to_be_visible()
    expect(entry.locator(".badge")).to_have_count(0)
    expect(message(page, "the roses bloom")).to_be_visible()
    for _ in range(50):
        if bob.unread(rid) == 0:
            break
        page.wait_for_timeout(100)
    assert bob.unread(rid) == 0


def test_all_rooms_are_marked_as_read(visit, alice, newcomer):
    reader = newcomer(f"reader{uuid4().hex[:6]}")
    rooms = [alice.creates(f"news-{uuid4().hex[:6]}", reader.username) for _ in range(2)]
    for rid in rooms:
        alice.says(rid, f"@{reader.username} news")
    page = visit(reader)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".badge")).to_have_count(0)
    expect(page.get_by_role("button", name="Mark all as read")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    assert [reader.unread(rid) for rid in rooms] == [0, 0]


def test_others_messages_come_by_themselves(visit, alice, bob, garden):
    name, rid = garden
    page = visit(bob, room=name)
    posted = alice.says(rid, "Who waters them?")
    expect(message(page, "Who waters them?")).to_contain_text("Alice Adams")
    alice.post("chat.update", roomId=rid, msgId=posted, text="Who waters the roses?")
    expect(message(page, "Who waters the roses?")).to_contain_text("edited")
    alice.post("chat.delete", roomId=rid, msgId=posted)
    expect(message(page, "Who waters")).to_have_count(0)


def test_older_messages_come_a_page_at_a_time(visit, alice, garden):
    name, rid = garden
    for number in range(120):
        alice.says(rid, f"number {number:03}")
    page = visit(alice, room=name)
    expect(message(page, "number 119")).to_be_in_viewport()
    expect(message(page, "number 070")).to_have_count(1)
    expect(message(page, "number 069")).to_have_count(0)
    page.get_by_role("button", name="Older messages").click()
    expect(message(page, "number 020")).to_have_count(1)
    page.get_by_role("button", name="Older messages").click()
    expect(message(page, "number 000")).to_have_count(1)
    expect(page.get_by_role("button", name="Older messages")).to_be_hidden()
    texts = page.locator("#messages .message .body").all_inner_texts()
    numbers = [text for text in texts if text.startswith("number")]
    assert numbers == [f"number {number:03}" for number in range(120)]


def test_a_channel_is_made_found_and_joined(visit, alice, bob):
    name = f"roses-{uuid4().hex[:6]}"
    page = visit(alice)
    page.get_by_role("button", name="New channel").click()
    dialog = page.get_by_role("dialog", name="New channel")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("What it is about").fill("Everything about roses")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator("#room-topic")).to_have_text("Everything about roses")
    page.get_by_role("button", name="New channel").click()
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text("exists")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    other = visit(bob)
    other.get_by_label("Find people").fill(name)
    other.locator("#found").get_by_role("button", name=name).click()
    expect(other.get_by_role("heading", name=name)).to_be_visible()
    writes(other, "May I join?")
    expect(message(page, "May I join?")).to_be_visible()


def test_a_private_channel_is_found_by_nobody(visit, alice, bob):
    name = f"secret-{uuid4().hex[:6]}"
    page = visit(alice)
    page.get_by_role("button", name="New channel").click()
    dialog = page.get_by_role("dialog", name="New channel")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Private").check()
    dialog.get_by_role("button", name="Create").click()
    expect(page.locator("#room-list").get_by_role("button", name=name)).to_contain_text("private")
    other = visit(bob)
    other.get_by_label("Find people").fill(name)
    expect(other.get_by_text("Nothing found")).to_be_visible()


def test_people_are_found_and_talked_to(visit, alice, newcomer):
    erin = newcomer(f"erin{uuid4().hex[:6]}", "Erin Evans")
    page = visit(alice)
    page.keyboard.press("Control+k")
    page.keyboard.type(erin.username)
    page.locator("#found").get_by_role("button", name="Erin Evans").click()
    writes(page, "Only for you")
    expect(message(page, "Only for you")).to_be_visible()
    other = visit(erin, room="Alice Adams")
    expect(message(other, "Only for you")).to_be_visible()


def test_messages_are_found(visit, alice, garden):
    name, rid = garden
    alice.says(rid, "A nightingale sings")
    for number in range(60):
        alice.says(rid, f"tick {number}")
    page = visit(alice, room=name)
    expect(message(page, "nightingale")).to_have_count(0)
    page.get_by_label("Find people").fill("nightingale")
    page.locator("#found").get_by_role("button", name="nightingale").click()
    expect(message(page, "A nightingale sings")).to_be_in_viewport()
    expect(page.locator("#found button")).to_have_count(0)


# --- messages


def test_a_thread(visit, alice, bob, garden):
    name, rid = garden
    alice.says(rid, "Who waters the roses?")
    page = visit(bob, room=name)
    acts(message(page, "Who waters the roses?"), "Reply in a thread")
    thread = page.get_by_role("region", name="Thread")
    expect(thread).to_contain_text("Who waters the roses?")
    writes(page, "I do", box="Reply")
    expect(thread.locator(".message", has_text="I do")).to_be_visible()
    expect(message(page, "I do")).to_have_count(0)
    expect(message(page, "Who waters the roses?").get_by_role("button", name="1 reply")).to_be_visible()
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()
    expect(message(page, "Who waters the roses?")).to_be_focused()

    other = visit(alice, room=name)
    message(other, "Who waters the roses?").get_by_role("button", name="1 reply").click()
    expect(other.locator("#replies .message", has_text="I do")).to_contain_text("Bob Brown")
    writes(other, "Thank you", box="Reply")
    message(page, "Who waters the roses?").get_by_role("button", name=re.compile("repl")).click()
    expect(page.locator("#replies .message", has_text="Thank you")).to_be_visible()


def test_reactions(visit, alice, bob, garden):
    name, rid = garden
    posted = alice.says(rid, "The roses bloom")
    page = visit(bob, room=name)
    acts(message(page, "The roses bloom"), "React")
    page.get_by_role("dialog", name="Choose a reaction").get_by_role("button", name="rose", exact=True).click()
    reaction = message(page, "The roses bloom").get_by_role("button", name=re.compile("rose: bob"))
    expect(reaction).to_have_attribute("aria-pressed", "true")
    alice.post("chat.react", messageId=posted, emoji=":rose:")
    expect(reaction).to_contain_text("2")
    reaction.click()
    expect(message(page, "The roses bloom").locator(".reaction")).to_have_attribute("aria-pressed", "false")


def test_editing_and_deleting_what_one_wrote(visit, alice, bob, garden):
    name, rid = garden
    bob.says(rid, "Not yours")
    page = visit(alice, room=name)
    writes(page, "The rosse bloom")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    page.get_by_label("Message", exact=True).press("ArrowUp")
    editor = page.get_by_label("Edit the message")
    expect(editor).to_have_value("The rosse bloom")
    editor.press("Escape")
    expect(editor).to_have_count(0)
    acts(message(page, "The rosse bloom"), "Edit")
    editor.fill("The roses bloom")
    editor.press("Enter")
    expect(message(page, "The roses bloom")).to_contain_text("edited")
    acts(message(page, "The roses bloom"), "Delete")
    page.get_by_role("dialog", name="Delete this message?").get_by_role("button", name="Cancel").click()
    expect(message(page, "The roses bloom")).to_be_visible()
    acts(message(page, "The roses bloom"), "Delete")
    page.get_by_role("dialog", name="Delete this message?").get_by_role("button", name="Delete").click()
    expect(message(page, "The roses bloom")).to_have_count(0)
    message(page, "Not yours").hover()
    expect(message(page, "Not yours").get_by_role("button", name="Edit")).to_have_count(0)


def test_files_are_sent_and_shown(visit, alice, bob, garden, tmp_path):
    name, _ = garden
    picture = tmp_path / "rose.png"
    picture.write_bytes(drawn(60, 40))
    page = visit(alice, room=name)
    page.locator("#write-form input[type=file]").set_input_files(picture)
    shown = page.locator("#messages img[alt='rose.png']")
    expect(shown).to_be_visible()
    expect(page.locator(".sending li")).to_have_count(0)
    page.wait_for_function("document.querySelector(\"#messages img[alt='rose.png']\").naturalWidth === 60")
    other = visit(bob, room=name)
    expect(other.locator("#messages img[alt='rose.png']")).to_be_visible()
    other.wait_for_function("document.querySelector(\"#messages img[alt='rose.png']\").naturalWidth === 60")


def test_a_large_file_goes_to_the_bucket_and_says_how_far_it_is(visit, alice, admin, garden, tmp_path):
    admin.post("settings/FileUpload_MaxFileSize", value=10_000_000)
    name, _ = garden
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(bytes(range(256)) * 20_000)
    page = visit(alice, room=name)
    page.evaluate("""() => {
      window.said = [];
      const look = () => document.querySelectorAll("progress").forEach((bar) => said.push(bar.ariaLabel));
      new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
    }""")
    page.locator("#write-form input[type=file]").set_input_files(plan)
    link = page.locator("#messages").get_by_role("link", name="plan.pdf")
    expect(link).to_be_visible()
    assert "How much of plan.pdf is sent" in page.evaluate("said")
    # As the browser fetches it when somebody follows the link.
    assert page.context.request.get(link.get_attribute("href")).body() == plan.read_bytes()


def test_a_file_that_is_refused_is_told_of(visit, alice, admin, garden, tmp_path):
    name, _ = garden
    page = visit(alice, room=name)
    notes = tmp_path / "notes.txt"
    notes.write_text("Roses")
    admin.post("settings/FileUpload_Enabled", value=False)
    try:
        page.locator("#write-form input[type=file]").set_input_files(notes)
        expect(page.locator("#notice")).not_to_be_empty()
        expect(page.locator(".sending li")).to_have_count(0)
    finally:
        admin.post("settings/FileUpload_Enabled", value=True)


def test_texts_are_drawn_as_they_were_meant(visit, alice, bob, garden):
    name, rid = garden
    alice.says(rid, "*bold* and _italic_ and ~gone~ and `code` @bob #general https://example.org/a :rose:")
    alice.says(rid, "> said\n- one\n- two\n```\nlet roses;\n```\n# Title")
    page = visit(bob, room=name)
    first = message(page, "bold and").locator(".body")
    for tag, text in (("strong", "bold"), ("em", "italic"), ("del", "gone"), ("code", "code")):
        expect(first.locator(tag)).to_have_text(text)
    expect(first.locator(".mention")).to_have_text(["@bob", "#general"])
    expect(first.get_by_role("link")).to_have_attribute("href", "https://example.org/a")
    expect(first).to_contain_text("🌹")
    second = message(page, "let roses;").locator(".body")
    expect(second.locator("blockquote")).to_have_text("said")
    expect(second.locator("li")).to_have_text(["one", "two"])
    expect(second.locator("pre")).to_have_text("let roses;")
    expect(second.locator(".heading")).to_have_text("Title")


# --- when something is wrong


def test_without_a_connection_nothing_is_lost(visit, alice, bob, garden):
    name, rid = garden
    page = visit(alice, room=name)
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("No connection")
    writes(page, "Said without a net")
    expect(page.locator("#notice")).to_contain_text("cannot be reached")
    expect(page.get_by_label("Message", exact=True)).to_have_value("Said without a net")
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_empty()
    page.get_by_label("Message", exact=True).press("Enter")
    expect(message(page, "Said without a net")).to_have_count(1)
    said = bob.get("channels.history", roomId=rid, count=10)["messages"]
    assert [one["msg"] for one in said].count("Said without a net") == 1


def test_a_message_whose_answer_was_lost_is_sent_once(visit, alice, bob, garden):
    name, rid = garden
    page = visit(alice, room=name)

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/chat.sendMessage", lose, times=1)
    writes(page, "Once only")
    expect(page.locator("#notice")).to_contain_text("cannot be reached")
    page.get_by_label("Message", exact=True).press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    expect(message(page, "Once only")).to_have_count(1)
    said = bob.get("channels.history", roomId=rid, count=10)["messages"]
    assert [one["msg"] for one in said].count("Once only") == 1


def test_a_refusal_is_a_sentence(visit, alice, admin, garden):
    name, rid = garden
    page = visit(alice, room=name)
    admin_room = admin.creates(f"quiet-{uuid4().hex[:6]}", "alice")
    admin.post("channels.setReadOnly", roomId=admin_room, readOnly=True)
    writes(page, "/nothing at all")
    expect(page.locator("#notice")).to_contain_text(re.compile(r"\w.*\.$"))
    expect(page.locator("#notice")).not_to_contain_text("[error")
    assert rid


# --- a narrow screen


def test_a_phone_shows_one_pane_at_a_time(visit, alice, garden):
    name, rid = garden
    alice.says(rid, "Who waters the roses?")
    page = visit(alice)
    page.set_viewport_size({"width": 375, "height": 700})
    expect(page.get_by_role("navigation", name="Rooms")).to_be_visible()
    page.locator("#room-list").get_by_role("button", name=name).click()
    expect(page.get_by_role("navigation", name="Rooms")).to_be_hidden()
    acts(message(page, "Who waters the roses?"), "Reply in a thread")
    expect(page.get_by_role("heading", name=name)).to_be_hidden()
    page.get_by_role("button", name="Close the thread").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("button", name="Back to the rooms").click()
    expect(page.get_by_role("navigation", name="Rooms")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
