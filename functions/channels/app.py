"""Public channels. What they share with groups is in pimentachat/api/rooms.py."""

from typing import cast

from pimentachat.api import Api
from pimentachat.api.rooms import room_endpoints, room_reply
from pimentachat.auth.callers import Caller
from pimentachat.models.rooms import CHANNEL, JoinRoom, ListRooms, RoomReply, RoomsPage
from pimentachat.services import members, rooms

api = Api("channels", room_endpoints(CHANNEL))


@api.get("channels.list")
def list_channels(caller: Caller, params: ListRooms) -> RoomsPage:
    """All public channels"""
    return cast(RoomsPage, rooms.every(CHANNEL, caller, params).under(CHANNEL.envelope + "s"))


@api.get("channels.list.joined")
def list_joined(caller: Caller, params: ListRooms) -> RoomsPage:
    """Public channels the caller is a member of"""
    return cast(RoomsPage, rooms.joined(CHANNEL, caller, params).under(CHANNEL.envelope + "s"))


@api.post("channels.join")
def join(caller: Caller, params: JoinRoom) -> RoomReply:
    """Join a channel"""
    room = rooms.named(CHANNEL, caller, params)
    return room_reply(CHANNEL, members.join(caller, room, params.join_code), caller)


handler = api.handler
