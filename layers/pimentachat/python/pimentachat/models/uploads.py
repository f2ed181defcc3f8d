"""Uploaded files (contract: models.yaml upload)."""

from dataclasses import dataclass

from pydantic import Field

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

    @property
    def family(self) -> str:
        """The first part of its media type: image, video, text ..."""
        return self.type.partition("/")[0]

    @property
    def is_image(self) -> bool:
        return self.family == "image"
