"""Devices that receive pushes."""

from typing import Annotated

from typing_extensions import TypedDict

from pimentachat.errors.push import (
    PushAppNameInvalid,
    PushIdInvalid,
    PushTokenInvalid,
    PushTypeInvalid,
    PushValueInvalid,
)
from pimentachat.models.devices import PushService
from pimentachat.requests.bounds import NAME, REFERENCE, SECRET
from pimentachat.requests.params import NotBlank, Otherwise, Params
from pimentachat.requests.replies import DeviceDocument


class RegisterDevice(Params):
    # In the order in which the contract checks them.
    id: Annotated[str | None, REFERENCE, Otherwise(PushIdInvalid)] = None
    type: Annotated[PushService, Otherwise(PushTypeInvalid)]
    value: Annotated[str, SECRET, NotBlank, Otherwise(PushValueInvalid)]
    app_name: Annotated[str, NAME, NotBlank, Otherwise(PushAppNameInvalid)]


class RemoveDevice(Params):
    token: Annotated[str, SECRET, NotBlank, Otherwise(PushTokenInvalid)]


class DeviceReply(TypedDict):
    result: DeviceDocument
