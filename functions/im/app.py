"""Direct rooms: every im.* endpoint answers as dm.* too. What they share with other rooms is in
pimentachat/api/rooms."""

from pimentachat.api import Api
from pimentachat.api.rooms import room_endpoints
from pimentachat.api.rooms.replies import PAGE_REPLY, page_reply
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import DIRECT
from pimentachat.models.records import Document
from pimentachat.requests.im import CreateDirect, DirectParams, DirectReply, OthersMessages
from pimentachat.requests.rooms import ListRooms, MessagesReply
from pimentachat.services.messages import history
from pimentachat.services.rooms import changes, direct, rooms
from pimentachat.services.views import rooms as room_views

api = Api(DIRECT.family, room_endpoints(DIRECT), aliases={"im.": "dm."})


@api.post("im.create")
def create(caller: Caller, params: CreateDirect) -> DirectReply:
    """Get or create the direct room with a user"""
    room = direct.open_for(caller, params.whom, params.usernames)
    return {"room": {**room_views.show_one(room, caller.id), "rid": room.id}}


@api.get("im.list", replies=PAGE_REPLY[DIRECT.family])
def list_direct(caller: Caller, params: ListRooms) -> Document:
    """Direct rooms of the caller"""
    return page_reply(DIRECT, rooms.joined(DIRECT, caller, params.asked))


@api.get("im.list.everyone", permission="view-room-administration", replies=PAGE_REPLY[DIRECT.family])
def list_everyone(caller: Caller, params: ListRooms) -> Document:
    """All direct rooms"""
    return page_reply(DIRECT, rooms.on_server(DIRECT, caller, params.asked))


@api.get("im.messages.others")
def list_messages_of_others(caller: Caller, params: OthersMessages) -> MessagesReply:
    """Messages of any direct room, for administrators"""
    found = history.listed(direct.of_others(caller, params.room_id), caller.id, params.asked)
    return {"messages": found.rows, **found.numbers}


@api.post("im.delete")
def delete(caller: Caller, params: DirectParams) -> None:
    """Remove a direct room with everything in it"""
    changes.remove(caller, direct.to_remove(caller, params.whom))


handler = api.handler
