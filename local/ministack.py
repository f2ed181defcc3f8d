"""Starts and stops MiniStack, the local stand-in for AWS, as a process of its own in a virtual environment of its own.

It keeps its state under a folder: files at once, everything else when it ends. It ends with TERM, and by itself when
this process is gone, so that even then it saves (see `local.ministack_launcher`).
"""

import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from local import ministack_launcher

HOST = "127.0.0.1"
_READY_SECONDS = 60
"""A large state takes its time to load: about 1 s for every 30 MB."""
_STOP_SECONDS = 120


class MiniStackFailed(Exception):
    """It is not installed, or did not start."""


class MiniStack:
    """A running MiniStack.

    Args:
        venv: the virtual environment that has `ministack`.
        data: the folder for its state and log; None keeps nothing after it ended (for tests).
        scratch: the folder for its temporary files and log; by default `data`.
        checkpoints: where `local.pumps.streams` notes what it delivered, so that such stream records can be dropped.
        port: 0 takes a free one.
        environment: further variables of its process.
        launcher: the script that starts it; the tests have one that adds to `local.ministack_launcher`.

    Raises:
        MiniStackFailed: it did not start; the text says why, as far as known.
    """

    def __init__(
        self,
        venv: Path,
        data: Path | None,
        *,
        scratch: Path | None = None,
        checkpoints: Path | None = None,
        port: int = 0,
        environment: Mapping[str, str] | None = None,
        launcher: Path = Path(ministack_launcher.__file__),
    ) -> None:
        interpreter = venv / "bin" / "python"
        if not interpreter.exists():
            raise MiniStackFailed(f"MiniStack is not installed in {venv}: run `make setup`")
        folder = data or scratch
        if folder is None:
            raise ValueError("MiniStack needs a folder: data or scratch")
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "ministack.log"
        self.port = port or _free_port()
        _check_free(self.port)
        self.endpoint_url = f"http://{HOST}:{self.port}"
        self._stopping = False
        # Nothing of the developer's own environment: no credentials, no proxies, no PYTHONPATH.
        variables = {
            "PATH": os.environ.get("PATH", os.defpath),
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "LOG_LEVEL": "WARNING",
            "TMPDIR": str(folder),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
        }
        if data is not None:
            variables |= {"PERSIST_STATE": "1", "STATE_DIR": str(data / "state")}
            variables |= {"S3_PERSIST": "1", "S3_DATA_DIR": str(data / "files")}
        if checkpoints is not None:
            variables[ministack_launcher.CHECKPOINTS] = str(checkpoints)
        variables |= environment or {}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(interpreter), "-I", str(launcher), str(folder / "ministack.lock")],
                env=variables,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C goes to the whole terminal; MiniStack must outlive the server's last requests.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Returns when it answers; raises `MiniStackFailed` when it ended before or takes too long."""
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise MiniStackFailed(f"MiniStack ended at once ({self._process.returncode}): {self._last_words()}")
            try:
                with urllib.request.urlopen(f"{self.endpoint_url}/_ministack/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        self.stop()
        raise MiniStackFailed(f"MiniStack did not answer within {_READY_SECONDS} s: {self._last_words()}")

    def watch(self, when_dead: Callable[[int], None]) -> None:
        """Calls `when_dead(exit code)`, from a thread, should it end without `stop`."""

        def wait() -> None:
            code = self._process.wait()
            if not self._stopping:
                when_dead(code)

        threading.Thread(target=wait, name="ministack-watch", daemon=True).start()

    def stop(self) -> None:
        """Asks it to save and end, and waits until it did. May be called again."""
        self._stopping = True
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "no output"


def _check_free(port: int) -> None:
    """Whoever answers at a port that is taken would be held for the MiniStack that did not start."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as refusal:
            raise MiniStackFailed(f"port {port} cannot be used ({refusal.strerror}): choose another") from refusal


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
