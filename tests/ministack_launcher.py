"""Starts MiniStack for the tests, in its own virtual environment like `local/ministack_launcher.py`, and adds a second,
plain door for what the tests ask of it thousands of times:

- requests of DynamoDB, which go from there straight to MiniStack's own code for DynamoDB;
- states: `POST /clear` forgets everything; `POST /after/<step>` brings the state back that followed when the same step
  was taken from the same state before. When it is not known, whoever asked takes the step and says `POST /keep`. After
  any other request that may write, the state is one without a name, where no step is known.

The door's port is the answer to `GET /_tests/door` at MiniStack's own. It reaches into MiniStack's modules, whose
version is pinned; `tests/test_states.py` holds what the tests rely on.
"""

import asyncio
import importlib.util
import pickle
import sys
import zlib
from pathlib import Path
from typing import Any

from ministack import app as ministack
from ministack.core import responses, router
from ministack.services import dynamodb, dynamodb_streams, s3, sqs

_READS = ("BatchGet", "Describe", "Get", "List", "Query", "Scan", "TransactGet")
_STORES = [
    store
    for module in (dynamodb, s3, sqs)
    for store in vars(module).values()
    if isinstance(store, responses.AccountRegionScopedDict | responses.AccountScopedDict)
]


class States:
    """What MiniStack holds for DynamoDB, S3 and SQS, by the steps that led there."""

    MOST_BYTES = 100_000_000

    def __init__(self) -> None:
        self._bytes = 0
        self._kept: dict[str, tuple[bytes, bytes]] = {}
        self._present: str | None = None
        self._next: str | None = None

    def written(self) -> None:
        self._present = None

    def clear(self) -> None:
        for store in _STORES:
            store._data.clear()
        self._present = ""

    def after(self, step: str) -> bytes | None:
        """Takes the step if its outcome is known, and returns the note that was kept with it."""
        self._next = None if self._present is None else f"{self._present}/{step}"
        known = self._kept.get(self._next or "")
        if known is None:
            return None
        state, note = known
        for store, data in zip(_STORES, pickle.loads(state), strict=True):
            store._data.clear()
            store._data.update(data)
        self._present = self._next
        return note

    def keep(self, note: bytes) -> None:
        """The step that was asked for last has been taken: this is its outcome."""
        if self._next is None or self._bytes > self.MOST_BYTES:
            return
        state = pickle.dumps([store._data for store in _STORES], pickle.HIGHEST_PROTOCOL)
        self._bytes += len(state)
        self._kept[self._next] = state, note
        self._present = self._next


_states = States()
_door: list[asyncio.Server] = []


class Door(asyncio.Protocol):
    """As much of HTTP/1.1 as botocore and http.client speak: requests with a Content-Length, one after the other."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            start, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", "0"))
            if len(rest) < length:
                return
            self._received = rest[length:]
            status, more, body = _answer(start.split(" ")[1], headers, rest[:length])
            names = "".join(f"{name}: {value}\r\n" for name, value in more.items())
            opening = f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\n{names}\r\n"
            self._transport.write(opening.encode("latin-1") + body)


def _answer(path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    _, verb, step = (*path.split("/", 2), "")[:3]
    if verb == "clear":
        _states.clear()
    elif verb == "after":
        note = _states.after(step)
        return (404, {}, b"") if note is None else (200, {}, note)
    elif verb == "keep":
        _states.keep(body)
    else:
        return _dynamodb(headers, body)
    return 200, {}, b""


def _dynamodb(headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    responses.set_request_account_id(router.extract_access_key_id(headers, {}))
    responses.set_request_region(router.extract_region(headers, {}))
    service, _, operation = headers.get("x-amz-target", "").partition(".")
    if not operation.startswith(_READS):
        _states.written()
    handled = (dynamodb_streams if "Streams" in service else dynamodb).handle_request("POST", "/", headers, body, {})
    try:
        # It has no `await` inside: it runs to its end at once, as in MiniStack itself.
        handled.send(None)
    except StopIteration as end:
        status, more, text = end.value
        encoded = text if isinstance(text, bytes) else text.encode()
        more["x-amz-crc32"] = str(zlib.crc32(encoded))
        return status, more, encoded
    raise RuntimeError(f"{operation} waits for something")


async def app(scope: Any, receive: Any, send: Any) -> None:
    """MiniStack, told from when on it listens, and watched for writes."""
    if scope["type"] == "lifespan":
        _door.append(await asyncio.get_running_loop().create_server(Door, "127.0.0.1", 0))
    elif scope.get("path") == "/_tests/door":
        port = str(_door[0].sockets[0].getsockname()[1]).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": port})
        return
    elif scope.get("method") not in {"GET", "HEAD"}:
        target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1").rpartition(".")[2]
        if not target.startswith(_READS):
            _states.written()
    await ministacks_app(scope, receive, send)


def _launcher() -> Any:
    path = Path(__file__).resolve().parent.parent / "local" / "ministack_launcher.py"
    spec = importlib.util.spec_from_file_location("local_ministack_launcher", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ministacks_app = ministack.app

if __name__ == "__main__":
    ministack.app = app
    _launcher().run()
