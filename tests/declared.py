"""Holds every answer of the test run against openapi.yaml: its status, its body, and which refusal it is.

Workspace.send calls `check`; an answer that the operation does not declare fails the test that brought it about.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs
import yaml

from local.places import REPOSITORY

_JSON: Final = "application/json"
_REFUSED: Final = "#/components/responses/Refused"
"""What no operation lists, because each may answer it."""
_PLACEHOLDER: Final = re.compile(r"<[^<>]+>|\.\.\.|\b\d+ MB\b")


class Undeclared(AssertionError):
    pass


def check(method: str, path: str, status: int, content_type: str, text: str) -> None:
    """
    Args:
        path: as the route has it: `/api/v1/rooms.upload/{rid}`.
    Raises:
        Undeclared: openapi.yaml does not say that this operation may answer so.
    """
    where = f"openapi.yaml does not declare this answer of {method} {path}: {status}"
    response = _response(method, path, status)
    if response is None:
        raise Undeclared(f"{where} {text}")
    media = response.get("content", {})
    if media and not {content_type.partition(";")[0], "*/*"} & media.keys():
        raise Undeclared(f"{where} with {content_type}")
    if content_type != _JSON or method == "HEAD":
        return
    body = json.loads(text)
    problems = [*_validator(method, path, status).iter_errors(body)]
    if problems:
        told = "\n".join(f"  at {problem.instance_path}: {str(problem)[:500]}" for problem in problems[:5])
        raise Undeclared(f"{where}\n{told}\n  {str(body)[:500]}")
    if status >= 400 and not any(like(body) for like in _refusals(method, path, status)):
        raise Undeclared(
            f"{where} {body}\n  A refusal beyond the contract's goes into deployment/reference/further.py."
        )


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(  # the C loader: the file is long
        (REPOSITORY / "openapi.yaml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return found


def _resolved(part: Any) -> Any:
    while isinstance(part, Mapping) and "$ref" in part:
        found: Any = document()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


@cache
def _response(method: str, path: str, status: int) -> Any:
    """None when it is not declared. What no operation takes, the fallback answers."""
    paths = document()["paths"]
    fallback = paths["/$default"]["x-amazon-apigateway-any-method"]
    operation = paths.get(path, {}).get(method.lower(), fallback)
    return _resolved(operation["responses"].get(str(status)))


@cache
def _validator(method: str, path: str, status: int) -> Any:
    schema = _response(method, path, status)["content"][_JSON]["schema"]
    whole = {"allOf": [_as_draft_4(schema)], "components": {"schemas": _schemas()}}
    return jsonschema_rs.Draft4Validator(whole, validate_formats=True)


@cache
def _schemas() -> Any:
    return _as_draft_4(document()["components"]["schemas"])


def _as_draft_4(schema: Any) -> Any:
    """A schema of OpenAPI 3.0 in the draft it is made of, which has no `nullable`."""
    if isinstance(schema, list):
        return [_as_draft_4(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _as_draft_4(part) for name, part in schema.items() if name != "nullable" or part is not True}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@cache
def _refusals(method: str, path: str, status: int) -> list[Callable[[Any], bool]]:
    examples = dict(_response(method, path, status)["content"][_JSON].get("examples", {}))
    if status == 400:
        examples |= _resolved({"$ref": _REFUSED})["content"][_JSON]["examples"]
    return [_like(_resolved(example)["value"]) for example in examples.values()]


def _like(example: Any) -> Callable[[Any], bool]:
    if isinstance(example, str):
        return lambda body: bool(body == example)
    patterns = {name: _pattern(value) for name, value in example.items()}

    def matches(body: Any) -> bool:
        return (
            isinstance(body, dict)
            and body.keys() == patterns.keys()
            and all(pattern.fullmatch(str(body[name])) is not None for name, pattern in patterns.items())
        )

    return matches


def _pattern(value: Any) -> re.Pattern[str]:
    """Of a text with `<names>`, or of any other value."""
    return re.compile(".*".join(re.escape(part) for part in _PLACEHOLDER.split(str(value))), re.DOTALL)
