"""Which route a request takes, as API Gateway decides it: a path without parameters wins over one with `{name}`, and
that over one whose last part is `{name+}`, which takes all that is left. Used by the functions, the fallback, the local
server and the tests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")


@dataclass(frozen=True)
class Route(Generic[T]):
    method: str
    path: str
    """With its parameters: `/api/v1/rooms.upload/{rid}`."""
    target: T


@dataclass(frozen=True)
class Match(Generic[T]):
    route: Route[T]
    place: dict[str, str]
    """The parameters in the path, decoded."""

    @property
    def target(self) -> T:
        return self.route.target


class Routes(Generic[T]):
    """
    Raises:
        ValueError: two routes are the same.
    """

    def __init__(self, routes: Iterable[Route[T]]) -> None:
        self._by_key: dict[str, Route[T]] = {}
        self._exact: dict[str, list[Route[T]]] = {}
        self._templates: list[tuple[list[str], Route[T]]] = []
        for route in routes:
            key = f"{route.method} {route.path}"
            if key in self._by_key:
                raise ValueError(f"{key} is claimed twice")
            self._by_key[key] = route
            if "{" in route.path:
                self._templates.append((route.path.split("/"), route))
            else:
                self._exact.setdefault(route.path, []).append(route)
        self._templates.sort(key=lambda pair: [_openness(part) for part in pair[0]])

    def __iter__(self) -> Iterator[Route[T]]:
        return iter(self._by_key.values())

    def named(self, key: str) -> T | None:
        """The target of a route by API Gateway's name for it: `GET /api/v1/rooms.upload/{rid}`."""
        route = self._by_key.get(key)
        return route.target if route else None

    def match(self, method: str, raw_path: str) -> Match[T] | None:
        """The route of a request. `raw_path` is the path as it was sent: an escaped slash belongs to its part."""
        return next((match for match in self._matching(raw_path) if match.route.method == method), None)

    def methods(self, raw_path: str) -> list[str]:
        """The methods that this path has routes for."""
        return sorted({match.route.method for match in self._matching(raw_path)})

    def _matching(self, raw_path: str) -> Iterable[Match[T]]:
        parts = [unquote(part) for part in raw_path.split("/")]
        for route in self._exact.get("/".join(parts), ()):
            yield Match(route, {})
        for template, route in self._templates:
            place = _place(template, parts)
            if place is not None:
                yield Match(route, place)


def _openness(part: str) -> int:
    """How much a part of a path lets through: itself, anything, anything and all that follows."""
    return 2 if part.endswith("+}") else int(part.startswith("{"))


def _greedy(template: list[str]) -> bool:
    return template[-1].endswith("+}")


def _place(template: list[str], parts: list[str]) -> dict[str, str] | None:
    if _greedy(template) and len(parts) >= len(template):
        rest = "/".join(parts[len(template) - 1 :])
        parts = [*parts[: len(template) - 1], rest]
    if len(template) != len(parts):
        return None
    place = {}
    for wanted, given in zip(template, parts, strict=True):
        if not wanted.startswith("{"):
            if wanted != given:
                return None
        elif not given:
            return None
        else:
            place[wanted.strip("{+}")] = given
    return place
