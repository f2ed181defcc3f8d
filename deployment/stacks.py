"""A deployed stack: what it made, and the first password of its administrator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

Client = Callable[[str], Any]
"""Makes the boto3 client of a service."""


@dataclass(frozen=True)
class Stack:
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    """Logical id -> physical id: a name for functions, tables and buckets, an ARN for aliases."""


def find(client: Client, name: str) -> Stack:
    """The stack of this name; botocore's `ClientError` when there is none."""
    formation = client("cloudformation")
    described = formation.describe_stacks(StackName=name)["Stacks"][0]
    pages = formation.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return Stack(
        outputs={output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", ())},
        resources={resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources},
    )


def exists(client: Client, name: str) -> bool:
    """Whether there is a stack of this name."""
    try:
        client("cloudformation").describe_stacks(StackName=name)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "ValidationError":
            raise
        return False
    return True


def keep_password(client: Client, name: str, password: str) -> None:
    """Puts the administrator's password where the first deployment of a stack looks for it."""
    client("ssm").put_parameter(Name=_parameter(name), Value=password, Type="SecureString", Overwrite=True)


def kept_password(client: Client, name: str) -> str | None:
    """The administrator's first password; None when it is forgotten, since another one was chosen."""
    try:
        found = client("ssm").get_parameter(Name=_parameter(name), WithDecryption=True)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return None
    return str(found["Parameter"]["Value"])


def _parameter(name: str) -> str:
    """As in template.yaml (ADMIN_PASSWORD_PARAMETER)."""
    return f"/{name}/admin-password"
