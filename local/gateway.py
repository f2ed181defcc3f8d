"""Sends each request to its family, as API Gateway's HTTP API does: by method and whole path, else to `$default`."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import unquote

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
        apps: dict[str, Asgi] = {family.name: family.app for family in families}
        if FALLBACK not in apps:
            raise ValueError(f"no function is called {FALLBACK!r}")
        self._fallback = apps[FALLBACK]
        self._written = written
        self._exact: dict[tuple[str, str], Asgi] = {}
        self._templates: list[tuple[str, list[str], Asgi]] = []
        for family in families:
            for method, path in family.routes:
                if "{" in path:
                    self._templates.append((method, path.split("/"), family.app))
                elif (method, path) in self._exact:
                    raise ValueError(f"two families claim {method} {path}")
                else:
                    self._exact[method, path] = family.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        app = self._find(scope["method"], scope.get("raw_path") or scope["path"].encode())
        await app(scope, receive, send)
        if scope["method"] not in _READS:
            self._written()

    def _find(self, method: str, raw_path: bytes) -> Asgi:
        # Split before decoding: an escaped slash belongs to its segment.
        segments = [unquote(segment) for segment in raw_path.decode("latin-1").split("?", 1)[0].split("/")]
        exact = self._exact.get((method, "/".join(segments)))
        if exact is not None:
            return exact
        for template_method, template, app in self._templates:
            if template_method == method and _fits(template, segments):
                return app
        return self._fallback


def _fits(template: list[str], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        (bool(given) if wanted.startswith("{") else given == wanted)
        for wanted, given in zip(template, segments, strict=True)
    )
