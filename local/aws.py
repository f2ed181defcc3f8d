"""The boto3 clients of the local server, one per service and endpoint."""

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# A pump that polls must notice a dead endpoint; requests against loopback need no long patience.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 3, "mode": "standard"})

ON_MINISTACK = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""The environment for MiniStack. Always the same account and region, because it keeps its data apart by both."""

REAL_CREDENTIALS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCOUNT_ID")
"""Variables to take away beside MiniStack: a developer's own credentials have no business there."""


def complete_environment() -> None:
    """Gives what an endpoint of the user's own needs and nobody has set: a region, and credentials of any kind."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or boto3.Session().region_name
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        os.environ.setdefault(name, region or ON_MINISTACK[name])
    if boto3.Session().get_credentials() is None:
        os.environ.update({name: ON_MINISTACK[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")})


@cache
def client(service: str, endpoint_url: str) -> Any:
    """A shared, thread-safe client; credentials and region come from the environment as boto3 reads it."""
    return boto3.client(service, endpoint_url=endpoint_url, config=_CONFIG)  # type: ignore[call-overload]
