"""openapi.yaml as a document: valid, true. What answers say is held against it in tests/declared.py."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from deployment import openapi
from deployment.reference.further import BEYOND
from tests import declared

ROOT = Path(__file__).resolve().parents[1]
LAYER = ROOT / "layers" / "pimentachat" / "python" / "pimentachat"


def operations() -> Iterator[dict[str, Any]]:
    for item in declared.document()["paths"].values():
        yield from (operation for method, operation in item.items() if not method.startswith("x-"))


def test_it_is_a_valid_document() -> None:
    OpenAPIV30SpecValidator(declared.document()).validate()


def test_it_is_the_same_however_often_it_is_made() -> None:
    first, second = (openapi.text_of(openapi.document(openapi.families())) for _ in range(2))
    assert first == second


def test_nothing_is_kept_that_nothing_refers_to() -> None:
    text = json.dumps(declared.document())
    logins = {scheme for operation in operations() for way in operation.get("security", []) for scheme in way}
    for kind, components in declared.document()["components"].items():
        unused = {name for name in components if f'"#/components/{kind}/{name}"' not in text}
        unused -= logins if kind == "securitySchemes" else set()
        assert not unused, kind


def test_examples_of_requests_are_what_the_operation_takes() -> None:
    given = 0
    for operation in operations():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in body:
            schema = {**body["schema"], "components": declared.document()["components"]}
            OAS30Validator(schema).validate(body["example"])
            given += 1
    assert given > 100


def test_every_tag_is_explained_and_used() -> None:
    described = {tag["name"]: tag["description"] for tag in declared.document()["tags"]}
    assert described.keys() == {tag for operation in operations() for tag in operation["tags"]}
    assert all(described.values())


def test_every_operation_says_how_it_refuses() -> None:
    for operation in operations():
        assert {"400", "503"} <= operation["responses"].keys(), operation["operationId"]


def test_whoever_must_log_in_is_told_so() -> None:
    for operation in operations():
        ways = operation.get("security", [{}])
        assert ("401" in operation["responses"] and "login" not in operation["operationId"].lower()) == (
            {} not in ways
        ), operation["operationId"]
        assert all(len(way) == 2 for way in ways if way), operation["operationId"]


def test_further_refusals_are_of_endpoints_that_exist() -> None:
    names = {
        name
        for api in openapi.families()
        for route in api.routes
        for name in (route.name, f"{route.method} {route.name}")
    }
    assert set(BEYOND) <= names


def test_schemas_of_records_are_for_the_document_alone() -> None:
    """Functions would load at their start what only the generator needs."""
    importing = re.compile(r"requests(\.| import .*\b)schemas")
    modules = [*LAYER.rglob("*.py"), *(ROOT / "functions").rglob("*.py"), *(ROOT / "local").rglob("*.py")]
    assert not [path for path in modules if importing.search(path.read_text("utf-8"))]


# --- the check of answers itself

ROLE = {"_id": "admin", "scope": "Users", "description": "Admin", "mandatory2fa": False}


def roles(**changed: Any) -> str:
    return json.dumps({"roles": [ROLE | changed], "success": True})


def check(text: str, status: int = 200, path: str = "/api/v1/roles.list", kind: str = "application/json") -> None:
    declared.check("GET", path, status, kind, text)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (roles(), 200),
        (json.dumps({"status": "error", "message": "You must be logged in to do this."}), 401),
        (json.dumps({"success": False, "error": "Match error: Expected string, got number"}), 400),
        (json.dumps({"success": False, "error": "The service is temporarily unavailable, please try again."}), 503),
    ],
)
def test_what_is_declared_passes(text: str, status: int) -> None:
    check(text, status)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (roles(further=1), 200),
        (roles(description=None), 200),
        (roles(scope="Elsewhere"), 200),
        (json.dumps({"roles": [ROLE]}), 200),
        (json.dumps({"roles": [{"_id": "admin"}], "success": True}), 200),
        (json.dumps({"success": False, "error": "unauthorized"}), 403),
        (json.dumps({"success": False, "error": "Out of the blue"}), 400),
        (json.dumps({"success": False, "error": "Match error: ...", "errorType": "more"}), 400),
        (json.dumps({"success": False}), 400),
    ],
)
def test_what_is_not_declared_fails(text: str, status: int) -> None:
    with pytest.raises(declared.Undeclared):
        check(text, status)


def test_a_date_is_a_date() -> None:
    changes = {"remove": [], "update": [{"_id": "create-c", "roles": [], "_updatedAt": "2019-04-11T10:00:00.000Z"}]}
    check(json.dumps({**changes, "success": True}), path="/api/v1/permissions.listAll")
    changes["update"][0]["_updatedAt"] = "yesterday"
    with pytest.raises(declared.Undeclared):
        check(json.dumps({**changes, "success": True}), path="/api/v1/permissions.listAll")


def test_rows_of_lists_have_what_was_asked_for() -> None:
    page = {"count": 1, "offset": 0, "total": 1, "success": True}
    check(
        json.dumps({"channels": [{"_id": "GENERAL", "u": {"username": "alice"}}], **page}), path="/api/v1/channels.list"
    )
    with pytest.raises(declared.Undeclared):
        check(json.dumps({"channels": [{"_id": "GENERAL", "color": "red"}], **page}), path="/api/v1/channels.list")


def test_a_page_is_no_json() -> None:
    with pytest.raises(declared.Undeclared):
        check("<p>Roles</p>", kind="text/html")


def test_what_no_route_takes_is_declared_too() -> None:
    check(json.dumps({"success": False, "error": "Resource not found"}), 404, "/nowhere")
    check(json.dumps({"status": "error", "message": "API endpoint does not exist"}), 405, "/api/v1/login")
    with pytest.raises(declared.Undeclared):
        check(json.dumps({"success": True}), 200, "/nowhere")
