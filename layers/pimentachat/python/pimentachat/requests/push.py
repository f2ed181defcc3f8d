"""Devices that receive pushes."""

from typing import Annotated

from typing_extensions import TypedDict

from pimentachat.errors.push import (
    PushAppNameInvalid,
    PushIdInvalid,
    PushMessageIdInvalid,
    PushTokenInvalid,
    PushTypeInvalid,
    PushValueInvalid,
)
from pimentachat.models.devices import PushService
from pimentachat.models.records import Document
from pimentachat.requests.bounds import NAME, REFERENCE, SECRET
from pimentachat.requests.params import NotBlank, Otherwise, Params, Refers
from pimentachat.requests.replies import DeviceDocument


class RegisterDevice(Params):
    # In the order in which the contract checks them.
    id: Annotated[str | None, REFERENCE, Otherwise(PushIdInvalid)] = None
    type: Annotated[PushService, Otherwise(PushTypeInvalid)]
    value: Annotated[str, SECRET, NotBlank, Otherwise(PushValueInvalid)]
    app_name: Annotated[str, NAME, NotBlank, Otherwise(PushAppNameInvalid)]
    voip_token: Annotated[str | None, SECRET] = None
    """Of an Apple device, for calls."""


class RemoveDevice(Params):
    token: Annotated[str, SECRET, NotBlank, Otherwise(PushTokenInvalid)]


class GetNotification(Params):
    id: Annotated[str, REFERENCE, NotBlank, Otherwise(PushMessageIdInvalid), Refers("message")]


class DeviceReply(TypedDict):
    result: DeviceDocument


class NotificationMessage(TypedDict):
    _id: str


NotificationContent = TypedDict(
    "NotificationContent", {"from": str, "title": str, "body": str, "payload": Document, "notId": int}
)


class Notification(TypedDict):
    message: NotificationMessage
    notification: NotificationContent


class NotificationReply(TypedDict):
    data: Notification
