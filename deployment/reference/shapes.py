"""The bodies that refusals have: their schemas, and what a class of refusals answers with `<names>` where it is filled
in."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any, Final

from deployment.reference.schemas import Schema
from pimentachat import errors
from pimentachat.errors.base import ChatError

Body = Any
"""An object of JSON; one refusal is a text alone."""

_TEXT: Final[Schema] = {"type": "string"}
_FALSE: Final[Schema] = {"type": "boolean", "enum": [False]}
_CODE: Final[Schema] = {"anyOf": [{"type": "string"}, {"type": "integer"}]}


def _object(description: str, needed: dict[str, Schema], **more: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": needed | more,
        "required": [*needed],
        "additionalProperties": False,
    }


SCHEMAS: Final[dict[str, Schema]] = {
    "Refusal": _object(
        "A refusal with a name; `error` ends in [errorType], with few exceptions.",
        {"success": _FALSE, "error": _TEXT, "errorType": _CODE},
    ),
    "PlainRefusal": _object("A refusal without a name.", {"success": _FALSE, "error": _TEXT}),
    "BareRefusal": _object("A refusal that says nothing.", {"success": _FALSE}),
    "StatusRefusal": _object(
        "Not logged in, a refused login, or a wrong method.",
        {"status": {"type": "string", "enum": ["error"]}, "message": _TEXT},
        error=_CODE,
        details={"type": "object"},
    ),
    "TextRefusal": {"type": "string", "description": "A refusal that is nothing but a text."},
}


def shape_of(body: Body) -> str:
    """The name of its schema."""
    if isinstance(body, str):
        return "TextRefusal"
    for name, schema in SCHEMAS.items():
        if "required" in schema and {*schema["required"]} <= body.keys() <= schema["properties"].keys():
            return name
    raise ValueError(f"no shape of a refusal: {body}")


def template(kind: type[ChatError]) -> Body:
    names = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(kind.text) if name}
    return kind(**names).body()


def templates() -> Iterator[tuple[type[ChatError], Body]]:
    """Of every class that is made from its text alone."""
    for module in pkgutil.iter_modules(errors.__path__):
        for kind in vars(importlib.import_module(f"{errors.__name__}.{module.name}")).values():
            if isinstance(kind, type) and issubclass(kind, ChatError) and (kind.text or kind.code):
                try:
                    yield kind, template(kind)
                except TypeError:
                    continue


def like(pattern: Body, body: Body) -> bool:
    """Whether a body is one that the template makes, with anything in the place of its `<names>`."""
    if isinstance(pattern, str) or isinstance(body, str):
        return bool(pattern == body)
    return pattern.keys() == body.keys() and all(_like(value, body[name]) for name, value in pattern.items())


def _like(pattern: Any, value: Any) -> bool:
    if not isinstance(pattern, str) or not isinstance(value, str):
        return bool(pattern == value)
    parts = re.split(r"<[^<>]+>|\.\.\.", pattern)
    return re.fullmatch(".*".join(map(re.escape, parts)), value, re.DOTALL) is not None
