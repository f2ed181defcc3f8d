"""What holds for rooms of any type."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.errors.rooms import NoAccessToRoom
from pimentachat.requests.params import RoomParams
from pimentachat.requests.rooms import (
    AdminRooms,
    AdminRoomsReply,
    CleanHistory,
    CleanReply,
    ConfirmMedia,
    CreateDiscussion,
    DiscussionReply,
    DiscussionsReply,
    Favorite,
    ImagesReply,
    MediaReply,
    RoomChangesReply,
    RoomDiscussions,
    RoomImages,
    RoomInfo,
    RoomReply,
    RoomsSince,
    SaveNotification,
    UploadFile,
    UploadMedia,
    UploadReply,
)
from pimentachat.services.files import files, room_files
from pimentachat.services.messages import cleaning, discussions, uploading
from pimentachat.services.rooms import access, members, rooms
from pimentachat.services.subscriptions import preferences, subscriptions
from pimentachat.services.views import rooms as room_views
from pimentachat.services.views.messages import show_one

api = Api("rooms")


@api.get("rooms.get")
def get(caller: Caller, params: RoomsSince) -> RoomChangesReply:
    """All rooms the caller has a subscription in, or the changes since a moment"""
    update, remove = subscriptions.room_changes(caller, params.updated_since or "")
    return {"update": update, "remove": remove}


@api.post("rooms.leave")
def leave(caller: Caller, params: RoomParams) -> None:
    """Leave a room"""
    members.leave(caller, access.of_any_kind(caller, params.where))


@api.post("rooms.favorite")
def favorite(caller: Caller, params: Favorite) -> None:
    """Mark a room as a favorite, or no longer"""
    preferences.favorite(caller, access.of_any_kind(caller, params.where), params.favorite)


@api.post("rooms.saveNotification")
def save_notification(caller: Caller, params: SaveNotification) -> None:
    """Choose the notifications of one room"""
    preferences.save_notifications(caller, params.room_id, params.notifications)


@api.get("rooms.info")
def info(caller: Caller, params: RoomInfo) -> RoomReply:
    """One room of any type"""
    room = access.of_any_kind(caller, params.where, unseen=NoAccessToRoom)
    return {"room": rooms.info(room, caller, params.fields)}


@api.get("rooms.images")
def list_images(caller: Caller, params: RoomImages) -> ImagesReply:
    """Image uploads of a room, newest first"""
    found = room_files.images(caller, params.room_id, params.asked, params.starting_from_id)
    return {"files": found.rows, **found.numbers}


@api.post("rooms.createDiscussion")
def create_discussion(caller: Caller, params: CreateDiscussion) -> DiscussionReply:
    """Create a discussion under a room"""
    room = discussions.create(caller, params.wanted)
    return {"discussion": {**room_views.show_one(room, caller.id), "rid": room.id}}


@api.get("rooms.getDiscussions")
def get_discussions(caller: Caller, params: RoomDiscussions) -> DiscussionsReply:
    """Discussions of a room"""
    room = access.of_any_kind(caller, params.where, unseen=NoAccessToRoom)
    found = discussions.of_room(caller, room, params.asked)
    return {"discussions": found.rows, **found.numbers}


@api.get("rooms.adminRooms")
def list_for_administrators(caller: Caller, params: AdminRooms) -> AdminRoomsReply:
    """All rooms, for administrators"""
    found = rooms.for_administrators(caller, params.asked, containing=params.filter, types=params.types)
    return {"rooms": found.rows, **found.numbers}


@api.post("rooms.cleanHistory")
def clean_history(caller: Caller, params: CleanHistory) -> CleanReply:
    """Delete the messages or files of a time range"""
    room = access.of_any_kind(caller, params.where, opened_by=cleaning.PERMISSION)
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
