"""From creating a room to removing it."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms.replies import ROOM_REPLY, room_reply
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import RoomKind
from pimentachat.models.records import Document
from pimentachat.requests.params import RoomParams
from pimentachat.requests.rooms import CreateRoom, RenameRoom
from pimentachat.services.rooms import access, changes, creation
from pimentachat.services.rooms.access import RoomReference


def mount(router: Router, kind: RoomKind) -> None:
    replies = ROOM_REPLY[kind.family]

    @router.post(f"{kind.family}.create", permission=kind.create_permission, replies=replies)
    def create(caller: Caller, params: CreateRoom) -> Document:
        """Create a room with the caller as its owner"""
        return room_reply(kind, creation.create(kind, caller, params.wanted), caller)

    @router.get(f"{kind.family}.info", replies=replies)
    def info(caller: Caller, params: RoomParams) -> Document:
        """One room"""
        return room_reply(kind, access.named(kind, caller, params.where, archived=True), caller)

    @router.post(f"{kind.family}.rename", replies=replies)
    def rename(caller: Caller, params: RenameRoom) -> Document:
        """Change the name"""
        room = access.named(kind, caller, RoomReference(id=params.room_id))
        return room_reply(kind, changes.rename(kind, caller, room, params.name), caller)

    @router.post(f"{kind.family}.archive")
    def archive(caller: Caller, params: RoomParams) -> None:
        """Archive a room"""
        changes.archive(caller, access.named(kind, caller, params.where))

    @router.post(f"{kind.family}.unarchive")
    def unarchive(caller: Caller, params: RoomParams) -> None:
        """Bring an archived room back"""
        changes.unarchive(kind, caller, access.named(kind, caller, params.where, archived=True))

    @router.post(f"{kind.family}.delete")
    def delete(caller: Caller, params: RoomParams) -> None:
        """Remove a room with everything in it"""
        changes.remove(caller, access.named(kind, caller, params.where, archived=True))
