"""Uploaded files: storing one, fetching it, taking it away (contract: rooms.yaml rooms.upload, models.yaml upload)."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import files
from pimentachat.cloud.files import Form
from pimentachat.errors.base import ChatError
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
from pimentachat.models.users import NAME_MOST
from pimentachat.services.files import images
from pimentachat.services.rooms import access
from pimentachat.store import uploads as upload_store
from pimentachat.store.writes import Write

_SIZE_MOST: Final = 5 * 1024**3
"""The largest that S3 takes at once."""
_NOTED_MOST: Final = 4 * 1024
_ENDING_KEPT: Final = 20
_PREVIEWED: Final = "image/"
_FAMILIES: Final = ("image", "audio", "video")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_NO_TYPE: Final = "application/octet-stream"


def check_acceptable(room: Room, size: int, kind: str) -> None:
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
    if most < 0 or most > _SIZE_MOST:
        most = _SIZE_MOST
    if size > most:
        raise FileTooLarge.beyond(most)
    if not accepted_type(kind, space.text("FileUpload_MediaTypeWhiteList")):
        raise FileTypeRefused


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
    """Stores a file of a room in the bucket, and returns it with the attachment that shows it. A `waiting` one is
    noted, and goes after a day unless somebody posts it; any other is noted with its message (`noting`)."""
    kind = media_type(part.type)
    picture = images.look_at(part.data) if kind.startswith(_PREVIEWED) else None
    stored = _record(caller, room, part.name, len(part.data), kind)
    etag = files.save(stored.object_key, part.data, kind, waiting=waiting)
    size = {"format": picture.format, "size": {"width": picture.width, "height": picture.height}} if picture else None
    stored = stored.model_copy(update={"etag": etag, "identify": size, "description": description})
    attachment = _attachment(stored, picture)
    if waiting:
        upload_store.save(stored.model_copy(update={"description": _noted(description), "waiting": attachment}))
    return stored, attachment


def noting(stored: Upload) -> list[Write]:
    """Notes a file that was stored, in the transaction of its message: the list of a room's files shows none without
    one."""
    return upload_store.additions(stored.model_copy(update={"description": _noted(stored.description)}))


def _noted(description: str | None) -> str | None:
    """What the list of a room's files says of one: the beginning of a long description. The message has all of it."""
    return None if description is None else description.encode()[:_NOTED_MOST].decode(errors="ignore")


def expect(caller: Caller, room: Room, name: str, size: int, kind: str) -> tuple[Upload, Form]:
    """Notes a file that the caller will send to the bucket themselves, and returns the form for it. It goes after a day
    unless somebody posts it."""
    stored = _record(caller, room, name, size, media_type(kind))
    stored = stored.model_copy(update={"complete": False, "uploading": True, "progress": 0})
    upload_store.save(stored.model_copy(update={"waiting": _attachment(stored, None)}))
    return stored, files.form(_sent_key(stored), stored.type, most=size)


def _sent_key(stored: Upload) -> str:
    """Where a form puts a file. The form is good for a while after the file was posted: what it is used for then lies
    here, and goes after a day, while everybody reads what was posted."""
    return f"{stored.object_key}/sent"


def _record(caller: Caller, room: Room, called: str, size: int, kind: str) -> Upload:
    return _recorded(ids.new_id(), room.id, caller.id, file_name(called), size, kind)


def _recorded(upload_id: str, room_id: str, user_id: str, name: str, size: int, kind: str) -> Upload:
    path = f"/ufs/AmazonS3:Uploads/{upload_id}/{quote(name)}"
    now = clock.now_text()
    return Upload(
        _id=upload_id,
        name=name,
        size=size,
        type=kind,
        rid=room_id,
        user_id=user_id,
        extension=name.rpartition(".")[2] if "." in name else "",
        uploaded_at=now,
        path=path,
        url=path,
        token=ids.new_token()[:10],
        object_key=f"uploads/{room_id}/{user_id}/{upload_id}",
        _updatedAt=now,
    )


def described(
    upload_id: str, room_id: str, user_id: str, name: str, data: bytes, kind: str, description: str | None
) -> tuple[Upload, Document]:
    """A file of an id that is known before, with the attachment that shows it; nothing is stored."""
    picture = images.look_at(data) if kind.startswith(_PREVIEWED) else None
    size = {"format": picture.format, "size": {"width": picture.width, "height": picture.height}} if picture else None
    stored = _recorded(upload_id, room_id, user_id, name, len(data), kind)
    stored = stored.model_copy(update={"identify": size, "description": description})
    return stored.model_copy(update={"description": _noted(description)}), _attachment(stored, picture)


