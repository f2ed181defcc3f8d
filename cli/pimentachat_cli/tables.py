"""The back door: the tables and the bucket of a workspace, with AWS credentials (or those of `make run`).

Which ones: --stack (a deployment), --local (a checkout whose `make run` is running), else the variables of a function
(ACCOUNTS_TABLE ...), else the checkout that this is called in.
"""

import json
import os
from pathlib import Path

from botocore.exceptions import ClientError

from pimentachat import aws, config
from pimentachat_cli.failures import Misused, Unreachable
from pimentachat_cli.session import Session, checkout

_RESOURCES = {
    "AccountsTable": "ACCOUNTS_TABLE",
    "RoomsTable": "ROOMS_TABLE",
    "MessagesTable": "MESSAGES_TABLE",
    "WorkspaceTable": "WORKSPACE_TABLE",
    "FilesBucket": "FILES_BUCKET",
    "EffectsQueue": "EFFECTS_QUEUE",
    "WebhooksQueue": "WEBHOOKS_QUEUE",
    "DeadLetterQueue": "DEAD_LETTER_QUEUE",
}
"""Logical ids of template.yaml, and the variables in which functions find the resources."""


def connect(session: Session) -> str:
    """Lets the stores work on a workspace; returns its name, for people.

    Raises:
        Misused: none is named.
        Unreachable: there is no such stack, or no local server is running.
    """
    if session.stack:
        _use(_of_stack(session.stack))
        return f"the stack {session.stack}"
    if not session.local and "ACCOUNTS_TABLE" in os.environ:
        config.reload()
        return "the tables of the environment"
    try:
        folder = checkout(session)
    except Misused:
        if session.local:
            raise
        raise Misused("which workspace? Name a deployment with --stack, or a checkout with --local") from None
    _use(_of_local_server(folder))
    return f"the local server of {folder}"


def _use(variables: dict[str, str]) -> None:
    os.environ.update(variables)
    config.reload()


def _of_stack(name: str) -> dict[str, str]:
    pages = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    try:
        found = {
            resource["LogicalResourceId"]: str(resource["PhysicalResourceId"])
            for page in pages
            for resource in page["StackResourceSummaries"]
        }
    except ClientError as refusal:
        raise Unreachable(f"no stack {name}: {refusal.response['Error'].get('Message', refusal)}") from refusal
    missing = sorted(_RESOURCES.keys() - found.keys())
    if missing:
        raise Unreachable(f"the stack {name} is no deployment of pimentaCHAT serverless: it has no {missing[0]}")
    return {variable: found[logical] for logical, variable in _RESOURCES.items()}


def _of_local_server(folder: Path) -> dict[str, str]:
    data = Path(os.environ.get("LOCAL_DATA") or folder / ".local" / "data")
    try:
        told: dict[str, str] = json.loads((data / "environment.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        text = f"no local server is running in {folder}: start one with `pimentachat run`, or name a --stack"
        raise Unreachable(text) from None
    return told
