"""Refusals that the code itself tells of: those of a request's fields (`Otherwise`), and those that the services which
an endpoint calls list under `Raises:`."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, Final

from deployment.reference.contract import Listed
from deployment.reference.shapes import template, templates
from pimentachat.api import Endpoint
from pimentachat.errors.base import ChatError
from pimentachat.requests.params import Otherwise, Params

_SERVICES: Final = "pimentachat.services."
_GUARD: Final = "pimentachat.services.rooms.access"
"""The way to rooms refuses as its kind and its arguments say: the contract has that for each endpoint."""
_SECTION: Final = re.compile(r"^Raises:\n(.*?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)


def listed_as(kind: type[ChatError]) -> Listed:
    return Listed(kind.status, template(kind), "")


def raised(endpoint: Endpoint) -> Iterator[Listed]:
    yield from _of_fields(endpoint.params)
    for service in _services(endpoint.call):
        for section in _SECTION.findall(inspect.getdoc(service) or ""):
            yield from (listed_as(_classes()[name]) for name in re.findall(r"\w+", section) if name in _classes())


def _of_fields(params: type[Params]) -> Iterator[Listed]:
    for field in params.model_fields.values():
        marks = [mark for mark in field.metadata if isinstance(mark, Otherwise)]
        refusals = [mark.refuse(missing=missing) for mark in marks for missing in (False, True)]
        yield from (Listed(refusal.status, refusal.body(), "") for refusal in refusals)
        if isinstance(field.annotation, type) and issubclass(field.annotation, Params):
            yield from _of_fields(field.annotation)


@cache
def _classes() -> dict[str, type[ChatError]]:
    return {kind.__name__: kind for kind, _ in templates()}


def _services(call: Callable[..., Any]) -> Iterator[FunctionType]:
    """Functions of services/ that are called by name."""
    around = inspect.getclosurevars(call)
    known = {**around.globals, **around.nonlocals}
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(call)))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = known.get(node.value.id)
            found = getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
            if isinstance(found, FunctionType) and _tells(found.__module__):
                yield found


def _tells(module: str) -> bool:
    return module.startswith(_SERVICES) and module != _GUARD