def file_name(text: str) -> str:
    """The name of a file, without folders. It ends its address, where "." and ".." are none. A long one loses of its
    middle, so that it keeps what kind of file it is."""
    name = text.replace("\\", "/").rpartition("/")[2]
    if name.strip() in {"", ".", ".."}:
        return "file"
    return name if len(name) <= NAME_MOST else name[: NAME_MOST - _ENDING_KEPT] + name[-_ENDING_KEPT:]


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
    if stored.family in _FAMILIES:
        more = {"url": link, "type": stored.type, "size": stored.size}
        attachment |= {f"{stored.family}_{name}": value for name, value in more.items()}
    if picture:
        attachment["image_dimensions"] = {"width": picture.width, "height": picture.height}
        if picture.preview:
            attachment["image_preview"] = picture.preview
    return attachment


def download_address(caller: Caller | None, upload_id: str, *, body: bool = True) -> str:
    """A short-lived address of the file, for those who may read its room; for everybody with FileUpload_ProtectFiles
    off. Without `body`, one to ask what it is (HEAD).

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
    return files.address(stored.object_key, stored.name, stored.type, seconds=seconds, body=body)


def place() -> str:
    """What the addresses begin with by which browsers fetch files and post large ones, with a slash at the end."""
    return files.place()


def withdraw(upload_id: str, *, keep: bool, in_sight: bool = True) -> bool:
    """Takes a file away with its message; with `keep` only from sight. One that is in sight stays unless `in_sight`.
    Whether it is away."""
    stored = upload_store.find(upload_id)
    if stored is None:
        return True
    if not (in_sight or stored.hidden):
        return False
    if keep:
        upload_store.hide(stored)
    else:
        discard(stored)
    return True


def arrived(stored: Upload) -> Upload:
    """A waiting file, as it was sent: what came by a form of ours (`expect`) is looked at first.

    Raises:
        NoSuchFile: it was not sent yet.
        FileTooLarge, FileTypeRefused: it is another one than was said; then it is gone.
    """
    if stored.complete:
        return stored
    found = files.look_at(_sent_key(stored))
    if found is None:
        raise NoSuchFile
    wrong: ChatError | None = None
    if found.size > stored.size:
        wrong = FileTooLarge.beyond(stored.size)
    elif media_type(found.type) != stored.type:
        wrong = FileTypeRefused()
    if wrong:
        files.remove(_sent_key(stored))
        withdraw(stored.id, keep=False)
        raise wrong
    if not files.take_over(_sent_key(stored), stored.object_key, found.etag):
        # Another one was sent just now.
        raise NoSuchFile
    sized = {f"{family}_size": found.size for family in _FAMILIES if f"{family}_url" in (stored.waiting or {})}
    whole: Document = {"complete": True, "uploading": False, "progress": 1, "size": found.size, "etag": found.etag}
    return stored.model_copy(update={**whole, "waiting": {**(stored.waiting or {}), **sized}})


def claiming(stored: Upload, message_id: str, description: str | None) -> list[Write]:
    """Turns a waiting file into one that stays, in the transaction of its message, which is refused (NoSuchFile) when
    somebody else was faster. The bucket keeps the file from now on: one that is not posted after all goes with
    housekeeping (services/after/orphans.py)."""
    described = {} if description is None else {"description": _noted(description)}
    files.keep(stored.object_key)
    claimed = stored.model_copy(update={"waiting": None, **described})
    return upload_store.claim(claimed, message_id, otherwise=NoSuchFile())


def wait_again(stored: Upload, message_id: str) -> None:
    """Lets a file wait again whose message was stored and taken back; nothing happens when it was not."""
    if upload_store.unclaim(stored, message_id):
        files.keep_waiting(stored.object_key)


def discard(stored: Upload) -> None:
    """Takes a file away for good, noted or not."""
    files.remove(stored.object_key)
    upload_store.remove(stored)


def named(keys: Sequence[str]) -> set[str]:
    """Those of these keys (`uploads/<room id>/<user id>/<upload id>`, and what was sent by a form) that belong to an
    upload which is there."""
    ids_of = {key: key.split("/")[3] for key in keys if key.count("/") >= 3}
    known = upload_store.known(ids_of.values())
    return {key for key, upload_id in ids_of.items() if upload_id in known}
