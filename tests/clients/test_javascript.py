"""JavaScript clients from npm, over real HTTP (`make test-clients` installs them)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from local.places import REPOSITORY
from tests.clients.conftest import PASSWORD
from tests.clients.document import DOCUMENT

pytestmark = pytest.mark.javascript

_MODULES = REPOSITORY / ".local" / "npm-clients" / "node_modules"
_FOLDER = Path(__file__).with_name("javascript")


def _node(*arguments: str) -> "subprocess.CompletedProcess[str]":
    node = shutil.which("node")
    assert node, "Node is missing: `make test-clients` says what to install"
    return subprocess.run(
        [node, *arguments],
        cwd=_FOLDER,
        env={**os.environ, "NODE_PATH": str(_MODULES)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("script", ["api-client", "sdk"])
def test_a_client_talks(server: str, script: str) -> None:
    ran = _node("run.js", f"{script}.js", server, PASSWORD)
    assert ran.returncode == 0, ran.stderr
    calls = ran.stdout.splitlines()
    assert len(calls) > 10
    # What each tour asks for to be refused, and nothing else.
    assert {call.rpartition(" ")[2] for call in calls} == {"200", "400"} | (
        {"401"} if script == "api-client" else set()
    )


def test_the_example_in_the_document(server: str, tmp_path: Path) -> None:
    [example] = re.findall(r"^```js\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    filled = example.replace("http://127.0.0.1:3000", server).replace("<password>", PASSWORD)
    file = tmp_path / "example.js"
    file.write_text("(async () => {\n" + filled + "})();\n", "utf-8")
    ran = _node(str(file))
    assert ran.returncode == 0, ran.stderr
    login = httpx.post(f"{server}/api/v1/login", json={"user": "admin", "password": PASSWORD}).json()["data"]
    headers = {"X-Auth-Token": login["authToken"], "X-User-Id": login["userId"]}
    history = httpx.get(f"{server}/api/v1/channels.history?roomName=general", headers=headers).json()
    assert "The roses bloom" in [message["msg"] for message in history["messages"]]
