"""Endpoints by name, and the applications that serve them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, TypeVar, get_type_hints

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pimentachat.api import answers
from pimentachat.api.doorway import answer, unreadable
from pimentachat.api.endpoints import BASE, Endpoint, Method
from pimentachat.api.requests import read
from pimentachat.models.params import NoParams

F = TypeVar("F", bound=Callable[..., Any])


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
        path = name if name.startswith("/") else BASE + name

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
                replace(endpoint, path=endpoint.path.replace(BASE + prefix, BASE + alias, 1))
                for endpoint in self.endpoints
                if endpoint.path.startswith(BASE + prefix)
            ]
        return mounted

    def asgi(self, *, threads: bool = False) -> Starlette:
        """The family as an ASGI application.

        With `threads` endpoints run in a thread pool, as a server of many requests at once needs; in Lambda, which
        takes one at a time, they run inline (the pool costs 450 microseconds a request).
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
