"""The environments of samconfig.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from deployment import environments, parameters


@pytest.fixture(scope="module")
def sections(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "samconfig.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["default", "dev", "prod", "ministack"])
def test_parameters_are_those_of_the_template(name: str, project: Path) -> None:
    found = environments.find(name, project)
    assert set(found.parameters) <= {*parameters.VARIABLES, "OverwriteSettings"}
    assert all(found.parameters.values())


def test_every_environment_has_a_stack_of_its_own(project: Path) -> None:
    names = [environments.find(name, project).stack for name in ("default", "dev", "prod")]
    assert names == ["pimentachat", "pimentachat-dev", "pimentachat-prod"]


def test_production_asks_first_and_changes_step_by_step(sections: dict[str, Any], project: Path) -> None:
    assert sections["prod"]["deploy"]["parameters"]["confirm_changeset"]
    assert environments.find("prod", project).parameters["GradualDeployment"] != "AllAtOnce"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_resources_carry_the_name_of_their_environment(name: str, sections: dict[str, Any]) -> None:
    assert f"environment={name}" in sections[name]["deploy"]["parameters"]["tags"]


def test_an_unknown_environment_is_named(project: Path) -> None:
    with pytest.raises(environments.NoSuchEnvironment, match="moon"):
        environments.find("moon", project)
