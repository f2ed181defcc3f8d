"""Loads `functions/<name>/app.py` and `functions/workers/<name>/app.py`.

Every one is a module called `app`, so each gets a name of its own here.
"""

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


def load(folder: Path) -> ModuleType:
    """The module `app.py` of one function, loaded once in the life of the process.

    It is called by its path from `functions` on: `functions.workers.settle.app`.

    Raises:
        FileNotFoundError: the folder has none.
    """
    above = folder.parts[::-1].index("functions") if "functions" in folder.parts else 1
    name = ".".join(("functions", *folder.parts[len(folder.parts) - above :], "app"))
    if name in sys.modules:
        return sys.modules[name]
    path = folder / "app.py"
    if not path.exists():
        raise FileNotFoundError(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@dataclass(frozen=True)
class Family:
    """One endpoint family: the routes it answers, and the ASGI application that answers them."""

    name: str
    routes: list[tuple[str, str]]
    """Method and path template, as API Gateway knows them: `("GET", "/api/v1/rooms.upload/{rid}")`."""
    app: Any


def families(functions: Path) -> list[Family]:
    """Every function that has an `api`; workers have none. Their endpoints run in threads."""
    found = []
    for folder in sorted(
        path.parent for pattern in ("*/app.py", "workers/*/app.py") for path in functions.glob(pattern)
    ):
        api = getattr(load(folder), "api", None)
        if api is not None:
            routes = [(route.method, route.path) for route in api.routes]
            found.append(Family(folder.relative_to(functions).as_posix(), routes, api.asgi(threads=True)))
    return found
