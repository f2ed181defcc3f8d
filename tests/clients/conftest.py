"""The local server as `make run` starts it, in a folder of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.places import REPOSITORY, places

PASSWORD = "admins-secret"


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A running server over a data folder: its address, and what ends it with TERM and waits until it has saved."""
    environment = {
        "PATH": os.environ["PATH"],
        "PORT": "0",
        "LOCAL_DATA": str(data),
        "MINISTACK_VENV": str(places().ministack_venv),
        "ADMIN_PASS": PASSWORD,
        "PASSWORD_ROUNDS": "4",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "local"]
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) as process:

        def end() -> None:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
            assert process.returncode == 0

        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C ends it." in line:
                break
        address = re.search(r"serves (http://127\.0\.0\.1:\d+)", said)
        assert address, said
        try:
            yield address.group(1), end
        finally:
            if process.poll() is None:
                end()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, for all tests here; its administrator is `admin` with PASSWORD."""
    with serving(tmp_path_factory.mktemp("data")) as (address, _):
        yield address


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A file to upload."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(bytes(range(256)) * 400)
    return path
