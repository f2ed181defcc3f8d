"""Python types as the schemas of OpenAPI 3.0, kept once each under `components`."""

import re
from typing import Any, Final

from pydantic import TypeAdapter

from pimentachat.requests import schemas as records

_REF: Final = "#/components/schemas/{model}"
_SHOWS: Final = "x-shows"
_ROW: Final = "Row"

_WORDS: Final = ("$ref", "type", "format", "description", "nullable", "enum", "pattern", "default", "properties")
_ORDER: Final = {word: place for place, word in enumerate(_WORDS)}

Schema = dict[str, Any]


class Schemas:
    """The schemas that a document needs, by name."""

    def __init__(self) -> None:
        self._kept: dict[str, Schema] = {}

    def components(self, used_in: Any) -> dict[str, Schema]:
        """Those that a part of the document refers to, and what they refer to in turn."""
        found: dict[str, Schema] = {}
        wanted = _names(used_in)
        while wanted:
            name = wanted.pop()
            if name in self._kept and name not in found:
                found[name] = self._kept[name]
                wanted += _names(found[name])
        return dict(sorted(found.items()))

    def keep(self, name: str, schema: Schema) -> Schema:
        """Keeps a schema under a name, and returns the reference to it.

        Raises:
            ValueError: another schema has this name.
        """
        if self._kept.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")
        return {"$ref": _REF.format(model=name)}

    def whole(self, schema: Schema) -> Schema:
        """The schema that a reference leads to; any other as it is."""
        return self._kept[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def of(self, kind: Any) -> Schema:
        """The schema of a type that an answer is made of; what it refers to is kept. Objects take no other fields than
        those they name."""
        return self._taken_in(TypeAdapter(kind).json_schema(ref_template=_REF), closed=True)

    def of_request(self, raw: Schema) -> Schema:
        """A schema that pydantic made of a request; what it refers to is kept."""
        return self._taken_in(raw, closed=False)

    def row(self, schema: Schema) -> Schema:
        """The same without any field that must be there: rows of lists have those that `fields` asked for."""
        if "$ref" not in schema:
            return {name: self._row_part(name, part) for name, part in schema.items() if name != "required"}
        name = schema["$ref"].rpartition("/")[2]
        row = name + _ROW
        if row not in self._kept:
            self._kept[row] = {}  # it may refer to itself
            self._kept[row] = self.row(self._kept[name])
        return {"$ref": _REF.format(model=name if self._kept[row] == self._kept[name] else row)}

    def _row_part(self, name: str, part: Any) -> Any:
        if name == "properties":
            return {field: self.row(schema) for field, schema in part.items()}
        if isinstance(part, list) and name in ("anyOf", "allOf", "oneOf"):
            return [self.row(schema) for schema in part]
        return self.row(part) if isinstance(part, dict) else part

    def _taken_in(self, raw: Schema, *, closed: bool) -> Schema:
        for name, part in raw.pop("$defs", {}).items():
            self.keep(name, self._finished(part, closed=closed))
        return self._finished(raw, closed=closed)

    def _finished(self, raw: Schema, *, closed: bool) -> Schema:
        schema: Schema = as_3_0(raw)
        self._put_records(schema)
        if closed:
            _close(schema)
        return schema

    def _put_records(self, schema: Any) -> None:
        for part in _parts(schema):
            name = part.pop(_SHOWS, None)
            if name:
                part.clear()
                part |= self._record(name)

    def _record(self, name: str) -> Schema:
        if name not in self._kept:
            schema: Schema = self.of(getattr(records, name))
            return schema if "$ref" in schema else self.keep(name, schema)
        return {"$ref": _REF.format(model=name)}


def _parts(schema: Any) -> list[Schema]:
    """The schema and every object inside of it."""
    inside = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    below = [part for value in [*inside] for part in _parts(value)]
    return [schema, *below] if isinstance(schema, dict) else below


def _names(schema: Any) -> list[str]:
    """Of the schemas that it refers to."""
    references = [part["$ref"] for part in _parts(schema) if isinstance(part.get("$ref"), str)]
    return [reference.rpartition("/")[2] for reference in references if reference.startswith(_REF.format(model=""))]


def _close(schema: Schema) -> None:
    for part in _parts(schema):
        if part.get("type") == "object" and "properties" in part:
            part.setdefault("additionalProperties", False)


def as_3_0(schema: Any) -> Any:
    """A JSON schema as OpenAPI 3.0 writes it: nullable instead of a null type, no const, limits and their kind apart,
    no titles, and nothing that is null itself: CloudFormation takes none."""
    if isinstance(schema, list):
        return [as_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _part_3_0(name, part) for name, part in schema.items() if part is not None and name != "title"}
    if "const" in kept:
        kept["enum"] = [kept.pop("const")]
    for limit, kind in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(kept.get(kind), int | float) and not isinstance(kept[kind], bool):
            kept |= {limit: kept[kind], kind: True}
    if kept.get("default") == "":
        del kept["default"]
    if kept.get("additionalProperties") is True and kept.get("type") == "object" and "properties" not in kept:
        del kept["additionalProperties"]
    if "description" in kept:
        kept["description"] = re.sub(r" \(contract: [^)]*\)", "", kept["description"]).replace("\n", " ")
    schema = _alone(_nullable(kept))
    return {name: schema[name] for name in sorted(schema, key=lambda name: _ORDER.get(name, len(_ORDER)))}


def _part_3_0(name: str, part: Any) -> Any:
    # Names of fields are no words of the schema language.
    if name == "properties":
        return {field: as_3_0(schema) for field, schema in part.items()}
    return part if name in ("default", "enum", "example") else as_3_0(part)


def _nullable(schema: Schema) -> Schema:
    choices = schema.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return schema
    rest = [choice for choice in choices if choice != {"type": "null"}]
    del schema["anyOf"]
    if all("type" in choice for choice in rest):
        # It means something beside a type alone.
        rest = [{**choice, "nullable": True} for choice in rest]
        return {**schema, **(rest[0] if len(rest) == 1 else {"anyOf": rest})}
    return {**schema, "anyOf": rest, "nullable": True}


def _alone(schema: Schema) -> Schema:
    """What stands beside a reference does not count."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    return {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
