"""MiniStack for the tests of the local server, and a small project for it to serve."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local.aws import ON_MINISTACK
from local.ministack import MiniStack
from local.places import REPOSITORY, places
from local.resources import create
from local.template import Template, load

PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A MiniStack that keeps nothing."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ON_MINISTACK.items():
            environment.setenv(name, value)
        ministack = MiniStack(places().ministack_venv, None, scratch=tmp_path_factory.mktemp("ministack"))
        try:
            ministack.wait_until_ready()
            yield ministack.endpoint_url
        finally:
            ministack.stop()


@pytest.fixture
def template() -> Template:
    return load(PROJECT / "template.yaml")


@pytest.fixture
def prefix() -> str:
    return f"t{uuid4().hex[:8]}-"


@pytest.fixture
def variables(endpoint: str, prefix: str, template: Template) -> dict[str, str]:
    """Fresh resources; the functions' environment variables that name them."""
    return create(endpoint, prefix, template)


class Server:
    """`python -m local` over `tests/local/project` as a process of its own."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "local", "--root", str(PROJECT)]
        self.process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={
                "PATH": os.environ["PATH"],
                # The small project has no layer of its own, and the gateway finds routes by the layer's matcher.
                "PYTHONPATH": str(places().layer),
                "PORT": "0",
                "LOCAL_DATA": str(data),
                "MINISTACK_VENV": str(places().ministack_venv),
                "PYTHONUNBUFFERED": "1",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""

    def wait_until_ready(self) -> str:
        """The address it prints."""
        self.read_until("Ctrl-C ends it.")
        match = re.search(r"serves (http://127\.0\.0\.1:\d+)", self.output)
        assert match, self.output
        return match.group(1)

    def read_until(self, text: str, seconds: float = 30) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        deadline = time.monotonic() + seconds
        while text not in self.output:
            readable, _, _ = select.select([stdout], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(stdout.fileno(), 65536).decode() if readable else ""
            assert piece, f"the server said only: {self.output}"
            self.output += piece

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends the signal, once; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.output += rest
        return self.process.returncode

    @property
    def ministack_pid(self) -> int:
        match = re.search(r"MiniStack, process (\d+)", self.output)
        assert match, self.output
        return int(match.group(1))


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers that share one data folder; those still running at the end are ended."""
    started: list[Server] = []

    def start(**environment: str) -> Server:
        started.append(Server(tmp_path / "data", environment))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.communicate(timeout=60)
        elif server.process.stdout is not None:
            server.process.stdout.close()
