"""The other end of `tests/ministack_launcher.py`: takes a step, or has MiniStack go where the same step led before."""

import http.client
import json
import os
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote
from urllib.request import urlopen

T = TypeVar("T")


class States:
    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        with urlopen(f"{endpoint_url}/_tests/door", timeout=10) as answer:
            self.door = f"http://127.0.0.1:{answer.read().decode()}"
        self._connection = http.client.HTTPConnection(self.door.removeprefix("http://"))

    def clear(self) -> None:
        """MiniStack forgets everything: no tables, no buckets, no queues."""
        self._post("/clear")

    def after(self, step: str, take: Callable[[], T]) -> T:
        """What `take` returns (as JSON knows it), or returned when the same step was taken from the same state in the
        same environment.

        A step must depend on nothing else, and write to MiniStack only.
        """
        environment = sorted(pair for pair in os.environ.items() if pair[0] != "PYTEST_CURRENT_TEST")
        status, note = self._post(f"/after/{quote(step, safe='')}-{hash(tuple(environment))}")
        if status == http.client.OK:
            known: Any = json.loads(note)
            return known
        taken = take()
        self._post("/keep", json.dumps(taken).encode())
        return taken

    def _post(self, path: str, body: bytes = b"") -> tuple[int, bytes]:
        self._connection.request("POST", path, body)
        answer = self._connection.getresponse()
        return answer.status, answer.read()
