"""Runs the SAM CLI: builds the artefacts and deploys them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parent.parent

Target = Literal["lambda", "host"]
"""`lambda`: arm64 and Python 3.13, as the template says. `host`: this machine, where MiniStack runs functions."""


class SamFailed(Exception):
    """The SAM CLI is missing or ended with an error, which it has printed itself."""


def build(
    target: Target, into: Path, *, python: Path | None = None, project: Path = PROJECT, quiet: bool = False
) -> Path:
    """Builds the layers into a folder and returns the path of the built template; functions stay where they are.

    Args:
        target: the platform that the packages of the dependency layer are for.
        into: the folder to write; what lies there is replaced.
        python: the interpreter that will run the code. By default one of the target's version, when there is any: it
            compiles the layers, and for `host` it also chooses the packages.

    Raises:
        SamFailed: the build failed.
    """
    # Functions are packed as they lie there: byte code of this machine has no business in Lambda.
    for cache in project.glob("functions/**/__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)
    environment = {**os.environ, "LAYER_TARGET": target}
    compiler = python or (Path(sys.executable) if target == "host" else _python_313())
    if compiler:
        environment["COMPILER"] = str(compiler)
    _sam(["build", "--build-dir", str(into)], environment, project, quiet=quiet)
    return into / "template.yaml"


def deploy(
    template: Path,
    parameters: Path,
    environment: Mapping[str, str],
    *,
    configuration: str = "default",
    more: Sequence[str] = (),
    project: Path = PROJECT,
    quiet: bool = False,
) -> None:
    """Deploys a built template, with flags from `samconfig.toml` and the values in a file (see `parameters`).

    Raises:
        SamFailed: the deployment failed; the stack was rolled back.
    """
    # SAM would look for its configuration beside the built template.
    flags = ["--config-file", str(project / "samconfig.toml"), "--config-env", configuration, "--no-progressbar"]
    values = ["--parameter-overrides", f"file://{parameters}"]
    _sam(["deploy", *flags, "--template-file", str(template), *values, *more], environment, project, quiet=quiet)


def executable(project: Path = PROJECT) -> str:
    """The SAM CLI: the one in `.local/sam-venv`, else the one on the path.

    Raises:
        SamFailed: there is none.
    """
    own = project / ".local" / "sam-venv" / "bin" / "sam"
    found = str(own) if own.exists() else shutil.which("sam")
    if not found:
        raise SamFailed("The SAM CLI is not installed: run `make setup`")
    return found


def _sam(arguments: Sequence[str], environment: Mapping[str, str], project: Path, *, quiet: bool) -> None:
    # `uv`, which the dependency layer's makefile calls, lies beside this interpreter.
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    ended = subprocess.run(
        [executable(project), *arguments],
        cwd=project,
        env={**environment, "PATH": path, "SAM_CLI_TELEMETRY": "0"},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = f":\n{ended.stdout}" if quiet else ""
        raise SamFailed(f"`sam {arguments[0]}` failed{said}")


def _python_313() -> Path | None:
    """A Python 3.13 on this machine that really starts; version managers leave commands that do not."""
    managed = sorted(Path.home().glob(".pyenv/versions/3.13*/bin/python3.13"))
    for candidate in (sys.executable, shutil.which("python3.13"), *managed):
        if not candidate:
            continue
        version = subprocess.run([str(candidate), "-V"], capture_output=True, text=True, check=False)
        if version.returncode == 0 and version.stdout.startswith("Python 3.13."):
            return Path(candidate)
    return None
