"""`make build` makes what Lambda can run."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deployment import sam

pytestmark = pytest.mark.deployed

ARM64 = 183
"""ELF's number for the machine, two bytes at offset 18."""
LIMIT_MB = 250


TOOLS = ("sh", "make", "find", "rm", "du", "cut", "test", "cp", "mkdir")
"""What every machine has that can build anything."""


def bare_machine(folder: Path, *, pip: bool) -> str:
    """A PATH with nothing but the usual tools, and a python3 with pip or none at all."""
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    if pip:
        python = folder / "python3"
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
    return str(folder)


def sam_build(project: Path, path: str, into: Path, *what: str) -> subprocess.CompletedProcess[str]:
    """`sam build` alone, with this PATH."""
    return subprocess.run(
        [sam.executable(), "build", "--build-dir", str(into), *what],
        cwd=project,
        env={**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module", params=["make build", "sam build"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sam_python: Path, project: Path
) -> Path:
    folder = tmp_path_factory.mktemp("build")
    if request.param == "make build":
        return sam.build("lambda", folder / "build", quiet=True).parent
    ended = sam_build(project, bare_machine(folder / "bin", pip=True), folder / "build")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder / "build"


def test_without_uv_and_pip_the_build_says_what_it_needs(tmp_path: Path, project: Path, sam_python: Path) -> None:
    ended = sam_build(project, bare_machine(tmp_path / "bin", pip=False), tmp_path / "build", "DependenciesLayer")
    assert ended.returncode != 0
    assert "needs uv, or a python3 with pip" in ended.stdout + ended.stderr


def test_packages_are_made_for_arm64(built: Path) -> None:
    libraries = list(built.glob("DependenciesLayer/python/**/*.so*"))
    assert libraries
    for library in libraries:
        with library.open("rb") as file:
            head = file.read(20)
        assert int.from_bytes(head[18:20], "little") == ARM64, library


def test_extension_modules_are_made_for_the_runtime(built: Path) -> None:
    names = [path.name for path in built.glob("DependenciesLayer/python/**/*.cpython-*.so")]
    assert names
    assert all(".cpython-313-aarch64-linux-gnu.so" in name for name in names)


def test_the_layers_fit_into_lambda(built: Path) -> None:
    size = sum(path.stat().st_size for layer in built.glob("*Layer") for path in layer.rglob("*") if path.is_file())
    assert size < LIMIT_MB * 1_000_000


def test_the_layer_of_swagger_ui_has_what_the_reference_shows_and_its_licence(built: Path) -> None:
    files = {path.name: path.stat().st_size for path in built.glob("SwaggerUiLayer/python/**/*") if path.is_file()}
    assert files.keys() == {"__init__.py", "swagger-ui-bundle.js", "swagger-ui.css", "LICENSE"}
    assert sum(files.values()) < 3_000_000


def test_the_sdk_comes_from_the_runtime(built: Path) -> None:
    packages = {path.name for path in built.glob("DependenciesLayer/python/*")}
    assert not packages & {"boto3", "botocore"}


def test_the_shared_layer_is_complete(built: Path, project: Path) -> None:
    source = project / "layers" / "pimentachat" / "python"
    tracked = {
        path.relative_to(source) for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    copied = built / "PimentachatLayer" / "python"
    assert tracked <= {path.relative_to(copied) for path in copied.rglob("*")}


def test_template_is_valid(project: Path) -> None:
    ended = subprocess.run(
        [sam.executable(), "validate", "--lint", "--region", "us-east-1"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
