"""The routes of routes.yaml: deployable, each with its function, and seen by `sam local start-api`."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployment import routes
from local.template import Template

# API Gateway's own limit, which AWS raises on request.
MOST_ROUTES = 300
# CloudFormation's limit for a template with everything that it includes, less the template itself.
MOST_BYTES = 900_000


@pytest.fixture(scope="module")
def definition(project: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((project / "routes.yaml").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def declared(project: Path) -> list[routes.Route]:
    return routes.read(project / "routes.yaml")


def values(node: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from values(value, f"{at}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from values(value, f"{at}/{index}")
    else:
        yield at, node


def test_every_route_names_a_function_of_the_template(declared: list[routes.Route], template: Template) -> None:
    assert {route.function for route in declared} <= set(template.of_type("AWS::Serverless::Function"))


def test_every_route_is_there_once(declared: list[routes.Route]) -> None:
    assert len({route.key for route in declared}) == len(declared)


def test_all_other_requests_go_to_the_fallback(declared: list[routes.Route]) -> None:
    assert routes.Route("$default", "FallbackFunction") in declared


def test_integrations_are_what_http_apis_take(definition: dict[str, Any]) -> None:
    for path, operations in definition["paths"].items():
        for method, operation in operations.items():
            integration = operation["x-amazon-apigateway-integration"]
            assert integration["type"] == "aws_proxy", f"{method} {path}"
            assert integration["httpMethod"] == "POST"
            assert integration["payloadFormatVersion"] == "2.0"


def test_cloudformation_can_include_the_document(definition: dict[str, Any], project: Path) -> None:
    assert [at for at, value in values(definition) if value is None] == [], "CloudFormation refuses null"
    assert len(json.dumps(definition)) < MOST_BYTES
    # The included file is read without the tags of CloudFormation's short form.
    assert "!Sub" not in (project / "routes.yaml").read_text(encoding="utf-8")


def test_an_http_api_takes_that_many_routes(declared: list[routes.Route]) -> None:
    assert len(declared) <= MOST_ROUTES


def test_sam_local_sees_every_route(declared: list[routes.Route], project: Path, sam_python: Path) -> None:
    script = Path(__file__).with_name("sam_routes.py")
    ended = subprocess.run(
        [sam_python, script, project / "template.yaml"],
        env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    seen = {
        ("$default" if route["path"] == "/$default" else f"{method} {route['path']}", route["function"])
        for route in json.loads(ended.stdout)
        for method in route["methods"]
    }
    assert seen == {(route.key, route.function) for route in declared}
