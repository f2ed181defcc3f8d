"""What is in a room."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import RoomKind
from pimentachat.requests.rooms import (
    CountersReply,
    HistoryReply,
    MessagesReply,
    RoomCounters,
    RoomHistory,
    RoomMessages,
)
from pimentachat.services.messages import history
from pimentachat.services.messages.history import History
from pimentachat.services.rooms import access
from pimentachat.services.subscriptions import unread
from pimentachat.services.subscriptions.unread import Counters
from pimentachat.services.views import messages as message_views


def mount(router: Router, kind: RoomKind) -> None:
    @router.get(f"{kind.family}.history")
    def read_history(caller: Caller, params: RoomHistory) -> HistoryReply:
        """Messages newest first, by time range"""
        room = access.named(kind, caller, params.where, archived=True)
        access.check_may_preview(caller, room)
        return history_reply(history.of_range(room, params.span), caller)

    @router.get(f"{kind.family}.messages")
    def list_messages(caller: Caller, params: RoomMessages) -> MessagesReply:
        """Pageable list of the messages of a room"""
        room = access.named(kind, caller, params.where, archived=kind.lists_when_archived)
        access.check_may_list_messages(caller, room)
        found = history.listed(room, caller.id, params.asked)
        return {"messages": found.rows, **found.numbers}

    @router.get(f"{kind.family}.counters")
    def counters(caller: Caller, params: RoomCounters) -> CountersReply:
        """Member, message and unread counters"""
        return counters_reply(unread.count(kind, caller, params.where, params.user_id))


def history_reply(found: History, caller: Caller) -> HistoryReply:
    reply: HistoryReply = {"messages": message_views.show(found.messages, caller.id)}
    if found.not_loaded is not None:
        reply["unreadNotLoaded"] = found.not_loaded
    if found.first_unread:
        reply["firstUnread"] = message_views.show_one(found.first_unread, caller.id)
    return reply


def counters_reply(counted: Counters) -> CountersReply:
    return {
        "joined": counted.joined,
        "members": counted.members,
        "unreads": counted.unreads,
        "unreadsFrom": counted.unreads_from,
        "msgs": counted.msgs,
        "latest": counted.latest,
        "userMentions": counted.user_mentions,
    }
