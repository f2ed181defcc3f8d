"""Requests as calls, outcomes as responses: the only part that knows HTTP, ASGI and Lambda.

Rules (contract: common.yaml base, authentication.yaml common.bodies): GET reads the query string; POST, PUT and
DELETE read the body, JSON or form-encoded, whatever the Content-Type says; a body field `payload` holding JSON
replaces the body on endpoints that require a login; multipart forms give their fields and `files`.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from mangum import Mangum
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from pimentachat import workspace
from pimentachat.api import doorway, limits
from pimentachat.api.doorway import Call, Origin, Outcome, Raw, Redirect, logger
from pimentachat.api.endpoints import Endpoint
from pimentachat.api.routing import Routes
from pimentachat.config import in_lambda
from pimentachat.errors.base import ChatError
from pimentachat.errors.files import FileTooLarge
from pimentachat.errors.requests import AnswerTooLarge, BodyTooLarge, BrokenForm, BrokenJson, NotFound
from pimentachat.models.uploads import FilePart
from pimentachat.services.text import lengths
from pimentachat.store import table

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_MULTIPART: Final = "multipart/form-data"
_FORM: Final = "application/x-www-form-urlencoded"
_PAYLOAD: Final = "payload"
_ALLOWED_HEADERS: Final = "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token"


# --- applications


def application(routes: Routes[Endpoint], *, threads: bool = False) -> Asgi:
    """Endpoints as an ASGI application.

    With `threads` they run in a thread pool, as a server of many requests at once needs; in Lambda, which takes one at
    a time, they run inline (the pool costs 450 microseconds a request).
    """

    async def respond(request: Request) -> Response:
        found = _route(routes, request)
        if found is None:
            return response(doorway.refused(NotFound()))
        endpoint, place = found
        try:
            work = partial(doorway.answer, endpoint, await read(endpoint, request, place))
        except Exception as problem:
            work = partial(doorway.refuse, endpoint, problem)
        answer = response(await run_in_threadpool(work) if threads else work())
        if request.method == "HEAD":
            # As GET answers, its length too, without the body.
            answer.body = b""
        return answer

    return serving(respond)


def serving(respond: Callable[[Request], Awaitable[Response]]) -> Asgi:
    """What answers one request, as an ASGI application."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await respond(Request(scope, receive))
        await answer(scope, receive, send)

    return serve


def _route(routes: Routes[Endpoint], request: Request) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint of a request: API Gateway has found it already and says which; elsewhere by method and path."""
    event = request.scope.get("aws.event")
    if event:
        endpoint = routes.named(event.get("routeKey", ""))
        if endpoint:
            return endpoint, dict(event.get("pathParameters") or {})
    found = routes.match(request.method, raw_path(request.scope))
    return (found.target, found.place) if found else None


def raw_path(scope: Scope) -> str:
    """The path as it was sent, its escapes still in it where the server tells."""
    raw: bytes | None = scope.get("raw_path")
    return raw.decode("latin-1").partition("?")[0] if raw else str(scope["path"])


def lambda_handler(app: Asgi) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """An application as a Lambda handler, for HTTP API events (payload 2.0)."""
    if in_lambda():
        # While the module loads, which costs nobody a wait. It opens no connection, so a snapshot may hold it.
        table.client()
    serve = Mangum(app, lifespan="off")  # type: ignore[arg-type]

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _log_context(event, context)
        _have_event_loop()
        return serve(event, context)

    return handle


def _have_event_loop() -> None:
    # Mangum runs on the thread's loop and makes none where somebody has closed it, or where Python no longer does so
    # itself.
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())


def _log_context(event: dict[str, Any], context: Any) -> None:
    """Puts the ids of the request on every line that it logs."""
    request = event.get("requestContext", {})
    logger.clear_state()
    logger.append_keys(
        request_id=request.get("requestId", getattr(context, "aws_request_id", "")),
        route=request.get("routeKey", event.get("routeKey", "")),
    )


# --- requests


async def read(endpoint: Endpoint, request: Request, place: dict[str, str]) -> Call:
    """The call that a request makes. Parameters in the path (`place`) win over those of the same name elsewhere.

    Raises:
        BrokenJson: the body is meant to be JSON and is none.
        BrokenForm: a multipart form is cut off, or has too many parts.
        BodyTooLarge: the body is larger than a Lambda function could be given.
        FileTooLarge: the same, of a form with a file.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    # From the scope: `request.url` would trip over a broken Host header.
    query = _single(parse_qs(request.scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True))
    raw = query if request.method in {"GET", "HEAD", "OPTIONS"} else await _parameters(request, headers, query)
    if not endpoint.public and isinstance(raw.get(_PAYLOAD), str):
        raw = parse_json(raw[_PAYLOAD])
    token, user_id = _credentials(endpoint, request, headers, query)
    address = request.client.host if request.client else ""
    return Call({**raw, **place}, token, user_id, Origin(address, headers))


