"""Private groups. What they share with channels is in pimentachat/api/rooms."""

from pimentachat.api import Api
from pimentachat.api.rooms import room_endpoints
from pimentachat.api.rooms.replies import PAGE_REPLY, page_reply
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import GROUP
from pimentachat.models.records import Document
from pimentachat.requests.rooms import ListRooms
from pimentachat.services.rooms import rooms

api = Api(GROUP.family, room_endpoints(GROUP))


@api.get("groups.list", replies=PAGE_REPLY[GROUP.family])
def list_groups(caller: Caller, params: ListRooms) -> Document:
    """Groups the caller is a member of"""
    return page_reply(GROUP, rooms.joined(GROUP, caller, params.asked))


@api.get("groups.listAll", permission="view-room-administration", replies=PAGE_REPLY[GROUP.family])
def list_all(caller: Caller, params: ListRooms) -> Document:
    """All private groups"""
    return page_reply(GROUP, rooms.on_server(GROUP, caller, params.asked))


handler = api.handler
