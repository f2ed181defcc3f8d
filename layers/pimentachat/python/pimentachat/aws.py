"""Clients of AWS services, for `store/` and `cloud/` alone.

Straight from botocore: boto3 would bring its resources and transfers into every cold start, and nothing here uses them.
"""

from functools import cache
from typing import Any

import botocore
from botocore.config import Config
from botocore.session import Session, get_session


@cache
def _session() -> Session:
    return get_session()


def client(service: str, *, read_timeout: int = 10, attempts: int = 4, **more: Any) -> Any:
    """A client with short patience: a Lambda that waits is a Lambda that costs. `more` are further options of its
    configuration."""
    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"mode": "standard", "max_attempts": attempts},
        # One for all calls: botocore would put it together for each, which is a fifth of a call's time.
        user_agent=f"pimentachat botocore/{botocore.__version__}",
        **more,
    )
    return _session().create_client(service, config=config)
