"""The verbs that channels and groups share, written once and mounted for each kind: `Api("channels",
room_endpoints(CHANNEL))`."""

from typing import Any, cast

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.models.messages import HistoryReply, MessagesReply
from pimentachat.models.params import RoomParams
from pimentachat.models.rooms import (
    CountersReply,
    CreateRoom,
    Invite,
    MembersReply,
    RenameRoom,
    Room,
    RoomCounters,
    RoomHistory,
    RoomKind,
    RoomMember,
    RoomMembers,
    RoomMessages,
    RoomReply,
    SetTopic,
    TopicReply,
)
from pimentachat.services import history, members, room_changes, room_creation, rooms, subscriptions, users


def room_endpoints(kind: RoomKind) -> Router:
    """The shared verbs of a kind. What only one kind has, or has differently, is in the family's own folder."""
    router = Router()
    for mount in (_life, _reading, _people):
        mount(router, kind)
    return router


def room_reply(kind: RoomKind, room: Room, caller: Caller) -> RoomReply:
    """One room, under the key that its kind is sent under."""
    reply: Any = {kind.envelope: rooms.document(room, caller.id)}
    return cast(RoomReply, reply)


def _life(router: Router, kind: RoomKind) -> None:
    """From creating a room to removing it."""

    @router.post(f"{kind.family}.create", permission=kind.create_permission)
    def create(caller: Caller, params: CreateRoom) -> RoomReply:
        """Create a room with the caller as its owner"""
        return room_reply(kind, room_creation.create(kind, caller, params), caller)

    @router.get(f"{kind.family}.info")
    def info(caller: Caller, params: RoomParams) -> RoomReply:
        """One room"""
        return room_reply(kind, rooms.named(kind, caller, params, archived=True), caller)

    @router.post(f"{kind.family}.setTopic")
    def set_topic(caller: Caller, params: SetTopic) -> TopicReply:
        """Set the topic"""
        room = rooms.named(kind, caller, params)
        return {"topic": room_changes.set_topic(kind, caller, room, params)}

    @router.post(f"{kind.family}.rename")
    def rename(caller: Caller, params: RenameRoom) -> RoomReply:
        """Change the name"""
        return room_reply(kind, room_changes.rename(kind, caller, params), caller)

    @router.post(f"{kind.family}.archive")
    def archive(caller: Caller, params: RoomParams) -> None:
        """Archive a room"""
        room_changes.archive(caller, rooms.named(kind, caller, params))

    @router.post(f"{kind.family}.delete")
    def delete(caller: Caller, params: RoomParams) -> None:
        """Remove a room with everything in it"""
        room_changes.remove(caller, rooms.named(kind, caller, params, archived=True))


def _reading(router: Router, kind: RoomKind) -> None:
    """What is in a room."""

    @router.get(f"{kind.family}.history")
    def read_history(caller: Caller, params: RoomHistory) -> HistoryReply:
        """Messages newest first, by time range"""
        room = rooms.named(kind, caller, params, archived=True)
        rooms.check_may_preview(caller, room)
        return history.of_range(room, caller.id, params)

    @router.get(f"{kind.family}.messages")
    def list_messages(caller: Caller, params: RoomMessages) -> MessagesReply:
        """Pageable list of the messages of a room"""
        room = rooms.named(kind, caller, params, archived=kind.lists_when_archived)
        rooms.check_may_list_messages(caller, room)
        found = history.listed(room, caller.id, params)
        return cast(MessagesReply, found.under("messages"))

    @router.get(f"{kind.family}.counters")
    def counters(caller: Caller, params: RoomCounters) -> CountersReply:
        """Member, message and unread counters"""
        return subscriptions.read_counters(kind, caller, params)


def _people(router: Router, kind: RoomKind) -> None:
    """Who is in a room."""

    @router.get(f"{kind.family}.members")
    def list_members(caller: Caller, params: RoomMembers) -> MembersReply:
        """Members of a room"""
        room = rooms.named(kind, caller, params, archived=kind.lists_when_archived)
        found = members.of_room(caller, room, params, containing=params.filter, status=params.status)
        return cast(MembersReply, found.under("members"))

    @router.post(f"{kind.family}.invite")
    def invite(caller: Caller, params: Invite) -> RoomReply:
        """Add a user to a room"""
        room = rooms.to_invite_to(kind, caller, params)
        return room_reply(kind, members.invite(caller, room, users.all_named(params)), caller)

    @router.post(f"{kind.family}.kick")
    def kick(caller: Caller, params: RoomMember) -> RoomReply:
        """Remove a user from a room"""
        room = rooms.named(kind, caller, params)
        left = members.kick(caller, room, users.named(params))
        return room_reply(kind, left, caller) if kind.sends_room_after_leaving else {}

    @router.post(f"{kind.family}.leave")
    def leave(caller: Caller, params: RoomParams) -> RoomReply:
        """Leave a room"""
        left = members.leave(caller, rooms.named(kind, caller, params))
        return room_reply(kind, left, caller) if kind.sends_room_after_leaving else {}

    @router.post(f"{kind.family}.addOwner")
    def add_owner(caller: Caller, params: RoomMember) -> None:
        """Give a member the role owner"""
        room = rooms.named(kind, caller, params)
        members.give_role(caller, room, users.named(params), "owner")
