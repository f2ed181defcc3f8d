"""A workspace under test: whole API Gateway events into the real handlers, and people who send them.

assert alice.post("chat.postMessage", channel="#general", text="hi").succeeded
assert bob.get("channels.info", roomName="nowhere").error_type == "error-room-not-found"
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from local.functions import load
from local.lambda_context import LambdaContext
from local.places import REPOSITORY
from pimentachat.api.routing import Route, Routes
from pimentachat.config import config
from tests import declared

CONTEXT = LambdaContext("tests")
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Seen:
    """An answer that a test brought about, for the check that every answer of the contract is tested."""

    method: str
    path: str
    """As the route has it: `/api/v1/rooms.upload/{rid}`."""
    status: int
    facts: tuple[tuple[str, Any], ...]
    """What the contract tells answers apart by."""

    @property
    def body(self) -> dict[str, Any]:
        return dict(self.facts)


SEEN: set[Seen] = set()
"""Each kind of answer once, so that it does not grow with the number of tests."""
_TEXT = "text"
"""Under which a body is kept that is a text and no object."""
_FACTS = ("success", "status", "error", "errorType", "message", _TEXT)


def _see(method: str, path: str, status: int, body: Any) -> None:
    told = body if isinstance(body, dict) else {_TEXT: body}
    facts = ((name, told[name]) for name in _FACTS if isinstance(told.get(name), str | int))
    SEEN.add(Seen(method, path, status, tuple(facts)))


CALLED: set[tuple[str, str, str, str]] = set()
"""(family, IAM action, logical id of the resource, kind of partition) of every call that a function's handler made. The
kind of partition, for what is written into a table: `JOBS`, or `COUNTER#` for all that begin so."""
FIRST_PASSWORD = "FirstPassword"
"""Stands for the one parameter of SSM, which is no resource of the template."""
_TABLES = {
    "accounts": "AccountsTable",
    "rooms": "RoomsTable",
    "messages": "MessagesTable",
    "workspace": "WorkspaceTable",
}
_PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_S3_RIGHTS = {
    "HeadObject": "GetObject",
    "CopyObject": "PutObject",
    "CreateBucket": "PutObject",
    "ListObjectsV2": "ListBucket",
}
"""What takes another right than its name says. The SDK signs a form under the name of another operation, and calls
nothing."""
_acting: ContextVar[str] = ContextVar("acting", default="")


@contextmanager
def acting(family: str) -> Iterator[None]:
    """While open, calls of AWS are those of this family's function."""
    token = _acting.set(family)
    try:
        yield
    finally:
        _acting.reset(token)


def watch(client: Any) -> None:
    """Notes what is called through a client of the shared layer."""
    client.meta.events.register("provide-client-params.*", _note)


def _note(params: dict[str, Any], model: Any, **_: Any) -> None:
    family = _acting.get()
    if not family:
        return
    if model.service_model.service_name == "s3":
        CALLED.add((family, f"s3:{_S3_RIGHTS.get(model.name, model.name)}", "FilesBucket", ""))
        return
    if model.service_model.service_name == "ssm":
        CALLED.add((family, f"ssm:{model.name}", FIRST_PASSWORD, ""))
        return
    if model.service_model.service_name == "sqs":
        queues = {config().effects_queue: "EffectsQueue", config().webhooks_queue: "WebhooksQueue"}
        queue = queues.get(params["QueueUrl"], "DeadLetterQueue")
        CALLED.add((family, "sqs:SendMessage", queue, ""))
        return
    for operation, table, partition in _operations(model.name, params):
        logical = next(logical for name, logical in _TABLES.items() if getattr(config(), f"{name}_table") == table)
        CALLED.add((family, f"dynamodb:{operation}", logical, partition))


