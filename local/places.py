"""Where the local server finds the project and keeps its data."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Places:
    root: Path
    """The project: `template.yaml`, `functions/` and `layers/`."""
    data: Path
    """What `reset` empties: MiniStack's state, stream checkpoints, its log."""
    ministack_venv: Path
    """The virtual environment MiniStack is installed in; of its own, because it pins botocore."""

    @property
    def template(self) -> Path:
        return self.root / "template.yaml"

    @property
    def functions(self) -> Path:
        return self.root / "functions"

    @property
    def layer(self) -> Path:
        return self.root / "layers" / "pimentachat" / "python"

    @property
    def checkpoints(self) -> Path:
        return self.data / "streams.json"

    @property
    def environment(self) -> Path:
        """Where the resources are, as a function's variables name them, while the server runs."""
        return self.data / "environment.json"

    @property
    def lock(self) -> Path:
        return self.data / "lock"


def places(environment: Mapping[str, str] = os.environ, root: Path = REPOSITORY) -> Places:
    """The places for a project at `root`; `LOCAL_DATA` and `MINISTACK_VENV` in the environment move the other two."""
    return Places(
        root=root,
        data=Path(environment.get("LOCAL_DATA") or root / ".local" / "data").resolve(),
        # Not resolved: a venv is found by its own path, whatever its links point at.
        ministack_venv=Path(environment.get("MINISTACK_VENV") or root / ".local" / "ministack-venv").absolute(),
    )
