"""Answers: the envelope, refusals, redirects, and what is logged about them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aws_lambda_powertools import Logger
from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import Response

from pimentachat.auth import workspace
from pimentachat.errors import ChatError

logger: Final = Logger()

_ALLOWED_HEADERS: Final = "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token"


@dataclass(frozen=True)
class Redirect:
    """Sends the client to another address (302 unless said otherwise)."""

    location: str
    status: int = 302


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # Exactly application/json, without charset: clients and test suites compare it (contract: neighbours.yaml
    # answer_form).
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def replied(reply: Any, envelope: str) -> Response:
    """What an endpoint returned, as the answer."""
    if isinstance(reply, Redirect):
        # With a type of its own: an answer without one would be called JSON on its way.
        return Response(b"", reply.status, {"Location": reply.location}, media_type="text/plain")
    if envelope == "status":
        return json_response({"status": "success", "data": reply})
    if envelope == "bare":
        return json_response(reply)
    return json_response({**(reply or {}), "success": True})


def refused(refusal: ChatError) -> Response:
    return json_response(refusal.body(), refusal.status, dict(refusal.headers) or None)


def with_cors(response: Response) -> Response:
    """Adds the headers that browsers of other origins need, when the workspace allows them (contract: common.yaml
    cors)."""
    if workspace.current().flag("API_Enable_CORS"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
    return response


def preflight() -> dict[str, str]:
    """The headers of a preflight's answer."""
    return {
        "Access-Control-Allow-Origin": workspace.current().text("API_CORS_Origin"),
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, HEAD, PATCH",
        "Access-Control-Allow-Headers": f"{_ALLOWED_HEADERS}, x-visitor-token",
    }


def lambda_handler(app: Starlette) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """An application as a Lambda handler."""
    serve = Mangum(app, lifespan="off")

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        log_context(event, context)
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


def log_context(event: dict[str, Any], context: Any) -> None:
    """Puts the ids of the request on every line that it logs."""
    request = event.get("requestContext", {})
    logger.clear_state()
    logger.append_keys(
        request_id=request.get("requestId", getattr(context, "aws_request_id", "")),
        route=request.get("routeKey", event.get("routeKey", "")),
    )
