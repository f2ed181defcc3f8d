"""What a deployment changes reaches the functions: a version is published, to which the alias moves, whenever a
function's code, layers or configuration change, and only then (Lambda refuses a second version of the same)."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.template import Template

Translate = Callable[..., Template]
CUSTOM = {"Configuration": "Values"}
"""Custom resources that answer with a digest, and the property that they digest."""
UNVERSIONED = {"BootstrapFunction"}
"""Called as it was deployed last, without an alias."""


@pytest.fixture(scope="module")
def translate(project: Path, sam_python: Path) -> Translate:
    def translate(changed: str = "", **parameters: str) -> Template:
        options = json.dumps({"parameters": parameters, "changed": changed})
        ended = subprocess.run(
            [sam_python, Path(__file__).with_name("sam_translated.py"), project / "template.yaml", options],
            env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1"},
            capture_output=True,
            text=True,
            check=True,
        )
        return Template(json.loads(ended.stdout))

    return translate


@pytest.fixture(scope="module")
def translated(translate: Translate) -> Template:
    return translate()


def version_of(function: str, template: Template) -> tuple[str, dict[str, Any]]:
    """Logical id and properties of the version that the function's alias shows."""
    name, attribute = template.resources[f"{function}Aliaslive"]["Properties"]["FunctionVersion"]["Fn::GetAtt"]
    assert attribute == "Version"
    return name, template.resources[name]["Properties"]


def values(expression: Any, template: Template) -> set[str]:
    """Parameters and resources whose value an expression depends on, through digests."""
    found = template.references(expression)
    for custom in found & CUSTOM.keys():
        found |= values(template.resources[custom]["Properties"][CUSTOM[custom]], template)
    return found - CUSTOM.keys()


@pytest.mark.parametrize("layer", ["DependenciesLayer", "PimentachatLayer"])
def test_a_changed_layer_publishes_a_version_of_every_function(
    layer: str, template: Template, translate: Translate, translated: Template
) -> None:
    changed = translate(changed=layer)
    for function in set(template.of_type("AWS::Serverless::Function")) - UNVERSIONED:
        assert version_of(function, changed)[0] != version_of(function, translated)[0]


def test_a_layer_of_one_function_publishes_a_version_of_it_alone(translate: Translate, translated: Template) -> None:
    changed = translate(changed="SwaggerUiLayer")
    assert version_of("WebFunction", changed)[0] != version_of("WebFunction", translated)[0]
    assert version_of("ChatFunction", changed)[0] == version_of("ChatFunction", translated)[0]


def test_a_version_is_published_exactly_when_the_configuration_of_its_function_changes(
    template: Template, translated: Template, parameter_names: set[str]
) -> None:
    shared = set(TABLES) | {"FilesBucket", "MailConfigurationSet"}
    for function in set(template.of_type("AWS::Serverless::Function")) - UNVERSIONED:
        configuration = values(translated.resources[function]["Properties"], translated)
        described = values(version_of(function, translated)[1]["Description"], translated)
        assert described == configuration & (parameter_names | shared), function


TABLES = {"AccountsTable", "RoomsTable", "MessagesTable", "WorkspaceTable"}


def test_a_parameter_alone_does_not_change_the_name_of_a_version(translate: Translate, translated: Template) -> None:
    """Why versions need a description: SAM does not look into references. When this fails, Configuration can go."""
    changed = translate(PasswordRounds="12", SiteUrl="https://chat.example.org", LogLevel="DEBUG")
    assert version_of("ChatFunction", changed)[0] == version_of("ChatFunction", translated)[0]


def test_functions_without_versions_are_called_as_they_are(translated: Template) -> None:
    for function in UNVERSIONED:
        assert f"{function}Aliaslive" not in translated.resources
    for custom in ("Configuration", "Bootstrap"):
        token = translated.resources[custom]["Properties"]["ServiceToken"]
        assert token == {"Fn::GetAtt": ["BootstrapFunction", "Arn"]}


def test_a_changed_layer_seeds_again(translate: Translate, translated: Template) -> None:
    code = [
        template.resources["Bootstrap"]["Properties"]["Code"]
        for template in (translated, translate(changed="PimentachatLayer"))
    ]
    assert code[0] != code[1]


@pytest.mark.parametrize("pace", ["Canary10Percent5Minutes", "Linear10PercentEvery1Minute"])
def test_a_gradual_deployment_goes_back_at_an_alarm(pace: str, translate: Translate, template: Template) -> None:
    gradual = translate(GradualDeployment=pace)
    named = [alarm for alarm in template.of_type("AWS::CloudWatch::Alarm").values() if "AlarmName" in alarm]
    alarms = {alarm["AlarmName"]["Fn::Sub"] for alarm in named}
    # Rings within the first step.
    assert all(alarm["Period"] * alarm["EvaluationPeriods"] <= 60 for alarm in named)
    functions = set(template.of_type("AWS::Serverless::Function")) - UNVERSIONED
    for function in functions:
        policy = gradual.resources[f"{function}Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        group = gradual.resources[policy["DeploymentGroupName"]["Ref"]]["Properties"]
        assert group["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": pace}
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert {alarm["Name"]["Fn::Sub"] for alarm in group["AlarmConfiguration"]["Alarms"]} == alarms
    assert len(gradual.of_type("AWS::CodeDeploy::DeploymentGroup")) == len(functions)


def test_without_it_nothing_of_codedeploy_is_there(translated: Template) -> None:
    assert not [name for name, made in translated.resources.items() if "CodeDeploy" in made["Type"]]
    assert not [name for name, made in translated.resources.items() if "UpdatePolicy" in made]


@pytest.mark.parametrize("pace", ["AllAtOnce", "Canary10Percent5Minutes"])
def test_no_resource_waits_for_itself(pace: str, translate: Translate) -> None:
    """With the routes, which name the alias of every function: alarms, functions and the API could wait in a ring."""
    translated = translate(GradualDeployment=pace)
    api = {f"{name}Aliaslive" for name in translated.of_type("AWS::Lambda::Function")}
    needs = {
        name: {*translated.references(made), *(api if name == "Api" else ())} & translated.resources.keys() - {name}
        for name, made in translated.resources.items()
    }
    while ready := {name for name, needed in needs.items() if not needed & needs.keys()}:
        needs = {name: needed for name, needed in needs.items() if name not in ready}
    assert not needs
