"""The endpoint reference of the documentation site: a page for each family, from openapi.yaml alone."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_METHODS = ("get", "post", "put", "delete", "head", "options")
_JSON = "application/json"
_PREFIX = "/api/v1/"
_DEEP = 2
"""How many levels of an answer's records are written out; openapi.yaml has the rest."""


class _Operation(NamedTuple):
    method: str
    path: str
    declared: Mapping[str, Any]


def pages(document: Mapping[str, Any]) -> dict[str, str]:
    """`{file name: Markdown}` of the reference, `index.md` among them.

    Args:
        document: openapi.yaml.
    """
    known = _Known(document)
    families: dict[str, list[_Operation]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations and operations[method].get("tags"):
                families[operations[method]["tags"][0]].append(_Operation(method, path, operations[method]))
    made = {f"{family}.md": _page(family, families[family], known) for family in sorted(families)}
    return {"index.md": _index(families), **made}


def _index(families: Mapping[str, list[_Operation]]) -> str:
    lines = [
        "# Endpoints",
        "",
        "Every route with its fields, answers and refusals, made from [openapi.yaml](../../openapi.yaml), which",
        "generators of clients read. A login is two headers, `X-Auth-Token` and `X-User-Id`; without one where it is",
        "needed the answer is 401. Where AWS was out of reach for a moment it is 503, and the call may be sent again.",
        f"Names without a slash before them are paths under `{_PREFIX}`.",
        "",
    ]
    for family in sorted(families):
        lines += [f"## {family}", "", "| | |", "|---|---|"]
        lines += [
            f"| [`{_name(one)}`]({family}.md#{_anchor(one)}) | {_cell(one.declared.get('summary', ''))} |"
            for one in families[family]
        ]
        lines.append("")
    return "\n".join(lines)


def _page(family: str, operations: list[_Operation], known: "_Known") -> str:
    lines = [f"# {family}", ""]
    for one in operations:
        lines += [f"## `{_name(one)}` {{ #{_anchor(one)} }}", "", *_operation(one.declared, known)]
    return "\n".join(lines)


def _name(one: _Operation) -> str:
    """`POST chat.postMessage`: nearly all paths begin with the same words."""
    return f"{one.method.upper()} {one.path.removeprefix(_PREFIX)}"


def _anchor(one: _Operation) -> str:
    return str(one.declared["operationId"])


def _operation(declared: Mapping[str, Any], known: "_Known") -> Iterator[str]:
    yield declared.get("summary", "") + "."
    yield ""
    if declared.get("description"):
        yield declared["description"]
        yield ""
    parameters = [known.of(parameter) for parameter in declared.get("parameters", ())]
    ways = declared.get("security", ())
    yield "Open to everybody." if not ways else "With or without a login." if {} in ways else "Needs a login."
    yield ""
    rows = [
        (one["name"], one["in"], one.get("schema", {}), one.get("required", False), one.get("description", ""))
        for one in parameters
    ]
    content = known.of(declared.get("requestBody", {})).get("content", {})
    for body in content.values():
        described = known.of(body.get("schema", {}))
        needed = described.get("required", ())
        rows += [
            (name, "body", field, name in needed, known.of(field).get("description", ""))
            for name, field in described.get("properties", {}).items()
        ]
    if rows:
        yield "| field | in | what | |"
        yield "|---|---|---|---|"
        for name, place, schema, needed, text in dict.fromkeys(
            (name, place, known.kind(schema), needed, text) for name, place, schema, needed, text in rows
        ):
            yield f"| `{name}`{' (needed)' if needed else ''} | {place} | {_cell(schema)} | {_cell(text)} |"
        yield ""
    yield from _answers(declared["responses"], known)


def _answers(responses: Mapping[Any, Any], known: "_Known") -> Iterator[str]:
    for status, response in responses.items():
        answer = known.of(response)
        if str(status) == "200":
            body = answer.get("content", {}).get(_JSON, {}).get("schema")
            if body:
                yield "Answers"
                yield ""
                yield from known.fields(body)
                yield ""
            else:
                yield f"Answers {', '.join(f'`{kind}`' for kind in answer.get('content', {})) or 'nothing'}."
                yield ""
    refusals = [
        (status, name, known.of(example))
        for status, response in responses.items()
        if str(status)[0] in "45" and str(status) not in {"401", "503"}
        for name, example in known.of(response).get("content", {}).get(_JSON, {}).get("examples", {}).items()
    ]
    if refusals:
        yield "Refuses"
        yield ""
        yield "| status | `error` | when |"
        yield "|---|---|---|"
        for status, _, example in refusals:
            value = example["value"]
            text = value.get("error") or value.get("message") or ""
            yield f"| {status} | {_cell(f'`{text}`' if text else '')} | {_cell(example.get('summary', ''))} |"
        yield ""


class _Known:
    """What references of the document mean."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def of(self, declared: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in declared:
            found: Any = self._document
            for part in declared["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            declared = found
        return declared

    def kind(self, schema: Mapping[str, Any]) -> str:
        """`text, at most 2048`, in words of the reader."""
        name = schema.get("$ref", "").rpartition("/")[2]
        found = self.of(schema)
        if "enum" in found:
            return " or ".join(f"`{json.dumps(value)}`" for value in found["enum"])
        for several in ("anyOf", "oneOf", "allOf"):
            if several in found:
                return " or ".join(dict.fromkeys(self.kind(one) for one in found[several]))
        if name:
            return str(name)
        kind = {"string": "text", "boolean": "yes or no", "integer": "whole number", "array": "list"}.get(
            found.get("type", ""), found.get("type", "anything")
        )
        if kind == "list" and "items" in found:
            kind = f"list of {self.kind(found['items'])}"
        bounds = [
            f"{word} {found[name] if isinstance(found[name], str) else json.dumps(found[name])}"
            for name, word in {
                "minimum": "from",
                "maximum": "to",
                "maxLength": "at most",
                "maxItems": "at most",
                "format": "as",
                "default": "by default",
            }.items()
            if name in found
        ]
        return ", ".join([kind, *bounds])

    def fields(self, schema: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
        """A list of the fields of a record, those of records in it further in."""
        found = self.of(schema)
        for several in ("anyOf", "oneOf"):
            for one in found.get(several, ()):
                yield f"{'    ' * depth}- {self.kind(one)}" if depth else f"- either {self.kind(one)}"
                yield from self.fields(one, depth + 1)
            if several in found:
                return
        for name, field in found.get("properties", {}).items():
            maybe = "" if name in found.get("required", ()) else " (if there is one)"
            yield f"{'    ' * depth}- `{name}`: {self.kind(field)}{maybe}"
            inner = self.of(field)
            inner = self.of(inner["items"]) if "items" in inner else inner
            if depth + 1 < _DEEP and "properties" in inner:
                yield from self.fields(inner, depth + 1)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
