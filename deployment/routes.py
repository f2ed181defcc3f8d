"""Registers the routes of `routes.yaml` with an HTTP API: MiniStack ignores the OpenAPI body, which AWS reads."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_FUNCTION = re.compile(r"\$\{(\w+)\.Alias\}")
_INTEGRATION = "x-amazon-apigateway-integration"


class Route(NamedTuple):
    key: str
    """`GET /api/v1/me`, or `$default`."""
    function: str
    """Logical id of the function that answers it."""


def read(definition: Path) -> list[Route]:
    """The routes that an OpenAPI document names, in its order."""
    return list(_routes(yaml.safe_load(definition.read_text(encoding="utf-8"))))


def register(api: Any, api_id: str, routes: list[Route], resources: Mapping[str, str]) -> None:
    """Gives the API one integration per function and a route to it for each.

    Args:
        api: a boto3 client of `apigatewayv2`.
        resources: logical id -> physical id, with the alias `<function>Aliaslive` of every function.
    """
    registered = {route["RouteKey"] for route in api.get_routes(ApiId=api_id)["Items"]}
    targets = {
        function: _integration(api, api_id, resources[f"{function}Aliaslive"]) for function in _functions(routes)
    }
    for route in routes:
        if route.key not in registered:
            api.create_route(ApiId=api_id, RouteKey=route.key, Target=f"integrations/{targets[route.function]}")


def _routes(document: Mapping[str, Any]) -> Iterator[Route]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if not isinstance(operation, dict) or _INTEGRATION not in operation:
                continue
            found = _FUNCTION.search(operation[_INTEGRATION]["uri"]["Fn::Sub"])
            if not found:
                raise ValueError(f"{method} {path}: the integration names no function's alias")
            yield Route("$default" if operation.get("isDefaultRoute") else f"{method.upper()} {path}", found.group(1))


def _functions(routes: list[Route]) -> list[str]:
    return list(dict.fromkeys(route.function for route in routes))


def _integration(api: Any, api_id: str, alias_arn: str) -> str:
    created = api.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationMethod="POST",
        IntegrationUri=alias_arn,
        PayloadFormatVersion="2.0",
    )
    return str(created["IntegrationId"])
