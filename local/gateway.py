"""Sends each request to its family, as API Gateway's HTTP API does: by method and path, else to `$default`."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from local.functions import Family

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

FALLBACK = "fallback"
_READS = {"GET", "HEAD", "OPTIONS"}


class Gateway:
    """An ASGI application over all families.

    Args:
        families: one of them is called `fallback` and takes what no route names.
        written: called after each answered request that may have changed something.

    Raises:
        ValueError: two families claim one route, or there is no fallback.
    """

    def __init__(self, families: Sequence[Family], written: Callable[[], None]) -> None:
        # The layer is on the path by now, which it is not yet when this module loads.
        from pimentachat.api.routing import Route, Routes

        apps: dict[str, Asgi] = {family.name: family.app for family in families}
        if FALLBACK not in apps:
            raise ValueError(f"no function is called {FALLBACK!r}")
        self._fallback = apps[FALLBACK]
        self._written = written
        self._routes: Routes[Asgi] = Routes(
            Route(method, path, family.app) for family in families for method, path in family.routes
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        match = self._routes.match(scope["method"], _raw_path(scope))
        await (match.target if match else self._fallback)(scope, receive, send)
        if scope["method"] not in _READS:
            self._written()


def _raw_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1").partition("?")[0]
