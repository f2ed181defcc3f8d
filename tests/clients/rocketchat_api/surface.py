"""What the Python client `rocketchat-API` can do: each method, the endpoint that it calls, and whether we serve it."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rocketchat_API.rocketchat import RocketChat

from local.places import REPOSITORY

HERE = Path(__file__).parent
_KINDS = ("channels", "groups")


class Client(RocketChat):  # type: ignore[misc]
    """The client, and its methods for a kind of room by their common name."""

    def of(self, kind: str) -> "Verbs":
        """`client.of("groups").archive(room_id)` is `client.groups_archive(room_id)`."""
        return Verbs(self, kind)


class Verbs:
    def __init__(self, client: Client, kind: str) -> None:
        self._client, self._kind = client, kind

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, f"{self._kind}_{verb}")
        return method


def methods() -> dict[str, str]:
    """The client's public methods, each with its endpoint: `GET channels.info`, or `POST rooms.media/{}` with an id."""
    found = {}
    for name, method in inspect.getmembers(RocketChat, callable):
        if not name.startswith(("_", "call_api_")):
            found[name] = _endpoint(inspect.unwrap(method))
    return found


def served(endpoint: str) -> bool:
    method, _, path = endpoint.partition(" ")
    return any(method == served_method and pattern.fullmatch(path) for served_method, pattern in _routes())


def called_by_tests() -> set[str]:
    """The client's methods that the tests beside this file call."""
    return {name for file in HERE.glob("test_*.py") for name in _called(ast.parse(file.read_text("utf-8")))} | {"login"}


def _endpoint(method: Callable[..., Any]) -> str:
    """From the source, which names it once: as text, a constant, a local variable, or a path with its ids."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            verb = node.func.attr.removeprefix("call_api_")
            if verb != node.func.attr:
                return f"{verb.upper()} {_path(node.args[0], named, inspect.getmodule(method))}"
    return "POST login"  # the only one that sends by itself


def _path(node: ast.expr, named: dict[str, ast.expr], module: Any) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if name in named:
            return _path(named[name], named, module)
        case ast.Name(id=name) if hasattr(module, name):
            return str(getattr(module, name))
        case ast.BinOp(left=left, right=right):
            return _path(left, named, module) + _path(right, named, module)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return _path(text, named, module)
    return "{}"


@cache
def _routes() -> list[tuple[str, re.Pattern[str]]]:
    paths = yaml.safe_load((REPOSITORY / "routes.yaml").read_text("utf-8"))["paths"]
    return [
        (method.upper(), re.compile(re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(path.removeprefix("/api/v1/")))))
        for path, methods in paths.items()
        if path.startswith("/api/v1/")
        for method in methods
    ]


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Attribute(attr="of")), attr=verb)):
                yield from (f"{kind}_{verb}" for kind in _KINDS)
            case ast.Call(func=ast.Attribute(attr=name)):
                yield name
