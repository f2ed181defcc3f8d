"""What holds for rooms of any type."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.rooms import ChangesReply, RoomsSince
from pimentachat.models.uploads import ConfirmMedia, MediaReply, UploadFile, UploadMedia, UploadReply
from pimentachat.services import subscriptions, uploads

api = Api("rooms")


@api.get("rooms.get")
def get(caller: Caller, params: RoomsSince) -> ChangesReply:
    """All rooms the caller has a subscription in, or the changes since a moment"""
    return subscriptions.room_changes(caller, params)


@api.post("rooms.upload/{rid}")
def upload(caller: Caller, params: UploadFile) -> UploadReply:
    """Upload one file as a message"""
    return {"message": uploads.upload(caller, params).wire(caller.id)}


@api.post("rooms.media/{rid}")
def upload_media(caller: Caller, params: UploadMedia) -> MediaReply:
    """Upload one file without posting it yet"""
    stored = uploads.upload_media(caller, params)
    return {"file": {"_id": stored.id, "url": uploads.link_to(stored)}}


@api.post("rooms.mediaConfirm/{rid}/{fileId}")
def confirm_media(caller: Caller, params: ConfirmMedia) -> UploadReply:
    """Post a file uploaded with rooms.media"""
    return {"message": uploads.confirm_media(caller, params).wire(caller.id)}


handler = api.handler
