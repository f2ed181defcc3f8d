"""What an operation takes: parameters, login and body."""

import ast
import inspect
import re
import textwrap
from itertools import count
from typing import Any, Final

from deployment.reference import contract, events
from deployment.reference.schemas import Schema, Schemas
from pimentachat.api import Endpoint
from pimentachat.requests.params import NotBlank, Params

_REF: Final = "#/components/schemas/{model}"
_TEXT: Final[Schema] = {"type": "string"}
_Way = tuple[tuple[str, str, str], ...]
_HEADERS: Final[_Way] = (
    ("X-Auth-Token", "X-Auth-Token", "`authToken` of login"),
    ("X-User-Id", "X-User-Id", "`userId` of login"),
)
_QUERY: Final[_Way] = (("rc_token.query", "rc_token", "As X-Auth-Token"), ("rc_uid.query", "rc_uid", "As X-User-Id"))
_COOKIES: Final[_Way] = (
    ("rc_token.cookie", "rc_token", "As X-Auth-Token"),
    ("rc_uid.cookie", "rc_uid", "As X-User-Id"),
)
"""The parts of a login: the scheme, its name on the wire, what it is."""
_PLACES: Final = (("header", _HEADERS), ("query", _QUERY), ("cookie", _COOKIES))
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_FILE: Final[Schema] = {"type": "string", "format": "binary"}

_TYPES: Final[dict[str, Schema]] = {
    "string": _TEXT,
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
    "string | object": {"anyOf": [_TEXT, {"type": "object"}]},
    "array of usernames": {"type": "array", "items": _TEXT},
    "array of attachment": {"type": "array", "items": {"type": "object"}},
    "date string": {"type": "string", "format": "date-time"},
}
"""Words of the contract."""

Parameter = dict[str, Any]


def takes(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    """`security`, `parameters` and `requestBody` of an operation."""
    in_path = re.findall(r"\{(\w+)\+?\}", endpoint.path)
    schema = _schema(endpoint, schemas)
    fields = schema.get("properties", {})
    parameters = [{"name": name, "in": "path", "required": True, "schema": fields.pop(name, _TEXT)} for name in in_path]
    schema["required"] = [name for name in schema.get("required", []) if name in fields]
    found: dict[str, Any] = {}
    if endpoint.method in {"GET", "HEAD"}:
        parameters += [_in_query(name, kind, schema["required"]) for name, kind in fields.items()]
    elif fields:
        found["requestBody"] = _body(endpoint, schema, schemas)
    login = _login(endpoint)
    return ({"security": login} if login else {}) | ({"parameters": parameters} if parameters else {}) | found


def security_schemes() -> dict[str, Any]:
    """The parts of a login, of which each way needs both."""
    return {
        scheme: {"type": "apiKey", "in": place, "name": name, "description": said}
        for place, way in _PLACES
        for scheme, name, said in way
    }


def shared_parameters(paths: dict[str, Any]) -> dict[str, Parameter]:
    """Puts a reference in the place of each parameter that several operations take, and returns those by name."""
    lists = [
        operation["parameters"]
        for operations in paths.values()
        for operation in operations.values()
        if "parameters" in operation
    ]
    every = [parameter for parameters in lists for parameter in parameters]
    shared: dict[str, Parameter] = {}
    for parameter in every:
        if every.count(parameter) > 1 and parameter not in shared.values():
            shared[_component(parameter, shared)] = parameter
    names = {str(parameter): name for name, parameter in shared.items()}
    for parameters in lists:
        parameters[:] = [
            {"$ref": f"#/components/parameters/{names[str(one)]}"} if str(one) in names else one for one in parameters
        ]
    return dict(sorted(shared.items()))


def _component(parameter: Parameter, taken: dict[str, Parameter]) -> str:
    name = re.sub(r"[^\w.-]", "", parameter["name"])
    return name if name not in taken else next(other for n in count(2) if (other := f"{name}.{n}") not in taken)


def _schema(endpoint: Endpoint, schemas: Schemas) -> Schema:
    params = endpoint.params
    raw = params.model_json_schema(ref_template=_REF)
    raw.pop("description", None)  # it is for those who read the class
    said = _descriptions(params)
    for name, field in params.model_fields.items():
        part = raw["properties"][field.alias or name]
        if name in said:
            part["description"] = said[name]
        if NotBlank in field.metadata:
            part["pattern"] = r"\S"
    if params.strict:
        raw["additionalProperties"] = False
    for name, param in contract.facts(endpoint.method, endpoint.path).params.items():
        _tell(raw, raw, name.split("."), param)
    return schemas.of_request(raw)


def _tell(raw: Schema, schema: Schema, steps: list[str], param: dict[str, Any]) -> None:
    """What the contract says of a field that our class takes in any form, because a service checks it or because a
    wrong one counts as absent."""
    part = schema.get("properties", {}).get(steps[0])
    if part is not None and "$ref" in part and len(steps) > 1:
        inner = raw["$defs"][part["$ref"].rpartition("/")[2]]
        inner.pop("description", None)
        return _tell(raw, inner, steps[1:], param)
    if part is None or part.keys() & {"type", "anyOf", "$ref"} or len(steps) > 1:
        return None
    part |= _TYPES.get(str(param.get("type")), {}) | ({"description": param["note"]} if param.get("note") else {})
    if param.get("required") is True and steps[0] not in schema.get("required", []):
        schema["required"] = [*schema.get("required", []), steps[0]]
    return None


def _descriptions(params: type[Params]) -> dict[str, str]:
    """What stands below the fields of a request, by their names."""
    said: dict[str, str] = {}
    for cls in reversed(params.__mro__):
        if not issubclass(cls, Params):
            continue
        [body] = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
        assert isinstance(body, ast.ClassDef)
        for field, below in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
                said[field.target.id] = inspect.cleandoc(ast.literal_eval(below.value))
    return said


def _in_query(name: str, kind: Schema, needed: list[str]) -> Parameter:
    kind = dict(kind)
    parameter: Parameter = {"name": name, "in": "query"}
    if "description" in kind:
        parameter["description"] = kind.pop("description")
    if name in needed:
        parameter["required"] = True
    # Absent is all that null can be in a query string.
    kind.pop("nullable", None)
    if kind.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return {**parameter, "schema": kind}


def _login(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """The ways to log in, any of which will do; `{}` is none. A browser that fetches a file by itself has the query and
    cookies."""
    if endpoint.public and not endpoint.knows_caller:
        return []
    ways = [_HEADERS, *([_QUERY, _COOKIES] if endpoint.browser else [])]
    nobody: list[dict[str, list[str]]] = [{}] if endpoint.public else []
    return nobody + [{name: [] for name, _, _ in way} for way in ways]


def _body(endpoint: Endpoint, schema: Schema, schemas: Schemas) -> dict[str, Any]:
    if "files" in schema["properties"]:
        del schema["properties"]["files"]
        schema["properties"]["file"] = _FILE
        schema["required"] = ["file", *schema["required"]]
    needed = bool(schema["required"])
    if not needed:
        del schema["required"]
    multipart = "file" in schema["properties"]
    reference = schemas.keep(endpoint.params.__name__, schema)
    content: dict[str, Any] = {kind: {"schema": reference} for kind in ([_MULTIPART] if multipart else [_JSON, _FORM])}
    example = events.body(endpoint.method, endpoint.path)
    if example and _JSON in content:
        content[_JSON]["example"] = example
    return ({"required": True} if needed else {}) | {"content": content}
