"""Public channels. What they share with groups is in pimentachat/api/rooms."""

from pimentachat.api import Api
from pimentachat.api.rooms import room_endpoints
from pimentachat.api.rooms.replies import PAGE_REPLY, ROOM_REPLY, page_reply, room_reply
from pimentachat.auth.callers import Caller
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.kinds import CHANNEL
from pimentachat.models.records import Document
from pimentachat.requests.rooms import (
    CleanRange,
    JoinRoom,
    ListRooms,
    MentionsReply,
    MessagesReply,
    RoomMentions,
    RoomMessages,
    SetDefault,
    SetJoinCode,
)
from pimentachat.services.messages import cleaning, history, lists
from pimentachat.services.rooms import access, changes, members, rooms

api = Api(CHANNEL.family, room_endpoints(CHANNEL))


@api.get("channels.list", replies=PAGE_REPLY[CHANNEL.family])
def list_channels(caller: Caller, params: ListRooms) -> Document:
    """All public channels"""
    return page_reply(CHANNEL, rooms.every(CHANNEL, caller, params.asked))


@api.get("channels.list.joined", replies=PAGE_REPLY[CHANNEL.family])
def list_joined(caller: Caller, params: ListRooms) -> Document:
    """Public channels the caller is a member of"""
    return page_reply(CHANNEL, rooms.joined(CHANNEL, caller, params.asked))


@api.post("channels.cleanHistory")
def clean_history(caller: Caller, params: CleanRange) -> None:
    """Delete the messages of a time range"""
    room = access.named(CHANNEL, caller, params.where)
    cleaning.clean(caller, room, params.wanted(room))


@api.post("channels.join", replies=ROOM_REPLY[CHANNEL.family])
def join(caller: Caller, params: JoinRoom) -> Document:
    """Join a channel"""
    room = access.named(CHANNEL, caller, params.where)
    return room_reply(CHANNEL, members.join(caller, room, params.join_code), caller)


@api.post("channels.setDefault", replies=ROOM_REPLY[CHANNEL.family])
def set_default(caller: Caller, params: SetDefault) -> Document:
    """Make a channel one that new users join"""
    room = access.named(CHANNEL, caller, params.where)
    return room_reply(CHANNEL, changes.set_default(caller, room, params.default), caller)


@api.post("channels.setJoinCode", replies=ROOM_REPLY[CHANNEL.family])
def set_join_code(caller: Caller, params: SetJoinCode) -> Document:
    """Set the code needed to join"""
    room = access.named(CHANNEL, caller, params.where)
    return room_reply(CHANNEL, changes.set_join_code(caller, room, params.join_code), caller)


@api.get("channels.getAllUserMentionsByChannel")
def list_mentions(caller: Caller, params: RoomMentions) -> MentionsReply:
    """Messages of a room that mention the caller"""
    found = lists.mentioning(caller, params.room_id, params.asked, otherwise=InvalidRoom(), rising=True)
    return {"mentions": found.rows, **found.numbers}


@api.get("channels.anonymousread", public=True)
def read_anonymously(params: RoomMessages) -> MessagesReply:
    """Messages of a channel without a login"""
    found = history.listed(access.open_to_anybody(params.where), "", params.asked)
    return {"messages": found.rows, **found.numbers}


handler = api.handler