async def _parameters(request: Request, headers: dict[str, str], query: dict[str, Any]) -> dict[str, Any]:
    multipart = _MULTIPART in headers.get("content-type", "")
    most, refusal = (
        (limits.FORM_BYTES_MOST, FileTooLarge.beyond(limits.BODY_BYTES_MOST))
        if multipart
        else (limits.BODY_BYTES_MOST, BodyTooLarge())
    )
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise refusal
    request = Request(request.scope, _within(most, refusal, request.receive))
    body = await (_multipart(request) if multipart else _body(request))
    # Some HTTP clients cannot send a body with DELETE.
    return {**query, **body} if request.method == "DELETE" else body


def _within(most: int, refusal: ChatError, receive: Receive) -> Receive:
    """A body that is sent in chunks does not say how long it is."""
    seen = 0

    async def receive_within() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise refusal
        return message

    return receive_within


def _credentials(
    endpoint: Endpoint, request: Request, headers: dict[str, str], query: dict[str, Any]
) -> tuple[str, str]:
    """Token and user id: the two headers; where a browser fetches a file by itself, also the query or the cookies
    (contract: models.yaml upload.download)."""
    token = headers.get("x-auth-token", "")
    if token or not endpoint.browser:
        return token, headers.get("x-user-id", "")
    for source in (query, request.cookies):
        if source.get("rc_token"):
            return str(source["rc_token"]), str(source.get("rc_uid", ""))
    return "", ""


def _single(values: dict[str, list[str]]) -> dict[str, Any]:
    """One text for each name; a list only where a name is repeated or ends in []."""
    return {name: texts if len(texts) > 1 or name.endswith("[]") else texts[0] for name, texts in values.items()}


async def _body(request: Request) -> dict[str, Any]:
    data = await request.body()
    if not data.strip():
        return {}
    # curl -d '{"json": true}' says it sends a form.
    if _FORM in request.headers.get("content-type", "") and not data.lstrip().startswith(b"{"):
        return _single(parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True))
    return parse_json(data)


def parse_json(text: bytes | str) -> dict[str, Any]:
    """
    Raises:
        BrokenJson: the text is no JSON object.
    """
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BrokenJson from None
    if not isinstance(parsed, dict):
        raise BrokenJson
    return parsed


async def _multipart(request: Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    files: list[FilePart] = []
    try:
        async with request.form(max_files=limits.FILES_MOST, max_fields=limits.FIELDS_MOST) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or "application/octet-stream"
                    data = await value.read()
                    if len(data) > limits.BODY_BYTES_MOST:
                        raise FileTooLarge.beyond(limits.BODY_BYTES_MOST)
                    files.append(FilePart(name, value.filename or "file", kind, data))
                else:
                    fields[name] = value
    except MultiPartException as problem:
        # A boundary is missing, a part is cut off, or there are too many of them.
        raise BrokenForm from problem
    return {**fields, "files": files} if files else dict(fields)


# --- responses


def response(outcome: Outcome) -> Response:
    """An outcome as it goes over the wire."""
    answer = _response(outcome)
    answer.headers.update(outcome.headers)
    if outcome.cross_origin:
        # Contract: common.yaml cors.
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
    return answer


def _response(outcome: Outcome) -> Response:
    body = outcome.body
    if isinstance(body, Redirect):
        if body.as_json:
            where = orjson.dumps(body.location)
            return Response(where, body.status, {"Location": body.location}, media_type="application/json")
        # With a type of its own: an answer without one would be called JSON on its way.
        return Response(b"", body.status, {"Location": body.location}, media_type="text/plain")
    if isinstance(body, Raw):
        return Response(body.body, body.status, dict(body.headers), media_type=body.media_type)
    # Exactly application/json, without charset: clients and test suites compare it (contract: neighbours.yaml
    # answer_form).
    content = orjson.dumps(body)
    if lengths.sent_size(content) > limits.ANSWER_BYTES_MOST:
        # Never a part of it: a list that is cut short looks complete.
        logger.info("answer too large", size=len(content))
        return _response(doorway.refused(AnswerTooLarge(limit=limits.ANSWER_BYTES_MOST / 1_000_000)))
    return Response(content, outcome.status, media_type="application/json")


def preflight() -> dict[str, str]:
    """The headers of a preflight's answer."""
    return {
        "Access-Control-Allow-Origin": workspace.current().text("API_CORS_Origin"),
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, HEAD, PATCH",
        "Access-Control-Allow-Headers": f"{_ALLOWED_HEADERS}, x-visitor-token",
    }
