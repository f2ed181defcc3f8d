"""What a room says about itself, and how it works."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms.replies import ROOM_REPLY, room_reply
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import RoomKind
from pimentachat.models.records import Document
from pimentachat.requests.rooms import (
    AnnouncementReply,
    DescriptionReply,
    PurposeReply,
    SetAnnouncement,
    SetCustomFields,
    SetDescription,
    SetPurpose,
    SetReadOnly,
    SetType,
)
from pimentachat.services.rooms import access, changes


def mount(router: Router, kind: RoomKind) -> None:
    replies = ROOM_REPLY[kind.family]

    @router.post(f"{kind.family}.setDescription")
    def set_description(caller: Caller, params: SetDescription) -> DescriptionReply:
        """Set the description"""
        room = access.named(kind, caller, params.where)
        changes.set_text(kind, caller, room, changes.DESCRIPTION, params.description)
        return {"description": params.description}

    @router.post(f"{kind.family}.setPurpose")
    def set_purpose(caller: Caller, params: SetPurpose) -> PurposeReply:
        """Set the description, under its old name"""
        room = access.named(kind, caller, params.where)
        changes.set_text(kind, caller, room, changes.PURPOSE, params.purpose)
        return {"purpose": params.purpose}

    @router.post(f"{kind.family}.setAnnouncement")
    def set_announcement(caller: Caller, params: SetAnnouncement) -> AnnouncementReply:
        """Set the announcement"""
        room = access.named(kind, caller, params.where)
        changes.set_text(kind, caller, room, changes.ANNOUNCEMENT, params.announcement)
        return {"announcement": params.announcement}

    @router.post(f"{kind.family}.setCustomFields", replies=replies)
    def set_custom_fields(caller: Caller, params: SetCustomFields) -> Document:
        """Replace the custom fields"""
        room = access.named(kind, caller, params.where)
        return room_reply(kind, changes.set_custom_fields(caller, room, params.custom_fields), caller)

    @router.post(f"{kind.family}.setReadOnly", replies=replies)
    def set_read_only(caller: Caller, params: SetReadOnly) -> Document:
        """Make a room read-only or writable"""
        room = access.named(kind, caller, params.where)
        return room_reply(kind, changes.set_read_only(kind, caller, room, params.read_only), caller)

    @router.post(f"{kind.family}.setType", replies=replies)
    def set_type(caller: Caller, params: SetType) -> Document:
        """Make a channel a group or the other way round"""
        room = access.named(kind, caller, params.where)
        return room_reply(kind, changes.set_type(kind, caller, room, params.type), caller)
