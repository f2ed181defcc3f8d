"""The local server as `make run` starts it, in a folder of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.places import REPOSITORY, places

PASSWORD = "admins-secret"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server; its administrator is `admin` with PASSWORD."""
    environment = {
        "PATH": os.environ["PATH"],
        "PORT": "0",
        "LOCAL_DATA": str(tmp_path_factory.mktemp("data")),
        "MINISTACK_VENV": str(places().ministack_venv),
        "ADMIN_PASS": PASSWORD,
        "PASSWORD_ROUNDS": "4",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "local"]
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C ends it." in line:
                break
        address = re.search(r"serves (http://127\.0\.0\.1:\d+)", said)
        assert address, said
        yield address.group(1)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A file to upload."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(bytes(range(256)) * 400)
    return path
