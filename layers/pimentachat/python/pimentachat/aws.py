"""Clients of AWS services, for `store/` and `cloud/` alone.

Straight from botocore: boto3 would bring its resources and transfers into every cold start, and nothing here uses them.
"""

import gzip
from functools import cache
from pathlib import Path
from typing import Any, Final

import botocore
import orjson
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session, get_session

_SERVICES: Final = ("dynamodb", "s3", "sesv2", "sns", "sqs", "ssm")


class _Files(JSONFileLoader):
    """The descriptions of services, read by a quicker parser: that of DynamoDB has 300 KB."""

    def load_file(self, file_path: str) -> Any:
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return orjson.loads(plain.read_bytes())
        return orjson.loads(gzip.decompress(packed.read_bytes())) if packed.is_file() else None


class _Loader(Loader):
    """Knows what services there are, for which botocore looks into the folders of some four hundred, twice."""

    def list_available_services(self, type_name: str) -> list[str]:
        return list(_SERVICES)


@cache
def _session() -> Session:
    session = get_session()
    session.register_component("data_loader", _Loader(file_loader=_Files()))
    return session


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
