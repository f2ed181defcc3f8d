"""A deployed stack: what it made, and its bootstrap function."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Client = Callable[[str], Any]
"""Makes the boto3 client of a service."""


class BootstrapFailed(Exception):
    """The bootstrap function ended with an error; the text is the function's."""


@dataclass(frozen=True)
class Stack:
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    """Logical id -> physical id: a name for functions, tables and buckets, an ARN for aliases."""


@dataclass(frozen=True)
class Admin:
    username: str
    password: str | None
    """The generated password, which nobody can show again; None when it was given or the account existed before."""


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


def bootstrap(client: Client, stack: Stack, password: str = "") -> Admin:
    """Seeds the workspace as far as that is still to do.

    Args:
        password: of the administrator, unless there is one. It goes with the call and is kept nowhere; empty lets the
            function make one up.

    Raises:
        BootstrapFailed: it did not work.
    """
    event = json.dumps({"site_url": stack.outputs["Url"], "password": password})
    answer = client("lambda").invoke(FunctionName=stack.outputs["BootstrapFunctionName"], Payload=event)
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise BootstrapFailed(payload.get("errorMessage", payload))
    return Admin(payload["admin"], payload.get("password"))
