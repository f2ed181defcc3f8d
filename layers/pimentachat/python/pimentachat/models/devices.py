"""Devices that receive pushes, and the requests and replies about them."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.errors import PushAppNameInvalid, PushIdInvalid, PushTokenInvalid, PushTypeInvalid, PushValueInvalid
from pimentachat.models.params import NotBlank, Otherwise, Params
from pimentachat.models.records import Document, Record

PushService = Literal["apn", "gcm"]


class Device(Record):
    """A registered device (contract: models.yaml push_token). `endpoint` is its SNS endpoint, empty when the push
    service has no platform application here."""

    token: dict[PushService, str]
    app_name: str
    user_id: str
    enabled: bool = True
    created_at: str
    updated_at: str = Field(alias="updatedAt")
    endpoint: str = ""

    @property
    def service(self) -> PushService:
        return next(iter(self.token))

    @property
    def value(self) -> str:
        return self.token[self.service]


class RegisterDevice(Params):
    # In the order in which the contract checks them.
    id: Annotated[str | None, Otherwise(PushIdInvalid())] = None
    type: Annotated[PushService, Otherwise(PushTypeInvalid())]
    value: Annotated[str, NotBlank, Otherwise(PushValueInvalid())]
    app_name: Annotated[str, NotBlank, Otherwise(PushAppNameInvalid())]


class RemoveDevice(Params):
    token: Annotated[str, NotBlank, Otherwise(PushTokenInvalid())]


class DeviceReply(TypedDict):
    result: Document
