"""Mobile pushes through SNS: one platform application for each push service, one endpoint for each device."""

from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
import orjson
from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError

from pimentachat.config import config
from pimentachat.models.devices import PushService
from pimentachat.models.records import Document

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_GONE: Final = {"EndpointDisabled", "EndpointDisabledException", "NotFound", "NotFoundException"}


class DeviceGone(Exception):
    """The push service will not deliver to this device any more."""


@cache
def _client() -> "SNSClient":
    return boto3.client(
        "sns",
        config=ClientConfig(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 4}),
    )


def _application(service: PushService) -> str:
    return config().apns_application_arn if service == "apn" else config().gcm_application_arn


def register(service: PushService, token: str, user_id: str) -> str:
    """The endpoint of a device, enabled and ours; "" when this deployment has no platform application for its
    service."""
    application = _application(service)
    if not application:
        return ""
    # Asking again for a token that is known gives its endpoint, which may have been disabled or belong to somebody
    # else by then.
    arn = _client().create_platform_endpoint(PlatformApplicationArn=application, Token=token)["EndpointArn"]
    attributes = {"Enabled": "true", "Token": token, "CustomUserData": user_id}
    _client().set_endpoint_attributes(EndpointArn=arn, Attributes=attributes)
    return arn


def forget(endpoint: str) -> None:
    if endpoint:
        _client().delete_endpoint(EndpointArn=endpoint)


def send(endpoint: str, default: str, payloads: dict[str, Document]) -> None:
    """Sends to one device. `payloads` by SNS protocol (APNS, APNS_SANDBOX, GCM); SNS takes the one of the endpoint.

    Raises:
        DeviceGone: the endpoint is disabled or does not exist.
        ClientError: SNS is out of reach or throttles; try again.
    """
    message = {"default": default, **{name: orjson.dumps(payload).decode() for name, payload in payloads.items()}}
    try:
        _client().publish(TargetArn=endpoint, MessageStructure="json", Message=orjson.dumps(message).decode())
    except ClientError as problem:
        if problem.response["Error"]["Code"] in _GONE:
            raise DeviceGone from None
        raise
