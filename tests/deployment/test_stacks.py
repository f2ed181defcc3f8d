"""The first password of a stack's administrator, and `make deploy` with one of one's own."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from deployment import __main__ as commands
from deployment import on_ministack, stacks

NAME = "greenhouse"


@pytest.fixture
def aws(ministack: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made = partial(on_ministack.client, ministack)
    monkeypatch.setattr(commands, "_aws_client", made)
    yield made
    made("ssm").delete_parameters(Names=[f"/{NAME}/admin-password"])
    made("cloudformation").delete_stack(StackName=NAME)


def test_a_given_password_waits_for_the_first_deployment(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stacks.kept_password(aws, NAME) is None
    commands._keep_given_password(NAME)
    assert stacks.kept_password(aws, NAME) is None
    monkeypatch.setenv("ADMIN_PASS", "roses and thyme")
    commands._keep_given_password(NAME)
    assert stacks.kept_password(aws, NAME) == "roses and thyme"
    described = aws("ssm").get_parameter(Name=f"/{NAME}/admin-password")["Parameter"]
    assert described["Type"] == "SecureString"


def test_a_stack_that_is_there_has_its_administrator(
    aws: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    aws("cloudformation").create_stack(StackName=NAME, TemplateBody=json.dumps(topic))
    aws("cloudformation").get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1})
    assert stacks.exists(aws, NAME)
    monkeypatch.setenv("ADMIN_PASS", "roses and thyme")
    commands._keep_given_password(NAME)
    assert stacks.kept_password(aws, NAME) is None
    said = capsys.readouterr().out
    assert "first deployment" in said
    assert "thyme" not in said
