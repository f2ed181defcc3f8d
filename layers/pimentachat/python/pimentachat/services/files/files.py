"""Uploaded files: storing one, fetching it, taking it away (contract: rooms.yaml rooms.upload, models.yaml upload)."""

import re
from typing import Final
from urllib.parse import quote

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import files
from pimentachat.errors.files import (
    DirectUploadsDisabled,
    FileForbidden,
    FileTooLarge,
    FileTypeRefused,
    NoSuchFile,
    UploadsDisabled,
)
from pimentachat.errors.requests import NotFound
from pimentachat.models.kinds import DIRECT
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.uploads import FilePart, Upload
from pimentachat.services.files import images
from pimentachat.services.rooms import access
from pimentachat.store import uploads as upload_store

_MEGABYTE: Final = 1024 * 1024
_PREVIEWED: Final = "image/"
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_NO_TYPE: Final = "application/octet-stream"


def check_acceptable(room: Room, part: FilePart) -> None:
    """
    Raises:
        UploadsDisabled, DirectUploadsDisabled, FileTooLarge, FileTypeRefused: what the settings FileUpload_* say.
    """
    space = workspace.current()
    if not space.flag("FileUpload_Enabled"):
        raise UploadsDisabled
    if room.kind is DIRECT and not space.flag("FileUpload_Enabled_Direct"):
        raise DirectUploadsDisabled
    most = space.number("FileUpload_MaxFileSize")
    if -1 < most < len(part.data):
        raise FileTooLarge(limit=_readable_size(most))
    if not accepted_type(media_type(part.type), space.text("FileUpload_MediaTypeWhiteList")):
        raise FileTypeRefused


def _readable_size(size: int) -> str:
    for unit, bytes_each in (("MB", _MEGABYTE), ("kB", 1024)):
        if size >= bytes_each:
            return f"{size / bytes_each:g} {unit}"
    return f"{size} B"


def media_type(text: str) -> str:
    """The type that a client names, without parameters; that of unknown bytes for what is no type at all.

    It is sent as a header again when the file is fetched, where `image/png,text/html` would be a page.
    """
    kind = text.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else _NO_TYPE


def accepted_type(kind: str, white_list: str) -> bool:
    """Whether a type is on a comma-separated list of types and families (`image/*`); an empty list and `*` take all."""
    allowed = [entry.strip().lower() for entry in white_list.split(",") if entry.strip()]
    return not allowed or any(
        entry in {"*", "*/*", kind} or (entry.endswith("/*") and kind.startswith(entry[:-1])) for entry in allowed
    )


def keep(
    caller: Caller, room: Room, part: FilePart, description: str | None, *, waiting: bool = False
) -> tuple[Upload, Document]:
    """Stores a file of a room, and returns it with the attachment that shows it. A `waiting` one goes after a day
    unless somebody posts it."""
    upload_id = ids.new_id()
    name = part.name.replace("\\", "/").rpartition("/")[2] or "file"
    key = f"uploads/{room.id}/{caller.id}/{upload_id}"
    kind = media_type(part.type)
    picture = images.look_at(part.data) if kind.startswith(_PREVIEWED) else None
    etag = files.save(key, part.data, kind, waiting=waiting)
    now = clock.now_text()
    path = f"/ufs/AmazonS3:Uploads/{upload_id}/{quote(name)}"
    identify = (
        {"format": picture.format, "size": {"width": picture.width, "height": picture.height}} if picture else None
    )
    stored = Upload(
        _id=upload_id,
        name=name,
        size=len(part.data),
        type=kind,
        rid=room.id,
        user_id=caller.id,
        description=description,
        extension=name.rpartition(".")[2] if "." in name else "",
        uploaded_at=now,
        etag=etag,
        path=path,
        url=path,
        token=ids.new_token()[:10],
        identify=identify,
        object_key=key,
        _updatedAt=now,
    )
    attachment = _attachment(stored, picture)
    upload_store.save(stored.model_copy(update={"waiting": attachment}) if waiting else stored)
    return stored, attachment


def link_to(stored: Upload) -> str:
    return f"/file-upload/{stored.id}/{quote(stored.name)}"


def _attachment(stored: Upload, picture: images.Picture | None) -> Document:
    link = link_to(stored)
    attachment: Document = {
        "title": stored.name,
        "type": "file",
        "title_link": link,
        "title_link_download": True,
    }
    if stored.description is not None:
        attachment["description"] = stored.description
    family = stored.type.partition("/")[0]
    if family in {"image", "audio", "video"}:
        attachment |= {f"{family}_url": link, f"{family}_type": stored.type, f"{family}_size": stored.size}
    if picture:
        attachment["image_dimensions"] = {"width": picture.width, "height": picture.height}
        if picture.preview:
            attachment["image_preview"] = picture.preview
    return attachment


def download_address(caller: Caller | None, upload_id: str) -> str:
    """A short-lived address of the file, for those who may read its room; for everybody with FileUpload_ProtectFiles
    off.

    Raises:
        FileForbidden: not logged in, or no access to the room.
        NotFound: there is no such file (told only to who is logged in).
    """
    space = workspace.current()
    protected = space.flag("FileUpload_ProtectFiles")
    if protected and caller is None:
        raise FileForbidden
    stored = upload_store.find(upload_id)
    if stored is None or stored.hidden or stored.waiting:
        raise NotFound
    if protected and caller:
        access.readable(caller, stored.rid, otherwise=FileForbidden())
    seconds = max(5, space.number("FileUpload_S3_URLExpiryTimeSpan"))
    return files.address(stored.object_key, stored.name, stored.type, seconds=seconds)


def withdraw(upload_id: str, *, keep: bool) -> None:
    """Takes a file away with its message; with `keep` only from sight."""
    stored = upload_store.find(upload_id)
    if stored is None:
        return
    if keep:
        upload_store.save(stored.model_copy(update={"hidden": True}))
        return
    files.remove(stored.object_key)
    upload_store.remove(stored)


def claim(stored: Upload, description: str | None) -> None:
    """Turns a waiting file into one that stays.

    Raises:
        NoSuchFile: somebody else was faster.
    """
    described = {} if description is None else {"description": description}
    files.keep(stored.object_key)
    upload_store.claim(stored.model_copy(update={"waiting": None, **described}), otherwise=NoSuchFile())


def unclaim(stored: Upload) -> None:
    """Takes `claim` back: without its tag, a file that nobody posts would lie in the bucket for ever."""
    upload_store.save(stored)
    files.keep_waiting(stored.object_key)
