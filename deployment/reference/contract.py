"""The contract's facts about endpoints (tests/contract), read at build time alone: parameters, permissions, and
refusals with their exact texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import yaml

from deployment.sam import PROJECT
from tests.decided import DECIDED, NOT_YET

_CONTRACT: Final = PROJECT / "tests" / "contract"


@dataclass(frozen=True)
class Listed:
    """A refusal as the contract lists it."""

    status: int
    body: dict[str, Any]
    when: str


@dataclass
class Facts:
    """What the contract says of one method and path."""

    refusals: list[Listed] = field(default_factory=list)
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By name; `message.ts` is inside of `message`."""
    permission: Any = None
    """A list of all that are needed, `{any_of: [...]}`, or nothing."""


def facts(method: str, path: str) -> Facts:
    return _read().get((method, path), Facts())


def listed() -> list[tuple[str, str]]:
    """Method and path of every endpoint that the contract names, its neighbours included."""
    found: dict[tuple[str, str], None] = {}
    for file in sorted(_CONTRACT.glob("*.yaml")):
        facts_of_file = yaml.safe_load(file.read_text("utf-8"))
        for name, endpoints in facts_of_file.items():
            if name == "endpoints" or name.startswith("priority_"):
                found |= dict.fromkeys(key for endpoint in endpoints or [] for key in _keys(endpoint))
    return [(method, path if path.startswith("/") else f"/api/v1/{path}") for method, path in found]


@cache
def _read() -> dict[tuple[str, str], Facts]:
    found: dict[tuple[str, str], Facts] = {}
    for file in sorted(_CONTRACT.glob("*.yaml")):
        for endpoint in yaml.safe_load(file.read_text("utf-8")).get("endpoints") or []:
            for key in _keys(endpoint):
                known = found.setdefault(key, Facts())
                known.refusals += _refusals(key[1], endpoint)
                known.params |= {param["name"]: param for param in endpoint.get("params") or []}
                known.permission = known.permission or endpoint.get("permission")
    return found


def _keys(endpoint: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(endpoint, dict) or "path" not in endpoint or endpoint.get("variant"):
        return
    methods = endpoint["method"] if isinstance(endpoint["method"], list) else [endpoint["method"]]
    for path in [endpoint["path"], *(endpoint.get("aliases") or [])]:
        yield from ((method, re.sub(r":_?(\w+)", r"{\1}", path)) for method in methods)


def _refusals(path: str, endpoint: dict[str, Any]) -> Iterator[Listed]:
    for error in endpoint.get("errors") or []:
        case = f"{path.rpartition('/v1/')[2]}: {error['when']}"
        if case not in DECIDED and case not in NOT_YET:
            yield from (Listed(error.get("status", 400), body, error["when"]) for body in _bodies(error))


def _bodies(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The bodies of one entry: "this | that" is either, `*` at the end is anything. None for pages and remarks."""
    code, text, body = error.get("errorType"), error.get("error"), error.get("body")
    if body is not None:
        if isinstance(body, dict):
            yield body
    elif text is not None:
        named = {} if code is None else {"errorType": code}
        yield from ({"success": False, "error": each, **named} for each in text.split(" | "))
    elif code is not None:
        for each in str(code).split(" | "):
            whole = re.sub(r"\*$", "<rule>", each)
            # The contract leaves the text out where any will do.
            yield {"success": False, "error": f"<text> [{whole}]", "errorType": whole}
