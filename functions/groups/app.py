"""Private groups. What they share with channels is in pimentachat/api/rooms."""

from pimentachat.api import Api
from pimentachat.api.rooms import room_endpoints
from pimentachat.api.rooms.replies import PAGE_REPLY, ROOM_REPLY, page_reply, room_reply
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import GROUP
from pimentachat.models.records import Document
from pimentachat.requests.rooms import ListRooms, SetEncrypted
from pimentachat.services.rooms import access, changes, rooms

api = Api(GROUP.family, room_endpoints(GROUP))


@api.get("groups.list", replies=PAGE_REPLY[GROUP.family])
def list_groups(caller: Caller, params: ListRooms) -> Document:
    """Groups the caller is a member of"""
    return page_reply(GROUP, rooms.joined(GROUP, caller, params.asked))


@api.post("groups.setEncrypted", replies=ROOM_REPLY[GROUP.family])
def set_encrypted(caller: Caller, params: SetEncrypted) -> Document:
    """Flag a group as end-to-end encrypted"""
    room = access.named(GROUP, caller, params.where)
    return room_reply(GROUP, changes.set_encrypted(caller, room, params.encrypted), caller)


@api.get("groups.listAll", permission="view-room-administration", replies=PAGE_REPLY[GROUP.family])
def list_all(caller: Caller, params: ListRooms) -> Document:
    """All private groups"""
    return page_reply(GROUP, rooms.on_server(GROUP, caller, params.asked))


handler = api.handler
