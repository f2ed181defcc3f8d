"""The endpoint that CONTRIBUTING.md adds as an example works as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from local.places import REPOSITORY, places

_STEP = re.compile(r"^\*\*\d+\. .*? in `([\w./]+)`.*?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LAYERS = Path("layers") / "pimentachat" / "python"
_LAYER = LAYERS / "pimentachat"
_LAST_LINE = "\n\nhandler = api.handler\n"


def steps() -> list[tuple[Path, str]]:
    """Files of the example, and what it adds to them."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    found = []
    for step in re.split(r"^(?=\*\*\d+\. )", text, flags=re.MULTILINE):
        match = _STEP.match(step)
        if match:
            path = Path(match[1])
            found.append((path if (REPOSITORY / path.parts[0]).is_dir() else _LAYER / path, match[2]))
    return found


def test_the_worked_example(tmp_path: Path, ministack: str) -> None:
    copy = tmp_path / "project"
    for name in ("functions", "layers", "tests", "local", "deployment"):
        shutil.copytree(REPOSITORY / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "template.yaml", "openapi.yaml", "routes.yaml", "README.md"):
        shutil.copy(REPOSITORY / name, copy / name)
    written = steps()
    assert [path.name for path, _ in written] == [
        "chat.py",
        "messages.py",
        "thanks.py",
        "messages.py",
        "app.py",
        "test_thank.py",
    ]
    for path, code in written:
        file = copy / path
        before = file.read_text("utf-8") if file.exists() else ""
        end = _LAST_LINE if before.endswith(_LAST_LINE) else ""
        file.write_text(f"{before.removesuffix(end)}\n\n{code}{end}", "utf-8")
    environment = {
        **_own_environment(),
        "MINISTACK_VENV": str(places().ministack_venv),
        "PYTHONPATH": str(copy / LAYERS),
    }
    for command in (["deployment", "openapi"], ["pytest", "-q", "-p", "no:cacheprovider", "tests/chat/test_thank.py"]):
        run = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
    assert "3 passed" in run.stdout


def _own_environment() -> dict[str, str]:
    """The environment without what this run has set for itself."""
    ours = ("AWS_", "PYTEST_", "POWERTOOLS_", "SITE_URL", "PASSWORD_ROUNDS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
