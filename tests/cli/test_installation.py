"""What `pipx install .` installs: a fresh environment, and the command in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.places import REPOSITORY


@pytest.mark.hard
def test_it_is_installed_from_the_checkout(tmp_path: Path) -> None:
    """As pipx does: an environment of its own, and pip. Nothing is left in the checkout."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    binaries = tmp_path / "venv" / "bin"
    subprocess.run([binaries / "python", "-m", "pip", "install", "--quiet", str(REPOSITORY)], check=True)
    told = subprocess.run(
        [binaries / "pimentachat", "--version"], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert told.stdout == "0.1.0\n"
    helped = subprocess.run([binaries / "pimentachat", "verify"], capture_output=True, text=True, cwd=tmp_path)
    assert (helped.returncode, helped.stderr[:6]) == (2, "error:")
    assert not (REPOSITORY / "build").exists()
    assert not (REPOSITORY / "dist").exists()


def test_versions_are_pinned_in_one_place() -> None:
    """The environment for development is made of all lists: none says again what another one says."""
    lists = ["requirements/dev.txt", "requirements/cli.txt"]
    names = [
        line.partition("==")[0] for each in lists for line in (REPOSITORY / each).read_text(encoding="utf-8").split()
    ]
    assert len(names) == len(set(names))
