"""Chromium over the local server as `make run` starts it: people with names, each in a browser of their own."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

from tests.clients.conftest import PASSWORD, serving

# Playwright is installed by `make test-browser`; a run of the other tests may do without.
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 15_000
"""Milliseconds in which something has to be seen."""
# What a page tells of itself that nobody sees: the policy was broken.
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@dataclass
class Account:
    """Somebody who calls the API beside the browsers."""

    http: httpx.Client
    username: str
    password: str
    name: str = ""
    login: dict[str, str] = field(default_factory=dict)

    def enters(self) -> "Account":
        data = self.post("login", user=self.username, password=self.password)["data"]
        self.login = {"X-Auth-Token": data["authToken"], "X-User-Id": data["userId"]}
        self.name = data["me"]["name"]
        return self

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        return self._checked(self.http.post(f"/api/v1/{path}", json=fields, headers=self.login))

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._checked(self.http.get(f"/api/v1/{path}", params=query, headers=self.login))

    def _checked(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def says(self, rid: str, text: str, **more: Any) -> str:
        return str(self.post("chat.postMessage", roomId=rid, text=text, **more)["message"]["_id"])

    def creates(self, name: str, *members: str, kind: str = "channel") -> str:
        return str(self.post(f"{kind}s.create", name=name, members=list(members))[kind]["_id"])

    def unread(self, rid: str) -> int:
        return int(self.get("subscriptions.getOne", roomId=rid)["subscription"]["unread"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data")) as (address, _):
        yield address


@pytest.fixture(scope="session")
def http(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def admin(http: httpx.Client) -> Account:
    return Account(http, "admin", PASSWORD).enters()


@pytest.fixture(scope="session")
def newcomer(http: httpx.Client, admin: Account) -> Callable[..., Account]:
    """Makes a person: `newcomer("dora")`."""

    def make(username: str, name: str = "") -> Account:
        password = f"{username}s-secret"
        admin.post(
            "users.create", username=username, name=name or username.capitalize(), email=f"{username}@example.org",
            password=password, verified=True,
        )  # fmt: skip
        return Account(http, username, password).enters()

    return make


@pytest.fixture(scope="session")
def alice(newcomer: Callable[..., Account]) -> Account:
    return newcomer("alice", "Alice Adams")


@pytest.fixture(scope="session")
def bob(newcomer: Callable[..., Account]) -> Account:
    return newcomer("bob", "Bob Brown")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    if not CHROMIUM:
        pytest.fail("Chromium is missing: `apt-get install chromium`, or say where it is with CHROMIUM=/path/to/chrome")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Opens a browser of its own at the page: `visit()`, `visit(alice)` logged in, `visit(alice, room="garden")`.

    When the test ends, nothing must have asked, failed or broken the policy in any of them.
    """
    contexts: list[Any] = []
    pages: list[Any] = []
    troubles: list[str] = []

    def enter(account: Account | None = None, *, at: str = "/", room: str = "", **look: Any) -> Any:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, **look, base_url=server)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(_WATCH)
        contexts.append(context)
        page = context.new_page()
        pages.append(page)
        page.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda problem: troubles.append(str(problem)))
        page.on("console", lambda said: troubles.append(said.text) if _is_trouble(said) else None)
        page.goto(at)
        if account:
            logs_in(page, account)
        if room:
            page.locator("#room-list").get_by_role("button", name=room).click()
            page.get_by_label("Message", exact=True).wait_for()
        return page

    yield enter
    for page in pages:
        troubles += page.evaluate("window.violations")
    for context in contexts:
        context.close()
    assert troubles == []


def _is_trouble(said: Any) -> bool:
    # Refusals of the API are told by the browser as well.
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def logs_in(page: Any, account: Account) -> None:
    page.get_by_label("Username or e-mail").fill(account.username)
    page.get_by_role("textbox", name="Password").fill(account.password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()
