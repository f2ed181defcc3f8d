"""Files in the private S3 bucket."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from botocore.exceptions import ClientError

from pimentachat import aws
from pimentachat.config import config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Served as they are; everything else is offered for download, so that a page somebody uploads never runs on our
# address. Exactly these: image/svg+xml runs scripts, and image/png+xml is whatever a browser makes of it.
_SHOWN_INLINE: Final = {
    "application/pdf",
    "audio/aac",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "audio/x-wav",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
    "video/mp4",
    "video/ogg",
    "video/quicktime",
    "video/webm",
}
# The bucket's lifecycle rule in template.yaml names the same tag.
_WAITING: Final = "state=waiting"
_WAITING_IN_FORMS: Final = "<Tagging><TagSet><Tag><Key>state</Key><Value>waiting</Value></Tag></TagSet></Tagging>"
# Who may not list a bucket is told that a missing file is forbidden.
_MISSING: Final = {"403", "404", "AccessDenied", "NoSuchKey"}
_FORM_SECONDS: Final = 15 * 60
"""In which the sending of a file by a form must begin."""


@dataclass(frozen=True)
class Form:
    """Where and with which fields a file is posted to the bucket, as multipart/form-data with the file last."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Stored:
    """What the bucket says of a file."""

    size: int
    type: str
    etag: str


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


@dataclass(frozen=True)
class Listed:
    """A file as the list of the bucket has it."""

    key: str
    stored_at: int
    """Epoch seconds."""


LISTED_MOST: Final = 1000


def listed(*, after: str, most: int = LISTED_MOST, prefix: str = "") -> list[Listed]:
    """The next files behind a key ("": from the first one) in the order of their keys, of those that begin with
    `prefix`."""
    found = _client().list_objects_v2(Bucket=config().files_bucket, StartAfter=after, MaxKeys=most, Prefix=prefix)
    return [Listed(each["Key"], int(each["LastModified"].timestamp())) for each in found.get("Contents", [])]


def remove(key: str) -> None:
    _client().delete_object(Bucket=config().files_bucket, Key=key)


def read(key: str) -> tuple[bytes, str] | None:
    """The bytes and the type of a file; None: nothing is stored there."""
    try:
        found = _client().get_object(Bucket=config().files_bucket, Key=key)
    except ClientError as problem:
        if problem.response["Error"]["Code"] in _MISSING:
            return None
        raise
    return found["Body"].read(), found["ContentType"]


def form(key: str, content_type: str, *, most: int) -> Form:
    """A form by which whoever has it may store this one file, of this type and not larger than `most`. It waits, as
    one that `save` stores as `waiting`."""
    fields = {"Content-Type": content_type, "tagging": _WAITING_IN_FORMS}
    conditions: list[Any] = [*({name: value} for name, value in fields.items()), ["content-length-range", 0, most]]
    made = _client().generate_presigned_post(
        config().files_bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=_FORM_SECONDS
    )
    return Form(made["url"], made["fields"])


def look_at(key: str) -> Stored | None:
    """What is stored there; None: nothing is."""
    try:
        found = _client().head_object(Bucket=config().files_bucket, Key=key)
    except ClientError as problem:
        if problem.response["Error"]["Code"] in _MISSING:
            return None
        raise
    return Stored(found["ContentLength"], found["ContentType"], found["ETag"].strip('"'))


def take_over(sent: str, key: str, etag: str) -> bool:
    """Stores what lies at `sent` at `key`, too; both wait. False: it is not what was looked at (`etag`) any more."""
    bucket = config().files_bucket
    try:
        _client().copy_object(
            Bucket=bucket,
            Key=key,
            CopySource={"Bucket": bucket, "Key": sent},
            CopySourceIfMatch=etag,
            TaggingDirective="REPLACE",
            Tagging=_WAITING,
        )
    except ClientError as problem:
        if problem.response["Error"]["Code"] in {"PreconditionFailed", "404", "NoSuchKey"}:
            return False
        raise
    return True


def place() -> str:
    """What the addresses of all files begin with, to fetch and to post."""
    return form("", "", most=0).url.rstrip("/") + "/"


def address(key: str, name: str, content_type: str, *, seconds: int, download: bool = False, body: bool = True) -> str:
    """An address under which the file may be fetched for some seconds, by whoever has it; without `body`, under which
    it may be asked what it is (HEAD)."""
    inline = not download and content_type in _SHOWN_INLINE
    disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
    return _client().generate_presigned_url(
        "get_object" if body else "head_object",
        Params={
            "Bucket": config().files_bucket,
            "Key": key,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": content_type,
        },
        ExpiresIn=seconds,
    )
