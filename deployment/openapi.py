"""`make openapi`: writes openapi.yaml, routes.yaml, the fallback's route list and the table in README.md from the
endpoints of all families.

openapi.yaml is the reference, OpenAPI 3.0.3. routes.yaml is what template.yaml includes as the definition of the API:
of each operation only the function that answers it, since an HTTP API looks at nothing else and a template has a
limit. A test fails when the files are stale.
"""

import inspect
import json
import re
from typing import Any, Final

import yaml
from openapi_pydantic.v3.v3_0 import OpenAPI

from deployment.reference import contract, overview
from deployment.reference.answers import successes
from deployment.reference.refusals import Refusals
from deployment.reference.requests import security_schemes, shared_parameters, takes
from deployment.reference.schemas import Schemas
from deployment.sam import PROJECT
from local.functions import load
from local.template import load as load_template
from pimentachat.api import Api, Endpoint

DOCUMENT: Final = PROJECT / "openapi.yaml"
DEFINITION: Final = PROJECT / "routes.yaml"
ROUTES: Final = PROJECT / "functions" / "fallback" / "routes.json"
README: Final = PROJECT / "README.md"
_ABOUT: Final = (
    "The REST API of pimentaCHAT. Log in with `POST /api/v1/login`, and send `authToken` and `userId` of its answer as "
    "the headers `X-Auth-Token` and `X-User-Id`. Of a refusal, `error` says what is wrong and `errorType` names it."
)


def families() -> list[Api]:
    """Every endpoint family, in the order of their names; the fallback is none: it has no routes of its own."""
    loaded = [getattr(load(path.parent), "api", None) for path in sorted((PROJECT / "functions").glob("*/app.py"))]
    return [api for api in loaded if isinstance(api, Api)]


def document(apis: list[Api]) -> dict[str, Any]:
    schemas = Schemas()
    refusals = Refusals(apis)
    paths: dict[str, Any] = {}
    for api in apis:
        for endpoint in api.routes:
            operation = _operation(api.family, endpoint, schemas, refusals)
            paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    paths["/$default"] = {
        "x-amazon-apigateway-any-method": {
            "responses": refusals.of_fallback(),
        },
    }
    parts = refusals.components()
    components = parts | {
        "schemas": dict(sorted((schemas.components(paths) | parts["schemas"]).items())),
        "parameters": shared_parameters(paths),
        "securitySchemes": security_schemes(),
    }
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "pimentaCHAT",
            "version": "1.0.0",
            "description": _ABOUT,
            "license": {"name": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": api.family, "description": _about(api)} for api in apis],
        "paths": dict(sorted(paths.items())),
        "components": {name: components[name] for name in sorted(components)},
    }


def definition(apis: list[Api]) -> dict[str, Any]:
    """The API as API Gateway imports it."""
    paths: dict[str, Any] = {}
    for api in apis:
        for endpoint in api.routes:
            paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _integration(api.family)
    paths["/$default"] = {"x-amazon-apigateway-any-method": {"isDefaultRoute": True, **_integration("fallback")}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "pimentaCHAT", "version": "1.0.0"},
        "paths": dict(sorted(paths.items())),
    }


def routes(apis: list[Api]) -> dict[str, list[str]]:
    """Methods by path."""
    found: dict[str, set[str]] = {}
    for api in apis:
        for endpoint in api.routes:
            found.setdefault(endpoint.path, set()).add(endpoint.method)
    return {path: sorted(methods) for path, methods in sorted(found.items())}


def _about(api: Api) -> str:
    """The first sentence of what the function of a family says of itself; the rest is for those who read the code."""
    said = inspect.getdoc(load(PROJECT / "functions" / api.family)) or ""
    return said.replace("\n", " ").partition(". ")[0].rstrip(".") + "."


def _operation(family: str, endpoint: Endpoint, schemas: Schemas, refusals: Refusals) -> dict[str, Any]:
    description = _description(endpoint)
    return {
        "operationId": _identifier(f"{endpoint.method.lower()} {endpoint.path}"),
        "summary": endpoint.summary,
        **({"description": description} if description else {}),
        "tags": [family],
        **takes(endpoint, schemas),
        "responses": successes(endpoint, schemas) | refusals.of(endpoint),
    }


def _identifier(text: str) -> str:
    words: list[str] = re.findall(r"\w+", text.replace("/api/v1", ""))
    return words[0] + "".join(word[0].upper() + word[1:] for word in words[1:])


def _integration(family: str) -> dict[str, Any]:
    function = f"lambda:path/2015-03-31/functions/${{{load_template().function_of(family)}.Alias}}/invocations"
    return {
        "responses": {"default": {"description": "See openapi.yaml"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "payloadFormatVersion": "2.0",
            "uri": {"Fn::Sub": f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:{function}"},
        },
    }


def _description(endpoint: Endpoint) -> str:
    """What the docstring says beyond its first line, and the permissions: those that are asked for before the
    parameters are looked at, else those that the contract lists."""
    more = (inspect.getdoc(endpoint.call) or "").partition("\n")[2].strip()
    return "\n\n".join(filter(None, [more, _needed(endpoint)]))


def _needed(endpoint: Endpoint) -> str:
    asked = endpoint.permission or contract.facts(endpoint.method, endpoint.path).permission or []
    if isinstance(asked, str):
        asked = [asked]
    several = asked["any_of"] if isinstance(asked, dict) else asked
    if not several:
        return ""
    if not all(re.fullmatch(r"[a-z0-9-]+", name) for name in several):
        return f"Needs {', '.join(several)}."
    named = ", ".join(f"`{name}`" for name in several)
    if len(several) == 1:
        return f"Needs the permission {named}."
    return f"Needs {'one of' if isinstance(asked, dict | tuple) else 'all of'} the permissions {named}."


def write() -> None:
    apis = families()
    written = document(apis)
    OpenAPI.model_validate(written)
    DOCUMENT.write_text(text_of(written), encoding="utf-8")
    DEFINITION.write_text(text_of(definition(apis)), encoding="utf-8")
    ROUTES.write_text(json.dumps(routes(apis), indent=1) + "\n", encoding="utf-8")
    README.write_text(overview.written_into(README.read_text("utf-8"), apis), encoding="utf-8")


class _Plain(yaml.SafeDumper):  # type: ignore[misc]
    """Without anchors: API Gateway's import does not follow them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_dict(self, data: Any) -> Any:
        return self.represent_mapping("tag:yaml.org,2002:map", data, flow_style=_short(data))

    def represent_list(self, data: Any) -> Any:
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=_short(data))


def _short(data: Any) -> bool:
    """Whether it fits on a line of its own: there are many such parts."""
    return len(str(data)) < 80 and not (isinstance(data, dict) and data.keys() & {"properties", "schema"})


_Plain.add_representer(dict, _Plain.represent_dict)
_Plain.add_representer(list, _Plain.represent_list)


def text_of(written: dict[str, Any]) -> str:
    head = "# Generated by `make openapi` from the endpoints. Change those instead.\n"
    return head + str(yaml.dump(written, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120))
