"""Parts that replies of several families share, and what openapi.yaml says about them.

A reply is a TypedDict of the body without its envelope. Records in it are documents (JSON objects as clients see them);
`Shows` names the schema that describes one in openapi.yaml (requests/schemas.py).
"""

from dataclasses import dataclass
from typing import Annotated, Any

from typing_extensions import TypedDict

from pimentachat.models.records import Document


@dataclass(frozen=True)
class Shows:
    """Which schema a document has in openapi.yaml."""

    schema: str

    def __get_pydantic_json_schema__(self, *_: Any) -> dict[str, Any]:
        """What pydantic writes for it; deployment/reference/schemas.py puts the schema in its place."""
        return {"x-shows": self.schema}


@dataclass(frozen=True)
class Media:
    """Which media type and statuses a `Raw` answer has in openapi.yaml: `-> Annotated[Raw, Media("image/svg+xml")]`."""

    type: str
    statuses: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Status:
    """Which status a `Redirect` has in openapi.yaml, where it is not 302: `-> Annotated[Redirect, Status(307)]`. Its
    body is the address as JSON text."""

    code: int


MessageDocument = Annotated[Document, Shows("Message")]
ReceiptDocument = Annotated[Document, Shows("Receipt")]
RoomDocument = Annotated[Document, Shows("Room")]
SubscriptionDocument = Annotated[Document, Shows("Subscription")]
InviteDocument = Annotated[Document, Shows("InviteLink")]
PersonDocument = Annotated[Document, Shows("Person")]
RoomRolesDocument = Annotated[Document, Shows("RoomRoles")]
UserDocument = Annotated[Document, Shows("User")]
MemberDocument = Annotated[Document, Shows("Member")]
ProfileDocument = Annotated[Document, Shows("Profile")]
UploadDocument = Annotated[Document, Shows("Upload")]
CommandDocument = Annotated[Document, Shows("Command")]
DeviceDocument = Annotated[Document, Shows("Device")]
PermissionDocument = Annotated[Document, Shows("Permission")]
RoleDocument = Annotated[Document, Shows("Role")]
IntegrationDocument = Annotated[Document, Shows("Integration")]
IntegrationCallDocument = Annotated[Document, Shows("IntegrationCall")]
CallDocument = Annotated[Document, Shows("VoiceCall")]
SettingDocument = Annotated[Document, Shows("Setting")]


class PageReply(TypedDict):
    """What stands beside the rows of every list."""

    count: int
    offset: int
    total: int
