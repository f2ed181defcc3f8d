"""The environments of `samconfig.toml`: which stack, and with which parameters."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT = "default"


class NoSuchEnvironment(Exception):
    """`samconfig.toml` has no section of this name."""


@dataclass(frozen=True)
class Environment:
    name: str
    stack: str
    parameters: Mapping[str, str]
    """Values that the file gives. Those on the command line of `sam deploy` replace all of them, not one by one."""


def find(name: str, project: Path) -> Environment:
    """
    Raises:
        NoSuchEnvironment: there is none.
    """
    sections = tomllib.loads((project / "samconfig.toml").read_text(encoding="utf-8"))
    if "deploy" not in sections.get(name, {}):
        raise NoSuchEnvironment(f"samconfig.toml has no environment {name}")
    everywhere = sections[name].get("global", {}).get("parameters", {})
    declared = {**everywhere, **sections[name]["deploy"]["parameters"]}
    pairs = (override.partition("=") for override in declared.get("parameter_overrides", []))
    return Environment(name, declared["stack_name"], {parameter: value for parameter, _, value in pairs})
