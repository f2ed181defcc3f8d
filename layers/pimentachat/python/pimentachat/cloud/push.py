"""Mobile pushes through SNS: one platform application for each push service, one endpoint for each device."""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson
from botocore.exceptions import ClientError

from pimentachat import aws
from pimentachat.config import config
from pimentachat.models.devices import PushService
from pimentachat.models.records import Document

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_GONE: Final = {"EndpointDisabled", "EndpointDisabledException", "NotFound", "NotFoundException"}
_REFUSED: Final = {"InvalidParameter", "InvalidParameterException"}
_KNOWN: Final = re.compile(r"Endpoint (arn:aws[\w-]*:sns:\S+) already exists")


@dataclass(frozen=True)
class Urgency:
    """How a push is carried: at once, and for how many seconds it is worth anything (None: as long as the push service
    keeps it)."""

    seconds: int | None = None


class DeviceGone(Exception):
    """The push service will not deliver to this device any more."""


class TokenRefused(Exception):
    """What was given is no device token of this push service."""


@cache
def _client() -> "SNSClient":
    made: SNSClient = aws.client("sns")
    return made


def _application(service: PushService, *, voip: bool = False) -> str:
    if voip:
        return config().apns_voip_application_arn
    return config().apns_application_arn if service == "apn" else config().gcm_application_arn


def register(service: PushService, token: str, user_id: str, *, voip: bool = False) -> str:
    """The endpoint of a device, enabled and ours; "" when this deployment has no platform application for its
    service. `voip`: the one for calls.

    Raises:
        TokenRefused: SNS knows that the push service has no such tokens.
        ClientError: SNS is out of reach or throttles; try again.
    """
    application = _application(service, voip=voip)
    if not application:
        return ""
    attributes = {"Enabled": "true", "Token": token, "CustomUserData": user_id}
    try:
        made = _client().create_platform_endpoint(
            PlatformApplicationArn=application, Token=token, CustomUserData=user_id
        )
        arn = made["EndpointArn"]
    except ClientError as problem:
        arn = _known(problem)
    # An endpoint that was there may have been disabled, or somebody else's.
    _client().set_endpoint_attributes(EndpointArn=arn, Attributes=attributes)
    return arn


def _known(problem: ClientError) -> str:
    """The endpoint that SNS names when it has one for the token with other attributes."""
    error = problem.response["Error"]
    if error["Code"] not in _REFUSED:
        raise problem
    named = _KNOWN.search(error["Message"])
    if named is None:
        raise TokenRefused from None
    return named[1]


def forget(endpoint: str) -> None:
    if endpoint:
        _client().delete_endpoint(EndpointArn=endpoint)


def send(
    endpoint: str, default: str, payloads: dict[str, Document], urgency: Urgency | None = None, *, replaces: str = ""
) -> None:
    """Sends to one device. `payloads` by SNS protocol (APNS, APNS_SANDBOX, APNS_VOIP, APNS_VOIP_SANDBOX, GCM); SNS
    takes the one of the endpoint. On an Apple device it takes the place of the last one that `replaces` the same (64
    bytes at most).

    Raises:
        DeviceGone: the endpoint is disabled or does not exist.
        ClientError: SNS is out of reach or throttles; try again.
    """
    message = {"default": default, **{name: orjson.dumps(payload).decode() for name, payload in payloads.items()}}
    try:
        _client().publish(
            TargetArn=endpoint,
            MessageStructure="json",
            Message=orjson.dumps(message).decode(),
            MessageAttributes=_attributes([*payloads], urgency, replaces),
        )
    except ClientError as problem:
        if problem.response["Error"]["Code"] in _GONE:
            raise DeviceGone from None
        raise


def _attributes(protocols: list[str], urgency: Urgency | None, replaces: str) -> dict[str, Any]:
    """How SNS is told of urgency, for each protocol, and of what is replaced."""
    texts = {}
    for protocol in protocols:
        if protocol.startswith("APNS") and urgency:
            texts["AWS.SNS.MOBILE.APNS.PUSH_TYPE"] = "voip" if "VOIP" in protocol else "alert"
            texts["AWS.SNS.MOBILE.APNS.PRIORITY"] = "10"
        if protocol.startswith("APNS") and replaces:
            texts["AWS.SNS.MOBILE.APNS.COLLAPSE_ID"] = replaces
        if urgency and urgency.seconds is not None:
            texts[f"AWS.SNS.MOBILE.{protocol}.TTL"] = str(urgency.seconds)
    return {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
