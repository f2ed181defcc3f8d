"""The environment becomes the template's parameters."""

import json
import re
from pathlib import Path

import yaml

from deployment import parameters
from local.template import Template


def test_only_variables_that_are_set_are_passed_on() -> None:
    assert parameters.from_environment({"ADMIN_USERNAME": "root", "HOME": "/home/alice"}) == {"AdminUsername": "root"}


def test_overwritten_settings_travel_together() -> None:
    environment = {"OVERWRITE_SETTING_Site_Name": 'Say "hi"', "OVERWRITE_SETTING_Accounts_LoginExpiration": "30"}
    values = parameters.from_environment(environment)
    assert json.loads(values["OverwriteSettings"]) == {"Site_Name": 'Say "hi"', "Accounts_LoginExpiration": "30"}


def test_overwritten_settings_keep_what_the_sam_cli_would_unescape() -> None:
    text = 'a "quote", a \\ and\na line, ä \\'
    value = parameters.from_environment({"OVERWRITE_SETTING_Site_Name": text})["OverwriteSettings"]
    assert '\\"' not in value
    assert json.loads(value) == {"Site_Name": text}


def test_every_parameter_has_a_variable_and_every_variable_its_parameter(parameter_names: set[str]) -> None:
    assert parameter_names == {*parameters.VARIABLES, "OverwriteSettings"}


def test_no_parameter_is_a_secret(parameter_names: set[str]) -> None:
    """CloudFormation keeps parameters, and a function's environment can be read by whoever may look at it."""
    assert not [name for name in parameter_names if re.search("pass(word)?$|secret|token|key", name, re.IGNORECASE)]


def test_values_are_written_for_their_owner_only(tmp_path: Path) -> None:
    path = parameters.write({"AdminName": "Ada: #yes"}, tmp_path / "parameters.yaml")
    assert path.stat().st_mode & 0o077 == 0
    assert yaml.safe_load(path.read_text(encoding="utf-8")) == {"AdminName": "Ada: #yes"}


def test_functions_read_the_names_that_the_template_sets(template: Template) -> None:
    tables = {"ACCOUNTS_TABLE", "ROOMS_TABLE", "MESSAGES_TABLE", "WORKSPACE_TABLE", "FILES_BUCKET"}
    assert tables | {"SITE_URL", "OVERWRITE_SETTINGS", "PASSWORD_ROUNDS"} <= set(template.environment())
