"""Posting files (contract: rooms.yaml rooms.upload). Storing them is in services/files."""

from dataclasses import dataclass, field, replace
from functools import partial

from pimentachat import ids
from pimentachat.auth.callers import Caller
from pimentachat.cloud.files import Form
from pimentachat.errors.base import ChatError
from pimentachat.errors.files import FileRequired, NoFileUploaded, NoSuchFile, OneFileOnly, WrongFileField
from pimentachat.errors.requests import Forbidden, Unavailable
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import FileReference, Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.uploads import FilePart, Upload
from pimentachat.services.files import files
from pimentachat.services.messages import posting
from pimentachat.services.messages.posting import Draft
from pimentachat.services.rooms import access
from pimentachat.store import memberships
from pimentachat.store import uploads as upload_store


@dataclass(frozen=True)
class Caption:
    """What is said with a file."""

    text: str = ""
    description: str | None = None
    tmid: str | None = None
    more: Document = field(default_factory=dict)
    """alias, emoji, avatar"""


def upload(caller: Caller, room_id: str, parts: list[FilePart], caption: Caption) -> Message:
    """Stores one file and posts it as a message.

    Raises:
        InvalidRoom, Forbidden: no such room, or no access to it.
        ChatError: no file, more than one, one that may not be uploaded here; may not write in the room.
    """
    room, membership = _room_to_post_in(caller, room_id)
    part = _one_file(parts)
    _check_acceptable(room, part)
    posting.check_may_write(caller, room, membership)
    posting.check_length(caption.text)
    stored, attachment = files.keep(caller, room, part, caption.description)
    draft = replace(_draft(stored, attachment, caption), beside=partial(files.noting, stored))
    try:
        return posting.post(caller, room, membership, draft)
    except Unavailable:
        # The message may be on its way with its file. Where it was taken back, the file goes, too; what is in the
        # bucket and noted nowhere goes with housekeeping.
        files.withdraw(stored.id, keep=False)
        raise
    except ChatError:
        files.discard(stored)
        raise


def upload_media(caller: Caller, room_id: str, parts: list[FilePart]) -> Upload:
    """Stores one file without posting it yet; it goes after a day unless `confirm_media` posts it.

    Raises:
        InvalidRoom, Forbidden: no such room, or no access to it.
        ChatError: no file, more than one, one that may not be uploaded here; may not write in the room.
    """
    room, membership = _room_to_post_in(caller, room_id)
    if not parts:
        raise NoFileUploaded
    part = _one_file(parts)
    _check_acceptable(room, part)
    posting.check_may_write(caller, room, membership)
    stored, _ = files.keep(caller, room, part, None, waiting=True)
    return stored


@dataclass(frozen=True)
class Announced:
    """A file that is too large for a request, as its sender describes it."""

    name: str
    size: int
    type: str = ""


def expect_media(caller: Caller, room_id: str, announced: Announced) -> tuple[Upload, Form]:
    """Lets the caller send one file to the bucket themselves, by a form that takes nothing larger and no other type;
    `confirm_media` posts it.

    Raises:
        InvalidRoom, Forbidden: no such room, or no access to it.
        ChatError: such a file may not be uploaded here; may not write in the room.
    """
    room, membership = _room_to_post_in(caller, room_id)
    files.check_acceptable(room, announced.size, files.media_type(announced.type))
    posting.check_may_write(caller, room, membership)
    return files.expect(caller, room, announced.name, announced.size, announced.type)


def _check_acceptable(room: Room, part: FilePart) -> None:
    files.check_acceptable(room, len(part.data), files.media_type(part.type))


def confirm_media(caller: Caller, room_id: str, file_id: str, caption: Caption) -> Message:
    """Posts a file that the caller uploaded with `upload_media`, once. Message and file are one transaction: whatever
    dies, the file was posted or waits for another try.

    Raises:
        InvalidRoom, Forbidden: no such room, or no access to it.
        NoSuchFile: the caller has no such file waiting in this room, or has not sent it yet.
        FileTooLarge, FileTypeRefused: they sent another one than they said.
        ChatError: may not write in the room; the text is too long.
    """
    room, membership = _room_to_post_in(caller, room_id)
    stored = upload_store.find(file_id)
    if stored is None or stored.waiting is None or (stored.rid, stored.user_id) != (room.id, caller.id):
        raise NoSuchFile
    posting.check_may_write(caller, room, membership)
    posting.check_length(caption.text)
    stored = files.arrived(stored)
    described = {} if caption.description is None else {"description": caption.description}
    attachment = {**(stored.waiting or {}), **described}
    draft = _draft(stored, attachment, caption)
    message_id = str(draft.id)
    try:
        beside = partial(files.claiming, stored, message_id, caption.description)
        return posting.post(caller, room, membership, replace(draft, beside=beside))
    except ChatError:
        files.wait_again(stored, message_id)
        raise


def _room_to_post_in(caller: Caller, room_id: str) -> tuple[Room, Membership | None]:
    room = access.readable(caller, room_id, otherwise=Forbidden(), missing=InvalidRoom())
    return room, memberships.find(caller.id, room.id)


def _draft(stored: Upload, attachment: Document, caption: Caption) -> Draft:
    return Draft(
        caption.text,
        id=ids.new_id(),
        tmid=caption.tmid,
        attachments=[attachment],
        file=FileReference(stored.id, stored.name, stored.type),
        more={"groupable": False, **caption.more},
    )


def _one_file(parts: list[FilePart]) -> FilePart:
    if not parts:
        raise FileRequired
    if len(parts) > 1:
        raise OneFileOnly
    if parts[0].field != "file":
        raise WrongFileField
    return parts[0]
