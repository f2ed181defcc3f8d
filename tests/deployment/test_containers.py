"""What `sam local` gives to functions in containers, without a container: there is no engine for them here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployment import containers
from deployment.sam import PROJECT
from local.resources import delete
from local.server import PREFIX


@pytest.fixture
def told(ministack: str, project: Path, tmp_path: Path, sam_python: Path) -> dict[str, Any]:
    """The variables of the chat function."""
    built = tmp_path / "template.yaml"
    built.write_text((project / "template.yaml").read_text("utf-8"), "utf-8")
    try:
        template, variables = containers.write(ministack, built)
    finally:
        delete(ministack, PREFIX)
    script = Path(__file__).with_name("sam_environment.py")
    ended = subprocess.run(
        [sam_python, script, template, variables, "ChatFunction"],
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_functions_find_the_local_services(told: dict[str, Any], ministack: str) -> None:
    port = ministack.rpartition(":")[2]
    assert told["AWS_ENDPOINT_URL"] == f"http://host.docker.internal:{port}"
    assert told["AWS_ACCESS_KEY_ID"] == "test"
    assert told["MESSAGES_TABLE"] == f"{PREFIX}MessagesTable"
    assert told["FILES_BUCKET"] == f"{PREFIX}filesbucket"
    assert "127.0.0.1" not in json.dumps(told)


def test_an_address_that_nobody_gave_is_asked_for():
    line = [sys.executable, "-m", "deployment", "containers", "--endpoint-url", ""]
    ended = subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (ended.returncode, "AWS_ENDPOINT_URL=" in ended.stderr, "Traceback" in ended.stderr) == (2, True, False)
