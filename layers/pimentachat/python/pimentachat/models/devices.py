"""Devices that receive pushes (contract: models.yaml push_token)."""

from typing import Literal

from pydantic import Field

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
    voip_endpoint: str = ""
    """For calls on an Apple device that gave a token for them."""

    def wire(self) -> Document:
        """As clients see it."""
        return self.document(without={"endpoint", "voip_endpoint"})

    @property
    def service(self) -> PushService:
        return next(iter(self.token))

    @property
    def value(self) -> str:
        return self.token[self.service]
