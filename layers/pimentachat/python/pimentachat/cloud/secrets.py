"""Secrets that SSM keeps, encrypted, as parameters of the type SecureString."""

from functools import cache
from typing import Any, Final

from botocore.exceptions import ClientError

from pimentachat import aws

_GONE: Final = "ParameterNotFound"
_THERE: Final = "ParameterAlreadyExists"


@cache
def _client() -> Any:
    return aws.client("ssm")


def find(name: str) -> str | None:
    """What is kept under this name."""
    try:
        return str(_client().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != _GONE:
            raise
        return None


def add(name: str, value: str, description: str) -> bool:
    """Keeps a value unless the name is taken; whether it did. The key is the account's `aws/ssm`, which is free."""
    try:
        _client().put_parameter(Name=name, Value=value, Type="SecureString", Description=description)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != _THERE:
            raise
        return False
    return True


def forget(name: str) -> None:
    """Nothing is kept under this name afterwards."""
    try:
        _client().delete_parameter(Name=name)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != _GONE:
            raise
