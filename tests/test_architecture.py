"""Rules that keep the structure readable (docs/architecture.md): who may import whom, and the only doors to the
outside."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYER = ROOT / "layers" / "pimentachat" / "python" / "pimentachat"
PLAIN = {"errors", "clock", "ids", "config", "defaults", "aws"}
"""Modules of the layer that anybody may use."""
DOWN = ["api", "requests", "services", "listing", "auth", "workspace", "store", "cloud", "models"]
"""The layer from the top down: each may use itself and those below it."""
NEVER = {"store": {"cloud"}, "listing": {"auth", "store", "cloud"}}
"""What stands below and is none of their business."""
SERVICES = [
    "text",
    "views",
    "events",
    "rooms",
    "accounts",
    "files",
    "messages",
    "subscriptions",
    "search",
    "commands",
    "server",
    "integrations",
    "push",
    "mail",
    "calls",
    "after",
]
"""The order of the services: each may use itself and those before it."""
FUNCTIONS_MAY_IMPORT = {"api", "requests", "services", "models", "auth"}
MODULES = sorted(LAYER.rglob("*.py"))
FUNCTIONS = sorted([*(ROOT / "functions").glob("*/app.py"), *(ROOT / "functions").glob("workers/*/app.py")])
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc_functions"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms(path: Path) -> set[str]:
    """The parts of the layer that a file imports from."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("pimentachat.")}


def room_of(path: Path) -> str:
    return path.relative_to(LAYER).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LAYER)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    if room in PLAIN | {"__init__"}:
        assert rooms(path) <= PLAIN
    else:
        assert rooms(path) - PLAIN <= set(DOWN[DOWN.index(room) :]) - NEVER.get(room, set())


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room_of(path) == "services"], ids=lambda path: str(path.relative_to(LAYER))
)
def test_services_have_one_order(path: Path) -> None:
    subject = path.relative_to(LAYER).parts[1]
    if subject != "__init__.py":
        used = {name.split(".")[2] for name in imported(path) if name.startswith("pimentachat.services.")}
        assert used <= set(SERVICES[: SERVICES.index(subject) + 1])


def test_every_folder_has_its_place() -> None:
    assert {room_of(path) for path in MODULES} == {*DOWN, *PLAIN, "__init__"}
    folders = {path.relative_to(LAYER).parts[1] for path in MODULES if room_of(path) == "services"}
    assert folders == {*SERVICES, "__init__.py"}


def test_requests_are_known_to_the_doorway_alone() -> None:
    """Services take values: what a client wrote ends at `api/` and `functions/`."""
    assert {name.split("/")[0] for name in using("pimentachat.requests")} <= {"api", "requests"}


def test_only_the_doorway_knows_http() -> None:
    assert using("starlette", "mangum") <= {"api/http.py", "api/fallback.py"}


def test_one_guarded_way_to_a_room() -> None:
    """Whether somebody may see a room is asked in one place, which takes the endpoint's refusal."""
    asking = {
        str(path.relative_to(LAYER)) for path in MODULES if re.search(r"(?<!def )\bvisible\(", path.read_text("utf-8"))
    }
    assert asking == {"services/rooms/access.py"}


def test_refusals_are_classes_until_they_are_raised() -> None:
    """A constant that held an instance would keep the frames of every request that raised it."""
    refusals = {
        node.name
        for path in (LAYER / "errors").glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
    }
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                made = {name for call in ast.walk(node) if (name := _called_by_name(call))}
                assert not made & refusals, path


def _called_by_name(node: ast.AST) -> str | None:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room_of(path) in {"services", "api"}], ids=lambda path: str(path)[-40:]
)
def test_stores_have_one_alias_each(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "pimentachat.store":
            for name in node.names:
                assert name.asname in {None, f"{name.name.removesuffix('s')}_store"}, name.name


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: path.parent.name)
def test_functions_are_thin(path: Path) -> None:
    assert rooms(path) - PLAIN <= FUNCTIONS_MAY_IMPORT
    assert not any(name.startswith(("boto3", "botocore")) for name in imported(path))
    assert len(path.read_text("utf-8").splitlines()) <= 140


def using(*needles: str) -> set[str]:
    return {
        str(path.relative_to(LAYER))
        for path in MODULES
        if any(name == needle or name.startswith(f"{needle}.") for name in imported(path) for needle in needles)
    }


def test_only_store_and_cloud_speak_to_aws() -> None:
    assert {name.split("/")[0] for name in using("pimentachat.aws")} == {"store", "cloud"}
    assert using("botocore.session", "botocore.client") == {"aws.py"}
    assert using("boto3") == set()


def test_one_way_out_to_strangers() -> None:
    """cloud/outgoing.py refuses what is not public; nobody goes around it, but to an address that AWS gave."""
    speaking = using("urllib3", "socket", "http.client", "urllib.request", "requests", "httpx")
    assert speaking == {"cloud/outgoing.py", "cloud/cloudformation.py"}


def test_one_door_to_the_environment() -> None:
    reading = {str(path.relative_to(LAYER)) for path in MODULES if "os.environ" in path.read_text("utf-8")}
    assert reading == {"config.py"}


def test_one_door_to_the_time() -> None:
    texts = {str(path.relative_to(LAYER)): path.read_text("utf-8") for path in MODULES}
    telling = {
        name for name, text in texts.items() if "datetime.now" in text or "utcnow" in text or "time.time(" in text
    }
    assert telling == {"clock.py"}


def test_keys_have_one_owner() -> None:
    """A key's prefix is spelled in one module of the store; nobody else knows how a key is made."""
    kept = (
        "USERNAME EMAIL TOKEN NAME MSG JOB OUTBOX ONCE TRASH THREAD THREADS PINS STARS MENTIONS CHANGES FILE COUNTER "
        "ATTEMPTS INTEGRATION CALL"
    )
    for prefix in (f"{word}#" for word in kept.split()):
        owners = {str(path.relative_to(LAYER)) for path in MODULES if f'"{prefix}' in path.read_text("utf-8")}
        assert len(owners) <= 1, f"{prefix} in {owners}"


def test_no_vague_names() -> None:
    assert not [path for path in (*MODULES, *FUNCTIONS) if path.stem in VAGUE]


def test_heavy_packages_are_imported_where_they_are_used() -> None:
    """Every function imports the layer: what only one of them needs must not slow the others' start."""
    for path in MODULES:
        tops = {
            name
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in _names(node)
        }
        assert not tops & {"PIL", "re2", "openapi_pydantic", "yaml", "pyotp", "oauthlib"}, path


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.Import):
        return {name.name.split(".")[0] for name in node.names}
    return {(node.module or "").split(".")[0]}
