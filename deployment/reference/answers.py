"""What an operation answers when it does what it was asked: the body as it is on the wire, with its envelope."""

from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from deployment.reference.schemas import Schema, Schemas
from pimentachat.api import Endpoint, Raw, Redirect
from pimentachat.api.pages import Page
from pimentachat.requests.params import ProjectedParams
from pimentachat.requests.replies import Media, Status

_JSON: Final = "application/json"
_TRUE: Final[Schema] = {"type": "boolean", "enum": [True]}
_SUCCESS: Final[Schema] = {
    "type": "object",
    "properties": {"success": _TRUE},
    "required": ["success"],
    "additionalProperties": False,
}
_LOCATION: Final = {"Location": {"description": "The address", "schema": {"type": "string", "format": "uri"}}}

Response = dict[str, Any]


def successes(endpoint: Endpoint, schemas: Schemas) -> dict[str, Response]:
    """Responses by status."""
    found: dict[str, Response] = {}
    for kind in _alternatives(endpoint.reply):
        plain, marks = _annotated(kind)
        if plain is Redirect:
            found |= _redirect(marks)
        elif plain is Raw:
            found |= _bytes(next((mark for mark in marks if isinstance(mark, Media)), Media("*/*")))
        elif plain is Page:
            found["200"] = {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}
        else:
            found["200"] = {"description": "Done", "content": {_JSON: {"schema": _body(endpoint, kind, schemas)}}}
    return found


_SAID: Final = {200: "Done", 304: "Unchanged: the version that If-None-Match names", 404: "There is none"}
_BYTES: Final[Schema] = {"type": "string", "format": "binary"}


def _alternatives(reply: Any) -> list[Any]:
    return [*get_args(reply)] if get_origin(reply) in (Union, UnionType) else [reply]


def _annotated(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    return (get_args(kind)[0], get_args(kind)[1:]) if get_origin(kind) is Annotated else (kind, ())


def _redirect(marks: tuple[Any, ...]) -> dict[str, Response]:
    response: Response = {"description": "Where to fetch it", "headers": _LOCATION}
    code = next((mark.code for mark in marks if isinstance(mark, Status)), None)
    if code is None:
        return {"302": response}
    return {str(code): {**response, "content": {_JSON: {"schema": {"type": "string", "format": "uri"}}}}}


def _bytes(media: Media) -> dict[str, Response]:
    return {
        str(status): {"description": _SAID[status]}
        | ({"content": {media.type: {"schema": _BYTES}}} if status == 200 else {})
        for status in media.statuses
    }


def _body(endpoint: Endpoint, reply: Any, schemas: Schemas) -> Schema:
    if reply is None or reply is NoneType:
        return schemas.keep("Success", _SUCCESS)
    schema = schemas.of(reply)
    # A list has no name of its own, but that of its rows.
    name = "" if get_origin(reply) is list else getattr(reply, "__name__", "")
    if issubclass(endpoint.params, ProjectedParams):
        schema = {
            **schema,
            "properties": {field: schemas.row(part) for field, part in schema["properties"].items()},
        }
    if endpoint.envelope == "bare":
        return schemas.keep(name, schema) if name and "$ref" not in schema else schema
    if endpoint.envelope == "status":
        return _with({"type": "object"}, status={"type": "string", "enum": ["success"]}, data=schema)
    if "$ref" in schema:
        # A record beside `success`, as `me` answers it.
        name = schema["$ref"].rpartition("/")[2] + "Reply"
    return schemas.keep(name, _with(schemas.whole(schema), success=_TRUE))


def _with(schema: Schema, **fields: Schema) -> Schema:
    return {
        **schema,
        "properties": {**schema.get("properties", {}), **fields},
        "required": [*schema.get("required", []), *fields],
        "additionalProperties": False,
    }
