"""Makes docs/images/page.png: `python -m tests.browser.screenshot [FOLDER]`; with a folder, other looks too."""

import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import sync_playwright

from local.places import REPOSITORY
from tests.browser.conftest import CHROMIUM, Account, logs_in
from tests.clients.conftest import PASSWORD, serving

PICTURE = REPOSITORY / "docs" / "images" / "page.png"
PEOPLE = {"alice": "Alice Adams", "bob": "Bob Brown", "carol": "Carol Clark", "dora": "Dora Dean"}


def people(http: httpx.Client) -> dict[str, Account]:
    admin = Account(http, "admin", PASSWORD).enters()
    for username, name in PEOPLE.items():
        email = f"{username}@example.org"
        admin.post("users.create", username=username, name=name, email=email, password="secret-secret", verified=True)
    return {username: Account(http, username, "secret-secret").enters() for username in PEOPLE}


def garden(http: httpx.Client) -> Account:
    """A day in the garden. Returns who looks at it."""
    known = people(http)
    alice, bob, carol, dora = known.values()
    rid = alice.creates("garden", "bob", "carol", "dora")
    alice.post("channels.setTopic", roomId=rid, topic="Roses, tomatoes and everything that needs water")
    for name in ("kitchen", "travel-2027"):
        other = carol.creates(name, "alice", "bob")
        carol.says(other, "Good morning")
    closed = dora.creates("board", "alice", kind="group")
    dora.says(closed, "The numbers are in")
    alice.says(rid, "Good morning! The first *roses* are out :rose:")
    alice.says(rid, "Before noon somebody should\n- water the tomatoes\n- take the ladder back to the shed")
    asked = bob.says(rid, "Which tap do I take for the hose? The one at the shed is stuck.")
    carol.says(rid, "The one behind the greenhouse", tmid=asked)
    bob.says(rid, "Found it, thank you", tmid=asked)
    picture = Image.linear_gradient("L").resize((420, 150))
    colours = Image.merge("RGB", [picture.point(lambda v, k=k: int(60 + v * k)) for k in (0.72, 0.3, 0.36)])
    file = Path(tempfile.gettempdir()) / "evening.png"
    colours.save(file)
    with file.open("rb") as data:
        http.post(
            f"/api/v1/rooms.upload/{rid}",
            files={"file": ("evening.png", data, "image/png")},
            data={"description": "The beds last night"},
            headers=carol.login,
        )
    said = dora.says(rid, "@alice the ladder is back. `make run` works on my machine, see https://example.org/garden")
    for person, emoji in ((alice, "+1"), (bob, "+1"), (carol, "tada"), (alice, "rose")):
        person.post("chat.react", messageId=said, emoji=f":{emoji}:")
    for person in (bob, carol):
        direct = person.post("im.create", username="alice")["room"]["_id"]
        person.says(direct, "Do you have a minute?")
    return alice


def opened(browser: Any, address: str, account: Account, scheme: str, width: int, height: int) -> Any:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, base_url=address)
    page.goto("/")
    logs_in(page, account)
    page.locator("#room-list").get_by_role("button", name="garden").click()
    page.locator("#messages .message").last.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    return page


def main() -> None:
    more = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as data, serving(Path(data)) as (address, _), sync_playwright() as playwright:
        with httpx.Client(base_url=address, timeout=30) as http:
            alice = garden(http)
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = opened(browser, address, alice, "light", 1280, 800)
        if more:
            page.screenshot(path=more / "light.png")
        page.locator("#messages").get_by_role("button", name="2 replies").click()
        page.wait_for_timeout(800)
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        Image.open(PICTURE).convert("RGB").save(PICTURE, optimize=True)
        if more:
            further(browser, address, alice, more)
        browser.close()


def further(browser: Any, address: str, account: Account, folder: Path) -> None:
    page = opened(browser, address, account, "dark", 1280, 800)
    row = page.locator("#messages .message").last
    row.hover()
    page.screenshot(path=folder / "dark.png")
    row.get_by_role("button", name="React").click()
    page.screenshot(path=folder / "picker.png")
    page.keyboard.press("Escape")
    page.locator("#messages").get_by_role("button", name="2 replies").click()
    page.wait_for_timeout(800)
    page.screenshot(path=folder / "dark-thread.png")
    page.get_by_role("button", name="New channel").click()
    page.screenshot(path=folder / "dialog.png")
    page = opened(browser, address, account, "light", 390, 760)
    page.screenshot(path=folder / "narrow.png")
    page.get_by_role("button", name="Back to the rooms").click()
    page.screenshot(path=folder / "narrow-rooms.png")
    page.get_by_label("Find people").fill("do")
    page.wait_for_timeout(1200)
    page.screenshot(path=folder / "narrow-find.png")


if __name__ == "__main__":
    main()
