"""Endpoints by name, and the functions that serve them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar, get_type_hints

from pimentachat.api import http
from pimentachat.api.endpoints import BASE, Endpoint, Method
from pimentachat.api.routing import Route, Routes
from pimentachat.requests.params import NoParams

F = TypeVar("F", bound=Callable[..., Any])


class Router:
    """A set of endpoints: a family's own, or shared verbs mounted into several families (`Api(..., router)`)."""

    def __init__(self, *routers: "Router") -> None:
        self.endpoints: list[Endpoint] = [endpoint for router in routers for endpoint in router.endpoints]

    def get(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("GET", name, **options)

    def head(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("HEAD", name, **options)

    def post(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("POST", name, **options)

    def put(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("PUT", name, **options)

    def delete(self, name: str, **options: Any) -> Callable[[F], F]:
        return self._add("DELETE", name, **options)

    def _add(self, method: Method, name: str, **options: Any) -> Callable[[F], F]:
        """`name` is the endpoint's ("chat.postMessage", "settings/{id}"), or a whole path when it starts with a slash.

        Options are those of `Endpoint`; `params` where the request differs by the kind of room.
        """
        path = name if name.startswith("/") else BASE + name

        def register(call: F) -> F:
            hints = get_type_hints(call)
            request = {"params": hints.get("params", NoParams), **options}
            knows: dict[str, Any] = {
                "knows_caller": "caller" in hints and bool(options.get("public")),
                "knows_origin": "origin" in hints,
            }
            self.endpoints.append(Endpoint(method, path, call, **knows, **request))
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

    def asgi(self, *, threads: bool = False) -> http.Asgi:
        """The family as an ASGI application; see `http.application`."""
        routes = Routes(Route(endpoint.method, endpoint.path, endpoint) for endpoint in self.routes)
        return http.application(routes, threads=threads)

    @cached_property
    def handler(self) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
        """The Lambda handler, for HTTP API events (payload 2.0)."""
        return http.lambda_handler(self.asgi())
