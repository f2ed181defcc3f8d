"""What is in a room of any kind: messages, files, people, numbers."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms.naming import named
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import DIRECT, RoomKind
from pimentachat.requests.im import DirectCounters, DirectFiles, DirectHistory, DirectMembers, DirectPage
from pimentachat.requests.rooms import (
    CountersReply,
    FilesReply,
    HistoryReply,
    MembersReply,
    MessagesReply,
    RoomCounters,
    RoomFiles,
    RoomHistory,
    RoomMembers,
    RoomMessages,
)
from pimentachat.services.files import room_files
from pimentachat.services.messages import history
from pimentachat.services.messages.history import History
from pimentachat.services.rooms import access, members
from pimentachat.services.subscriptions import unread
from pimentachat.services.views import messages as message_views


def mount(router: Router, kind: RoomKind) -> None:
    by_person = kind is DIRECT

    @router.get(f"{kind.family}.history", params=DirectHistory if by_person else RoomHistory)
    def read_history(caller: Caller, params: RoomHistory | DirectHistory) -> HistoryReply:
        """Messages newest first, by time range"""
        room = named(kind, caller, params, archived=True)
        access.check_may_preview(caller, room)
        return history_reply(history.of_range(room, params.span), caller)

    @router.get(f"{kind.family}.messages", params=DirectPage if by_person else RoomMessages)
    def list_messages(caller: Caller, params: RoomMessages | DirectPage) -> MessagesReply:
        """Pageable list of the messages of a room"""
        room = named(kind, caller, params, archived=kind.lists_when_archived)
        access.check_may_list_messages(caller, room)
        found = history.listed(room, caller.id, params.asked)
        return {"messages": found.rows, **found.numbers}

    @router.get(f"{kind.family}.files", params=DirectFiles if by_person else RoomFiles)
    def list_files(caller: Caller, params: RoomFiles | DirectFiles) -> FilesReply:
        """Files of a room"""
        room = named(kind, caller, params, archived=True)
        access.check_may_read(caller, room)
        found = room_files.listed(room, params.asked, params.type_group)
        return {"files": found.rows, **found.numbers}

    @router.get(f"{kind.family}.members", params=DirectMembers if by_person else RoomMembers)
    def list_members(caller: Caller, params: RoomMembers | DirectMembers) -> MembersReply:
        """Members of a room"""
        room = named(kind, caller, params, archived=kind.lists_when_archived)
        found = members.of_room(caller, room, params.asked, containing=params.filter, status=params.status)
        return {"members": found.rows, **found.numbers}

    @router.get(f"{kind.family}.counters", params=DirectCounters if by_person else RoomCounters)
    def counters(caller: Caller, params: RoomCounters | DirectCounters) -> CountersReply:
        """Member, message and unread counters"""
        if isinstance(params, DirectCounters):
            return counters_reply(unread.count_direct(caller, params.whom, params.user_id))
        return counters_reply(unread.count(kind, caller, params.where, params.user_id))


def history_reply(found: History, caller: Caller) -> HistoryReply:
    reply: HistoryReply = {"messages": message_views.show(found.messages, caller.id)}
    if found.not_loaded is not None:
        reply["unreadNotLoaded"] = found.not_loaded
    if found.first_unread:
        reply["firstUnread"] = message_views.show_one(found.first_unread, caller.id)
    return reply


def counters_reply(counted: unread.Counters) -> CountersReply:
    return {
        "joined": counted.joined,
        "members": counted.members,
        "unreads": counted.unreads,
        "unreadsFrom": counted.unreads_from,
        "msgs": counted.msgs,
        "latest": counted.latest,
        "userMentions": counted.user_mentions,
    }
