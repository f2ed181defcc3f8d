"""template.yaml, openapi.yaml, routes.yaml, the fallback's list and the endpoints name the same routes."""

import json
from pathlib import Path
from typing import Any

import yaml

from deployment import openapi
from deployment.reference import overview
from local.functions import load as load_function
from local.template import load
from pimentachat.api import Api

ROOT = Path(__file__).resolve().parents[1]


def endpoints() -> set[tuple[str, str]]:
    return {(route.method, route.path) for api in openapi.families() for route in api.routes}


def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))
    return found


def test_openapi_yaml_is_fresh() -> None:
    assert (ROOT / "openapi.yaml").read_text("utf-8") == openapi.text_of(openapi.document(openapi.families())), (
        "run `make openapi`"
    )


def test_routes_yaml_is_fresh() -> None:
    assert openapi.DEFINITION.read_text("utf-8") == openapi.text_of(openapi.definition(openapi.families())), (
        "run `make openapi`"
    )


def test_the_fallbacks_list_is_fresh() -> None:
    assert json.loads(openapi.ROUTES.read_text("utf-8")) == openapi.routes(openapi.families()), "run `make openapi`"


def test_the_table_in_readme_is_fresh() -> None:
    readme = openapi.README.read_text("utf-8")
    assert readme == overview.written_into(readme, openapi.families()), "run `make openapi`"
    assert "`postMessage`" in readme.partition("| chat |")[2].partition("\n")[0]


def test_every_route_names_the_function_of_its_family() -> None:
    paths = yaml.safe_load(openapi.DEFINITION.read_text("utf-8"))["paths"]
    template = load(ROOT / "template.yaml")
    functions = template.resources
    for api in openapi.families():
        for route in api.routes:
            operation = paths[route.path][route.method.lower()]
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            function = template.function_of(api.family)
            assert f"${{{function}.Alias}}" in uri
            assert functions[function]["Properties"]["CodeUri"] == f"functions/{api.family}/"


def test_no_route_is_claimed_twice() -> None:
    claimed = [(route.method, route.path) for api in openapi.families() for route in api.routes]
    assert len(claimed) == len(set(claimed))


def test_a_family_is_named_as_its_folder() -> None:
    for path in (ROOT / "functions").glob("*/app.py"):
        api = getattr(load_function(path.parent), "api", None)
        if isinstance(api, Api):
            assert api.family == path.parent.name


def test_every_endpoint_says_what_it_does() -> None:
    for api in openapi.families():
        for route in api.routes:
            assert route.call.__doc__, route.name
