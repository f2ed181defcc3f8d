"""Every success and every refusal that the contract lists for an endpoint we serve was seen in this run.

Runs last and only in a run of all tests (tests/whole_run.py sees to that). What we answer in another way, and why, is
in DECIDED.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.decided import DECIDED, NOT_YET
from tests.workspace import SEEN, Gateway, Seen

CONTRACT = Path(__file__).parent / "contract"
_PLACEHOLDER = re.compile(r"<[^<>]+>|\b\d+ MB\b|\.\.\.|(?<=wait )N(?= seconds)")


def _endpoints(served: dict[tuple[str, str], Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for file in sorted(CONTRACT.glob("*.yaml")):
        for endpoint in yaml.safe_load(file.read_text("utf-8")).get("endpoints") or []:
            if not isinstance(endpoint, dict) or "path" not in endpoint or endpoint.get("variant"):
                continue
            path = re.sub(r":_?(\w+)", r"{\1}", endpoint["path"])
            methods = endpoint["method"] if isinstance(endpoint["method"], list) else [endpoint["method"]]
            found += [(method, path, endpoint) for method in methods if (method, path) in served]
    return found


def _matches(listed: dict[str, Any], seen: Seen) -> bool:
    if listed.get("status", 400) != seen.status:
        return False
    if listed.get("body") == "empty":
        return not seen.facts
    if isinstance(listed.get("body"), str):
        return seen.body == {"text": listed["body"]}
    wanted = listed.get("body") or {name: listed[name] for name in ("error", "errorType") if name in listed}
    if isinstance(wanted, str):
        # A text of its own instead of an object: tests/declared.py has compared it.
        return not seen.facts
    return all(_like(text, seen.body.get(name)) for name, text in wanted.items())


def _like(listed: Any, answered: Any) -> bool:
    if not isinstance(listed, str):
        return bool(listed == answered)
    if " | " in listed:
        return any(_like(part.strip(), answered) for part in listed.split(" | "))
    pattern = ".*".join(re.escape(part) for part in _PLACEHOLDER.split(listed.rstrip("*")))
    return re.fullmatch(pattern + (".*" if listed.endswith(("...", "*")) else ""), str(answered), re.DOTALL) is not None


@pytest.fixture(scope="module")
def served() -> dict[tuple[str, str], bool]:
    return {(route.method, route.path): True for route in Gateway().routes}


@pytest.mark.usefixtures("whole_run")
def test_every_listed_answer_was_seen(served: dict[tuple[str, str], bool]) -> None:
    missing = []
    for method, path, endpoint in _endpoints(served):
        answers = [seen for seen in SEEN if seen.method == method and seen.path == path]
        if not any(seen.status < 400 for seen in answers):
            missing.append(f"{method} {path}: success")
        for listed in endpoint.get("errors") or []:
            name = f"{path.rpartition('/v1/')[2]}: {listed['when']}"
            if name not in DECIDED and name not in NOT_YET and not any(_matches(listed, seen) for seen in answers):
                missing.append(
                    f"{method} {name} -> {listed.get('error') or listed.get('body') or listed.get('errorType')}"
                )
    assert not missing, f"{len(missing)} answers of the contract were not seen:\n" + "\n".join(missing)


def test_what_is_decided_is_in_the_contract(served: dict[tuple[str, str], bool]) -> None:
    """An entry of DECIDED or NOT_YET whose case the contract no longer lists must go."""
    listed = {
        f"{path.rpartition('/v1/')[2]}: {error['when']}"
        for _, path, endpoint in _endpoints(served)
        for error in endpoint.get("errors") or []
    }
    assert set(DECIDED) | set(NOT_YET) <= listed
