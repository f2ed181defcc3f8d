"""Who is in a room."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms.replies import ROOM_REPLY, room_reply
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import RoomKind
from pimentachat.models.records import Document
from pimentachat.requests.params import RoomParams
from pimentachat.requests.rooms import AddAll, Invite, OnlineIn, OnlineReply, RoomMember
from pimentachat.services.accounts import users
from pimentachat.services.rooms import access, members, rooms


def mount(router: Router, kind: RoomKind) -> None:
    replies = ROOM_REPLY[kind.family]
    after_leaving = replies if kind.sends_room_after_leaving else type(None)

    @router.get(f"{kind.family}.online")
    def list_online(caller: Caller, params: OnlineIn) -> OnlineReply:
        """Members of one room who are not offline"""
        return {"online": members.online(rooms.matching(kind, caller, params.id, params.query))}

    @router.post(f"{kind.family}.invite", replies=replies)
    def invite(caller: Caller, params: Invite) -> Document:
        """Add a user to a room"""
        room = access.to_invite_to(kind, caller, params.where)
        return room_reply(kind, members.invite(caller, room, users.all_named(params.everybody, room.id)), caller)

    @router.post(f"{kind.family}.addAll", replies=replies)
    def add_all(caller: Caller, params: AddAll) -> Document:
        """Add every user of the workspace to a room"""
        room = access.named(kind, caller, params.where)
        return room_reply(kind, members.add_all(caller, room, active_only=params.active_users_only), caller)

    @router.post(f"{kind.family}.kick", replies=after_leaving)
    def kick(caller: Caller, params: RoomMember) -> Document:
        """Remove a user from a room"""
        room = access.named(kind, caller, params.where)
        left = members.kick(caller, room, users.named(params.whom))
        return room_reply(kind, left, caller) if kind.sends_room_after_leaving else {}

    @router.post(f"{kind.family}.leave", replies=after_leaving)
    def leave(caller: Caller, params: RoomParams) -> Document:
        """Leave a room"""
        left = members.leave(caller, access.named(kind, caller, params.where))
        return room_reply(kind, left, caller) if kind.sends_room_after_leaving else {}
