"""Endpoints by name, and the applications that serve them."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final, Literal, TypeVar, get_type_hints

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pimentachat.api import answers
from pimentachat.api.doorway import answer, unreadable
from pimentachat.api.requests import read
from pimentachat.models.params import NoParams, Params

Method = Literal["GET", "POST", "PUT", "DELETE"]
Envelope = Literal["success", "status", "bare"]
F = TypeVar("F", bound=Callable[..., Any])

_BASE: Final = "/api/v1/"
# HTTP APIs take 10 MB, but the event of a Lambda function 6 MB, of which base64 leaves this much.
BODY_MOST: Final = 4_400_000


@dataclass(frozen=True)
class Endpoint:
    """One route: what it is called, who may call it, what it takes, and the function that says what it does."""

    method: Method
    path: str
    call: Callable[..., Any]
    params: type[Params]
    public: bool = False
    knows_caller: bool = False
    """Public, but told who calls when somebody does: the function takes `caller: Caller | None`."""
    browser: bool = False
    """The login may also come in the query or in cookies, as browsers send it with pictures and links."""
    permission: str | tuple[str, ...] = ()
    """Asked before the parameters are looked at; any of several will do. Missing: 403 unauthorized."""
    envelope: Envelope = "success"

    @property
    def name(self) -> str:
        """`chat.postMessage`; the path itself outside of /api/v1."""
        return self.path.removeprefix(_BASE)

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.call) or self.name).partition("\n")[0]

    @property
    def reply(self) -> Any:
        return get_type_hints(self.call).get("return")


class Router:
    """A set of endpoints: a family's own, or shared verbs mounted into several families (`Api(..., router)`)."""

    def __init__(self, *routers: "Router") -> None:
        self.endpoints: list[Endpoint] = [endpoint for router in routers for endpoint in router.endpoints]

    def get(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("GET", name, **options)

    def post(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("POST", name, **options)

    def put(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("PUT", name, **options)

    def delete(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("DELETE", name, **options)

    def _add(self, method: Method, name: str, **options: Any) -> Callable[[F], F]:
        """`name` is the endpoint's ("chat.postMessage", "settings/{id}"), or a whole path when it starts with a slash.

        Options are those of `Endpoint`.
        """
        path = name if name.startswith("/") else _BASE + name

        def register(call: F) -> F:
            hints = get_type_hints(call)
            params = hints.get("params", NoParams)
            if "caller" in hints and options.get("public"):
                options["knows_caller"] = True
            self.endpoints.append(Endpoint(method, path, call, params, **options))
            return call

        return register


class Api(Router):
    """A family of endpoints, served by one Lambda function.

    `aliases` maps a prefix of endpoint names to another under which the same endpoints answer too: `{"im.": "dm."}`.
    """

    def __init__(self, family: str, *routers: Router, aliases: Mapping[str, str] | None = None) -> None:
        super().__init__(*routers)
        self.family = family
        self._aliases = dict(aliases or {})

    @property
    def routes(self) -> list[Endpoint]:
        """Every endpoint under every name it answers to."""
        mounted = list(self.endpoints)
        for prefix, alias in self._aliases.items():
            mounted += [
                replace(endpoint, path=endpoint.path.replace(_BASE + prefix, _BASE + alias, 1))
                for endpoint in self.endpoints
                if endpoint.path.startswith(_BASE + prefix)
            ]
        return mounted

    def asgi(self, *, threads: bool = False) -> Starlette:
        """The family as an ASGI application.

        With `threads` endpoints run in a thread pool, as a server of many requests at once needs; in Lambda, which
        takes one
        at a time, they run inline (the pool costs 450 microseconds a request).
        """
        return Starlette(routes=list(_starlette_routes(self.routes, threads)))

    @cached_property
    def handler(self) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
        """The Lambda handler, for HTTP API events (payload 2.0)."""
        return answers.lambda_handler(self.asgi())


def _starlette_routes(endpoints: Iterable[Endpoint], threads: bool) -> Iterable[Route]:
    for endpoint in endpoints:
        # The last parameter of a path may hold slashes only where API Gateway lets it: {name+}.
        path = re.sub(r"\{(\w+)\+\}", r"{\1:path}", endpoint.path)
        yield Route(
            path, _serve(endpoint, threads), methods=[endpoint.method], name=f"{endpoint.method} {endpoint.name}"
        )


def _serve(endpoint: Endpoint, threads: bool) -> Callable[[Request], Any]:
    async def serve(request: Request) -> Response:
        respond: Callable[[], Response]
        try:
            respond = partial(answer, endpoint, await read(request))
        except Exception as problem:
            respond = partial(unreadable, endpoint, problem)
        return await run_in_threadpool(respond) if threads else respond()

    return serve