def _operations(name: str, params: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if name == "TransactWriteItems":
        for part in params["TransactItems"]:
            [(kind, body)] = part.items()
            yield _PARTS[kind], body["TableName"], _partition(body)
    elif name == "BatchWriteItem":
        for table, changes in params["RequestItems"].items():
            yield from ((name, table, _partition(body)) for change in changes for body in change.values())
    elif "RequestItems" in params:
        yield from ((name, table, "") for table in params["RequestItems"])
    else:
        yield name, params["TableName"], _partition(params) if name in _PARTS.values() else ""


def _partition(body: Mapping[str, Any]) -> str:
    first, sign, _ = (body.get("Key") or body["Item"])["pk"]["S"].partition("#")
    return str(first + sign)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    text: str
    content: bytes = b""
    """As it was sent, for what is no text."""

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def succeeded(self) -> bool:
        return self.status == 200 and (self.body.get("success") is True or self.body.get("status") == "success")

    @property
    def error(self) -> Any:
        return self.body.get("error")

    @property
    def error_type(self) -> Any:
        return self.body.get("errorType")

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


@dataclass(frozen=True)
class File:
    """A part of a multipart form."""

    name: str
    data: bytes
    type: str = "text/plain"
    field: str = "file"


@dataclass(frozen=True)
class Function:
    family: str
    handler: Handler


class Gateway:
    """Finds the function of a route as API Gateway does: by method and path, else the fallback."""

    def __init__(self) -> None:
        routes = []
        for folder in sorted(path.parent for path in (REPOSITORY / "functions").glob("*/app.py")):
            module = load(folder)
            function = Function(folder.name, module.handler)
            routes += [Route(route.method, route.path, function) for route in module.api.routes]
        self.routes = Routes(routes)
        self._fallback = Function("fallback", load(REPOSITORY / "functions" / "fallback").handler)

    def find(self, method: str, path: str) -> tuple[Function, str, dict[str, str]]:
        """The function, the route's path, and the parameters in the path."""
        match = self.routes.match(method, path)
        if match:
            return match.target, match.route.path, match.place
        other = [self.routes.match(known, path) for known in self.routes.methods(path)]
        return self._fallback, other[0].route.path if other and other[0] else path, {}


def event(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    query: str = "",
    body: bytes | None = None,
    route: str = "",
    place: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The event of an HTTP API, payload 2.0. `route` is the route that it found, `place` the parameters in the path."""
    key = f"{method} {route}" if route else "$default"
    return {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "chat.example.org", "x-forwarded-for": "203.0.113.7", **headers},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "chat.example.org",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "test",
            },
            "requestId": uuid4().hex,
            "routeKey": key,
            "stage": "$default",
            "timeEpoch": 1555000000000,
        },
        **({"pathParameters": dict(place)} if place else {}),
        "isBase64Encoded": body is not None,
        **({"body": base64.b64encode(body).decode()} if body is not None else {}),
    }


class Workspace:
    """A fresh workspace. `anonymous` calls without a login."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """Any request; `path` with or without /api/v1/."""
        whole = path if path.startswith("/") else f"/api/v1/{path}"
        function, template, place = self._gateway.find(method, whole)
        texts = urlencode({name: _text(value) for name, value in (query or {}).items()}, doseq=True)
        sent = event(
            method,
            whole,
            headers={k.lower(): v for k, v in (headers or {}).items()},
            query=texts,
            body=raw,
            route="" if function.family == "fallback" else template,
            place=place,
        )
        with acting(function.family):
            reply = function.handler(sent, CONTEXT)
        text = reply.get("body") or ""
        content = base64.b64decode(text) if reply.get("isBase64Encoded") else text.encode()
        text = content.decode(errors="replace")
        answer = Answer(reply["statusCode"], {k.lower(): v for k, v in reply["headers"].items()}, text, content)
        if text and answer.headers.get("content-type") == "application/json":
            _see(method, template, answer.status, answer.body)
        elif method != "HEAD":
            page = answer.headers.get("content-type", "").startswith("text/html")
            assert page or answer.status in {200, 302, 304, 404, 405}, f"{answer.status} {answer.headers} {text}"
            _see(method, template, answer.status, None)
        declared.check(method, template, answer.status, answer.headers.get("content-type", ""), answer.text)
        return answer


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return value
    return value if isinstance(value, str) else json.dumps(value)


@dataclass
class Client:
    """Sends requests, with the login of a person or (`Client(workspace)`) without one."""

    workspace: Workspace
    login: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> Answer:
        return self.workspace.send("GET", path, headers=self.login, query=query)

    def post(self, path: str, body: Any = None, /, **fields: Any) -> Answer:
        """JSON: the fields given by name, or any body."""
        return self.json("POST", path, fields if body is None else body)

    def delete(self, path: str, /, **fields: Any) -> Answer:
        return self.json("DELETE", path, fields)

    def json(self, method: str, path: str, body: Any) -> Answer:
        headers = {**self.login, "content-type": "application/json"}
        return self.workspace.send(method, path, headers=headers, raw=json.dumps(body).encode())

    def form(self, path: str, **fields: str) -> Answer:
        headers = {**self.login, "content-type": "application/x-www-form-urlencoded"}
        return self.workspace.send("POST", path, headers=headers, raw=urlencode(fields).encode())

    def upload(self, path: str, *files: File, **fields: str) -> Answer:
        boundary = "pimenta"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for file in files:
            head = f'Content-Disposition: form-data; name="{file.field}"; filename="{file.name}"'
            start = f"--{boundary}\r\n{head}\r\nContent-Type: {file.type}\r\n\r\n"
            parts.append(start.encode() + file.data + b"\r\n")
        headers = {**self.login, "content-type": f"multipart/form-data; boundary={boundary}"}
        return self.workspace.send("POST", path, headers=headers, raw=b"".join(parts) + f"--{boundary}--\r\n".encode())


@dataclass
class Person(Client):
    """Somebody who is logged in."""

    id: str = ""
    username: str = ""
    token: str = ""
    password: str = ""

    # What tests do all the time.

    def creates_channel(self, name: str, **more: Any) -> str:
        """Returns the room's id."""
        return str(self._ok(self.post("channels.create", name=name, **more))["channel"]["_id"])

    def creates_group(self, name: str, **more: Any) -> str:
        return str(self._ok(self.post("groups.create", name=name, **more))["group"]["_id"])

    def opens_direct_room(self, other: "Person") -> str:
        return str(self._ok(self.post("im.create", username=other.username))["room"]["_id"])

    def posts(self, room_id: str, text: str, **more: Any) -> Answer:
        return self.post("chat.postMessage", roomId=room_id, text=text, **more)

    def says(self, room_id: str, text: str, **more: Any) -> str:
        """Posts and returns the message's id."""
        return str(self._ok(self.posts(room_id, text, **more))["message"]["_id"])

    def reads(self, room_id: str, kind: str = "channels") -> list[dict[str, Any]]:
        """The newest messages of a room, newest first."""
        messages: list[dict[str, Any]] = self._ok(self.get(f"{kind}.history", roomId=room_id, count=100))["messages"]
        return messages

    def subscription(self, room_id: str) -> dict[str, Any]:
        return self._ok(self.get("subscriptions.getOne", roomId=room_id)).body.get("subscription") or {}

    @staticmethod
    def _ok(answer: Answer) -> Answer:
        assert answer.succeeded, answer.text
        return answer
