"""Uploaded files, and the requests and replies about them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field, InstanceOf
from typing_extensions import TypedDict

from pimentachat.models.params import Params, Refers
from pimentachat.models.records import Document, Record


@dataclass(frozen=True)
class FilePart:
    """One file of a multipart form."""

    field: str
    name: str
    type: str
    data: bytes


class Upload(Record):
    """A stored file (contract: models.yaml upload). `object_key` is where it lies in the bucket; it is never sent."""

    name: str
    size: int
    type: str
    rid: str
    user_id: str
    description: str | None = None
    store: str = "AmazonS3:Uploads"
    complete: bool = True
    uploading: bool = False
    extension: str = ""
    progress: int = 1
    uploaded_at: str = ""
    etag: str = ""
    path: str = ""
    url: str = ""
    token: str = ""
    identify: Document | None = None
    hidden: bool | None = Field(alias="_hidden", default=None)
    object_key: str = ""
    waiting: Document | None = None
    """Its attachment, while it is uploaded and not yet posted (rooms.media); gone after a day."""


class UploadFile(Params):
    strict: ClassVar[bool] = True

    rid: Annotated[str, Refers("room")]
    files: list[InstanceOf[FilePart]] = []
    msg: Annotated[str, Refers("mentions")] = ""
    description: str | None = None
    tmid: Annotated[str | None, Refers("message")] = None
    alias: str | None = None
    emoji: str | None = None
    avatar: str | None = None


class UploadMedia(Params):
    rid: Annotated[str, Refers("room")]
    files: list[InstanceOf[FilePart]] = []


class ConfirmMedia(Params):
    rid: Annotated[str, Refers("room")]
    file_id: str
    msg: Annotated[str, Refers("mentions")] = ""
    description: str | None = None
    tmid: Annotated[str | None, Refers("message")] = None


class Download(Params):
    id: str
    name: str


class UploadReply(TypedDict):
    message: Document


class MediaReply(TypedDict):
    file: Document
