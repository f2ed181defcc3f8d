"""The template as a document, and one deployed stack for all tests that ask for it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment import on_ministack
from local.template import Template, load
from tests.deployment.push_recorder import PushRecorder

PROJECT = Path(__file__).resolve().parents[2]
PUSH_APPLICATION = "arn:aws:sns:us-east-1:000000000000:app/GCM/phones"


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def template() -> Template:
    return load(PROJECT / "template.yaml")


@pytest.fixture(scope="session")
def parameter_names(template: Template) -> set[str]:
    return set(template.parameters)


@pytest.fixture(scope="session")
def sam_python() -> Path:
    """The interpreter that has the SAM CLI."""
    python = Path(os.environ.get("SAM_VENV", PROJECT / ".local" / "sam-venv")) / "bin" / "python"
    if not python.exists():
        pytest.skip("the SAM CLI is not installed (make setup)")
    return python


@pytest.fixture(scope="session")
def pushes() -> Iterator[PushRecorder]:
    recorder = PushRecorder()
    yield recorder
    recorder.stop()


@pytest.fixture(scope="session")
def stack(pushes: PushRecorder) -> Iterator[on_ministack.Deployed]:
    """The project, built and deployed. `AUTH` holds every function to the policies that the template gives it."""
    environment = {"AUTH": "true", "AWS_ENDPOINT_URL_SNS": pushes.url}
    values = {"GcmApplicationArn": PUSH_APPLICATION, "PasswordRounds": "4", "LogLevel": "WARN"}
    with on_ministack.deployed(environment=environment, values=values, quiet=True) as deployed:
        pushes.behind = deployed.endpoint_url
        sns = deployed.client("sns")
        created = sns.create_platform_application(Name="phones", Platform="GCM", Attributes={"PlatformCredential": "x"})
        assert created["PlatformApplicationArn"] == PUSH_APPLICATION
        _allow_what_ministack_calls_otherwise(deployed)
        yield deployed


_DEVICES = ("CreatePlatformEndpoint", "DeleteEndpoint", "GetEndpointAttributes", "SetEndpointAttributes", "Publish")


def _allow_what_ministack_calls_otherwise(deployed: on_ministack.Deployed) -> None:
    """AWS calls a device `endpoint/GCM/phones/<id>`, as the policies do, and asks for `sqs:SendMessage` for a batch of
    messages too; MiniStack has other names for both."""
    devices = [f"sns:{action}" for action in _DEVICES]
    batches = ["sqs:SendMessageBatch"]
    for role, actions in {
        "PushFunctionRole": devices,
        "EffectsFunctionRole": devices + batches,
        "SettleFunctionRole": batches,
        "VoiceFunctionRole": batches,
        "WebhooksFunctionRole": batches,
    }.items():
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        deployed.client("iam").put_role_policy(
            RoleName=deployed.stack.resources[role],
            PolicyName="MiniStackNames",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
