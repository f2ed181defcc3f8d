"""Moto's AWS, for the services that MiniStack has no good stand-in for."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import boto3
from moto import mock_aws


@cache
def _session() -> boto3.Session:
    return boto3.Session()


@contextmanager
def aws() -> Iterator[None]:
    """Empty, and with one session for all tests: moto's new ones would read the descriptions of all services again."""
    with mock_aws():
        boto3.DEFAULT_SESSION = _session()
        yield
