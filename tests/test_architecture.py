"""Rules that keep the structure readable (docs/architecture.md): who may import whom, and the only doors to the
outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYER = ROOT / "layers" / "pimentachat" / "python" / "pimentachat"
PLAIN = {"errors", "clock", "ids", "config", "defaults"}
"""Modules of the layer that anybody may use."""
MAY_IMPORT = {
    "models": {"models"},
    "store": {"store", "models"},
    "cloud": {"cloud", "models"},
    "auth": {"auth", "store", "models"},
    "services": {"services", "auth", "store", "cloud", "models"},
    "api": {"api", "services", "auth", "store", "models"},
}
FUNCTIONS_MAY_IMPORT = {"api", "services", "models", "auth"}
MODULES = sorted(LAYER.rglob("*.py"))
FUNCTIONS = sorted((ROOT / "functions").glob("*/app.py"))
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LAYER)))
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(LAYER).parts[0]
    if room in MAY_IMPORT:
        assert rooms(path) - PLAIN <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: path.parent.name)
def test_functions_are_thin(path: Path) -> None:
    assert rooms(path) - PLAIN <= FUNCTIONS_MAY_IMPORT
    assert not any(name.startswith(("boto3", "botocore")) for name in imported(path))
    assert len(path.read_text("utf-8").splitlines()) <= 120


def using(*needles: str) -> set[str]:
    return {
        str(path.relative_to(LAYER))
        for path in MODULES
        if any(name == needle or name.startswith(f"{needle}.") for name in imported(path) for needle in needles)
    }


def test_only_store_and_cloud_speak_to_aws() -> None:
    assert {name.split("/")[0] for name in using("boto3")} <= {"store", "cloud"}


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
    for prefix in ("USERNAME#", "EMAIL#", "TOKEN#", "NAME#", "MSG#", "PURGE#", "THREAD#", "FILE#", "COUNTER#"):
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
        assert not tops & {"PIL", "re2", "openapi_pydantic", "yaml"}, path


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.Import):
        return {name.name.split(".")[0] for name in node.names}
    return {(node.module or "").split(".")[0]}
