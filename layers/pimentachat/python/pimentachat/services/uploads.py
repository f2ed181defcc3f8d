"""Files: uploading one as a message, fetching it, taking it away (contract: rooms.yaml rooms.upload, models.yaml
upload)."""

import re
from typing import Final
from urllib.parse import quote

from pimentachat import clock, ids
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import files
from pimentachat.errors import (
    ChatError,
    DirectUploadsDisabled,
    FileForbidden,
    FileRequired,
    FileTooLarge,
    FileTypeRefused,
    Forbidden,
    InvalidRoom,
    NoFileUploaded,
    NoSuchFile,
    NotFound,
    OneFileOnly,
    UploadsDisabled,
    WrongFileField,
)
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.uploads import ConfirmMedia, Download, FilePart, Upload, UploadFile, UploadMedia
from pimentachat.services import images, posting, rooms
from pimentachat.services.posting import Draft
from pimentachat.store import memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as store

_MEGABYTE: Final = 1024 * 1024
_PREVIEWED: Final = "image/"
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_NO_TYPE: Final = "application/octet-stream"


def upload(caller: Caller, params: UploadFile) -> Message:
    """Stores one file and posts it as a message.

    Raises:
        InvalidRoom, Forbidden: no such room, or no access to it.
        ChatError: no file, more than one, one that may not be uploaded here; may not write in the room.
    """
    room, membership = _room_to_post_in(caller, params.rid)
    part = _one_file(params.files)
    _check_acceptable(room, part)
    posting.check_may_write(caller, room, membership)
    posting.check_length(params.msg)
    stored, attachment = _stored(caller, room, part, params.description)
    shown = (("alias", params.alias), ("emoji", params.emoji), ("avatar", params.avatar))
    draft = _draft(stored, attachment, params.msg, params.tmid, {name: value for name, value in shown if value})
    try:
        return posting.post(caller, room, membership, draft)
    except ChatError:
        # A file without its message would be in the room's list for ever.
        withdraw(stored.id, keep=False)
        raise


def upload_media(caller: Caller, params: UploadMedia) -> Upload:
    """Stores one file without posting it yet; it goes after a day unless `confirm_media` posts it.

    Raises:
        InvalidRoom, Forbidden: no such room, or no access to it.
        ChatError: no file, more than one, one that may not be uploaded here; may not write in the room.
    """
    room, membership = _room_to_post_in(caller, params.rid)
    if not params.files:
        raise NoFileUploaded
    part = _one_file(params.files)
    _check_acceptable(room, part)
    posting.check_may_write(caller, room, membership)
    stored, _ = _stored(caller, room, part, None, waiting=True)
    return stored


def confirm_media(caller: Caller, params: ConfirmMedia) -> Message:
    """Posts a file that the caller uploaded with `upload_media`, once.

    Raises:
        InvalidRoom, Forbidden: no such room, or no access to it.
        NoSuchFile: the caller has no such file waiting in this room.
        ChatError: may not write in the room; the text is too long.
    """
    room, membership = _room_to_post_in(caller, params.rid)
    stored = store.find(params.file_id)
    if stored is None or stored.waiting is None or (stored.rid, stored.user_id) != (room.id, caller.id):
        raise NoSuchFile
    posting.check_may_write(caller, room, membership)
    posting.check_length(params.msg)
    described = {} if params.description is None else {"description": params.description}
    files.keep(stored.object_key)
    store.claim(stored.model_copy(update={"waiting": None, **described}), otherwise=NoSuchFile())
    draft = _draft(stored, {**stored.waiting, **described}, params.msg, params.tmid, {})
    try:
        return posting.post(caller, room, membership, draft)
    except ChatError:
        # It waits for another try; without its tag, a file that nobody posts would lie in the bucket for ever.
        store.save(stored)
        files.keep_waiting(stored.object_key)
        raise


def _room_to_post_in(caller: Caller, room_id: str) -> tuple[Room, Membership | None]:
    room = room_store.find(room_id)
    if room is None:
        raise InvalidRoom
    if not rooms.visible_to(caller, room):
        raise Forbidden
    return room, memberships.find(caller.id, room.id)


def _draft(stored: Upload, attachment: Document, text: str, tmid: str | None, more: Document) -> Draft:
    file = {"_id": stored.id, "name": stored.name, "type": stored.type}
    return Draft(text, tmid=tmid, attachments=[attachment], more={"groupable": False, "file": file, **more})


def _one_file(parts: list[FilePart]) -> FilePart:
    if not parts:
        raise FileRequired
    if len(parts) > 1:
        raise OneFileOnly
    if parts[0].field != "file":
        raise WrongFileField
    return parts[0]


def _check_acceptable(room: Room, part: FilePart) -> None:
    space = workspace.current()
    if not space.flag("FileUpload_Enabled"):
        raise UploadsDisabled
    if room.t == "d" and not space.flag("FileUpload_Enabled_Direct"):
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


def _stored(
    caller: Caller, room: Room, part: FilePart, description: str | None, *, waiting: bool = False
) -> tuple[Upload, Document]:
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
    store.save(stored.model_copy(update={"waiting": attachment}) if waiting else stored)
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


def download_address(caller: Caller | None, params: Download) -> str:
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
    stored = store.find(params.id)
    if stored is None or stored.hidden or stored.waiting:
        raise NotFound
    if protected and caller:
        room = room_store.find(stored.rid)
        if room is None or not rooms.visible_to(caller, room):
            raise FileForbidden
    seconds = max(5, space.number("FileUpload_S3_URLExpiryTimeSpan"))
    return files.address(stored.object_key, stored.name, stored.type, seconds=seconds)


def withdraw(upload_id: str, *, keep: bool) -> None:
    """Takes a file away with its message; with `keep` only from sight."""
    stored = store.find(upload_id)
    if stored is None:
        return
    if keep:
        store.save(stored.model_copy(update={"hidden": True}))
        return
    files.remove(stored.object_key)
    store.remove(stored)
