"""What holds for rooms of any type."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.rooms import (
    AdminRooms,
    AdminRoomsReply,
    CleanHistory,
    CleanReply,
    ConfirmMedia,
    ImagesReply,
    MediaReply,
    RoomChangesReply,
    RoomImages,
    RoomInfo,
    RoomReply,
    RoomsSince,
    UploadFile,
    UploadMedia,
    UploadReply,
)
from pimentachat.services.files import files, room_files
from pimentachat.services.messages import cleaning, uploading
from pimentachat.services.rooms import access, rooms
from pimentachat.services.subscriptions import subscriptions
from pimentachat.services.views.messages import show_one

api = Api("rooms")


@api.get("rooms.get")
def get(caller: Caller, params: RoomsSince) -> RoomChangesReply:
    """All rooms the caller has a subscription in, or the changes since a moment"""
    update, remove = subscriptions.room_changes(caller, params.updated_since or "")
    return {"update": update, "remove": remove}


@api.get("rooms.info")
def info(caller: Caller, params: RoomInfo) -> RoomReply:
    """One room of any type"""
    return {"room": rooms.info(access.of_any_kind(caller, params.where), caller, params.fields)}


@api.get("rooms.images")
def list_images(caller: Caller, params: RoomImages) -> ImagesReply:
    """Image uploads of a room, newest first"""
    found = room_files.images(caller, params.room_id, params.asked, params.starting_from_id)
    return {"files": found.rows, **found.numbers}


@api.get("rooms.adminRooms")
def list_for_administrators(caller: Caller, params: AdminRooms) -> AdminRoomsReply:
    """All rooms, for administrators"""
    found = rooms.for_administrators(caller, params.asked, containing=params.filter, types=params.types)
    return {"rooms": found.rows, **found.numbers}


@api.post("rooms.cleanHistory")
def clean_history(caller: Caller, params: CleanHistory) -> CleanReply:
    """Delete the messages or files of a time range"""
    room = access.to_clean(caller, params.where)
    return {"_id": room.id, "count": cleaning.clean(caller, room, params.wanted(room))}


@api.post("rooms.upload/{rid}")
def upload(caller: Caller, params: UploadFile) -> UploadReply:
    """Upload one file as a message"""
    return {"message": show_one(uploading.upload(caller, params.rid, params.files, params.caption), caller.id)}


@api.post("rooms.media/{rid}")
def upload_media(caller: Caller, params: UploadMedia) -> MediaReply:
    """Upload one file without posting it yet; without a file, get a form to send a large one by"""
    if params.announced:
        expected, form = uploading.expect_media(caller, params.rid, params.announced)
        return {
            "file": {"_id": expected.id, "url": files.link_to(expected)},
            "upload": {"url": form.url, "fields": form.fields},
        }
    stored = uploading.upload_media(caller, params.rid, params.files)
    return {"file": {"_id": stored.id, "url": files.link_to(stored)}}


@api.post("rooms.mediaConfirm/{rid}/{fileId}")
def confirm_media(caller: Caller, params: ConfirmMedia) -> UploadReply:
    """Post a file uploaded with rooms.media"""
    message = uploading.confirm_media(caller, params.rid, params.file_id, params.caption)
    return {"message": show_one(message, caller.id)}


handler = api.handler
