"""The environment becomes the template's parameters."""

import json
import re
from pathlib import Path

import pytest
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


def test_every_parameter_is_explained_bounded_and_in_a_group(template: Template, project: Path) -> None:
    text = (project / "template.yaml").read_text(encoding="utf-8")
    grouped = [
        name for line in re.findall(r"^        Parameters: \[(.+)\]$", text, re.MULTILINE) for name in line.split(", ")
    ]
    assert sorted(grouped) == sorted(template.parameters)
    for name, parameter in template.parameters.items():
        assert parameter["Description"], name
        bounds = parameter.keys() & {"AllowedPattern", "AllowedValues", "MaxLength", "MaxValue"}
        assert bounds, name
        if bounds & {"AllowedPattern", "MaxValue"}:
            assert parameter["ConstraintDescription"], name


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("AdminUsername", ["admin", "ana.b-c_1"], ["", "ana b", "ana@example.org"]),
        (
            "DomainName",
            ["", "chat.example.org"],
            ["https://chat.example.org", "chat", "Chat.example.org", "chat.example.org/"],
        ),
        ("SiteUrl", ["", "https://chat.example.org"], ["chat.example.org", "https://chat.example.org/"]),
        ("HostedZoneId", ["", "Z0123456789ABCDEFGHIJ"], ["/hostedzone/Z0123456789", "example.org"]),
        ("CertificateArn", ["", "arn:aws:acm:eu-west-1:123456789012:certificate/1a-2b"], ["1a-2b"]),
        ("AlarmEmail", ["", "ana@example.org"], ["ana", "ana@example.org, bob@example.org"]),
        ("OverwriteSettings", ["{}", '{"Site_Name": "Garden"}', '{\n"a": "b"\n}'], ["", "Site_Name=Garden"]),
    ],
)
def test_patterns_take_what_they_should(template: Template, name: str, good: list[str], bad: list[str]) -> None:
    pattern = re.compile(template.parameters[name]["AllowedPattern"])
    assert [text for text in good if not pattern.fullmatch(text)] == []
    assert [text for text in bad if pattern.fullmatch(text)] == []
    assert pattern.fullmatch(template.parameters[name]["Default"])


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
