"""Files in the private S3 bucket."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pimentachat import aws
from pimentachat.config import config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Served as they are; everything else is offered for download, so that a page somebody uploads never runs on our
# address.
_SHOWN_INLINE: Final = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "audio/",
    "video/",
    "text/plain",
    "application/pdf",
)
# The bucket's lifecycle rule in template.yaml names the same tag.
_WAITING: Final = "state=waiting"


@cache
def _client() -> "S3Client":
    made: S3Client = aws.client(
        "s3",
        read_timeout=20,
        attempts=3,
        signature_version="s3v4",
        # Path style works for every bucket name and for local servers alike.
        s3={"addressing_style": "path"},
    )
    return made


def save(key: str, data: bytes, content_type: str, *, waiting: bool = False) -> str:
    """Stores a file and returns its etag. A `waiting` one is taken away by the bucket after a day unless `keep` was
    called."""
    tag: dict[str, Any] = {"Tagging": _WAITING} if waiting else {}
    answer = _client().put_object(Bucket=config().files_bucket, Key=key, Body=data, ContentType=content_type, **tag)
    return answer["ETag"].strip('"')


def keep(key: str) -> None:
    _client().delete_object_tagging(Bucket=config().files_bucket, Key=key)


def keep_waiting(key: str) -> None:
    """Takes `keep` back. The bucket counts the day from when the file was stored."""
    name, _, value = _WAITING.partition("=")
    tags = {"TagSet": [{"Key": name, "Value": value}]}
    _client().put_object_tagging(Bucket=config().files_bucket, Key=key, Tagging=tags)  # type: ignore[arg-type]


def remove(key: str) -> None:
    _client().delete_object(Bucket=config().files_bucket, Key=key)


def address(key: str, name: str, content_type: str, *, seconds: int, download: bool = False) -> str:
    """An address under which the file may be fetched for some seconds, by whoever has it."""
    inline = not download and content_type.startswith(_SHOWN_INLINE)
    disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
    return _client().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": config().files_bucket,
            "Key": key,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": content_type,
        },
        ExpiresIn=seconds,
    )
