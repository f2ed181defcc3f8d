"""Direct rooms: every im.* endpoint answers as dm.* too."""

from typing import cast

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.messages import HistoryReply
from pimentachat.models.rooms import (
    DIRECT,
    CountersReply,
    CreateDirect,
    DirectCounters,
    DirectHistory,
    ListRooms,
    RoomReply,
    RoomsPage,
)
from pimentachat.services import direct, history, rooms

api = Api("im", aliases={"im.": "dm."})


@api.post("im.create")
def create(caller: Caller, params: CreateDirect) -> RoomReply:
    """Get or create the direct room with a user"""
    room = direct.open_for(caller, params)
    return {"room": {**rooms.document(room, caller.id), "rid": room.id}}


@api.get("im.list")
def list_direct(caller: Caller, params: ListRooms) -> RoomsPage:
    """Direct rooms of the caller"""
    return cast(RoomsPage, rooms.joined(DIRECT, caller, params).under(DIRECT.envelope + "s"))


@api.get("im.history")
def read_history(caller: Caller, params: DirectHistory) -> HistoryReply:
    """Messages newest first, by time range"""
    return history.of_range(direct.named(caller.user, params), caller.id, params)


@api.get("im.counters")
def counters(caller: Caller, params: DirectCounters) -> CountersReply:
    """Member, message and unread counters"""
    return direct.read_counters(caller, params)


handler = api.handler
