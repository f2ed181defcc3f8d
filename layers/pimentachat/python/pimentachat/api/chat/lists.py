"""Lists of messages, what changed in them, and finding some."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import NotAllowed
from pimentachat.requests.chat import (
    DeletedMessages,
    DeletedMessagesReply,
    DiscussionMessagesReply,
    GetDiscussions,
    ListedMessages,
    ListedMessagesReply,
    ListThreads,
    ReadReceipts,
    ReadReceiptsReply,
    Search,
    SearchReply,
    StarredMessages,
    SyncMessages,
    SyncMessagesReply,
    SyncThreadMessages,
    SyncThreadMessagesReply,
    SyncThreads,
    SyncThreadsReply,
    ThreadMessages,
    ThreadMessagesReply,
    ThreadsReply,
)
from pimentachat.services.messages import discussions, lists, receipts
from pimentachat.services.search import messages

router = Router()


@router.get("chat.getPinnedMessages")
def get_pinned_messages(caller: Caller, params: ListedMessages) -> ListedMessagesReply:
    """Pinned messages of a room"""
    found = lists.pinned(caller, params.room_id, params.asked)
    return {"messages": found.rows, **found.numbers}


@router.get("chat.getStarredMessages")
def get_starred_messages(caller: Caller, params: StarredMessages) -> ListedMessagesReply:
    """The caller's starred messages in a room"""
    found = lists.starred(caller, params.room_id, params.asked)
    return {"messages": found.rows, **found.numbers}


@router.get("chat.getMentionedMessages")
def get_mentioned_messages(caller: Caller, params: ListedMessages) -> ListedMessagesReply:
    """Messages of a room that mention the caller"""
    found = lists.mentioning(caller, params.room_id, params.asked, otherwise=NotAllowed())
    return {"messages": found.rows, **found.numbers}


@router.get("chat.getThreadsList")
def get_threads_list(caller: Caller, params: ListThreads) -> ThreadsReply:
    """Thread parents of a room"""
    found = lists.threads(caller, params.rid, params.asked, kind=params.type, text=params.text)
    return {"threads": found.rows, **found.numbers}


@router.get("chat.getThreadMessages")
def get_thread_messages(caller: Caller, params: ThreadMessages) -> ThreadMessagesReply:
    """Replies of a thread, without its first message"""
    found = lists.replies(caller, params.tmid, params.asked)
    return {"messages": found.rows, **found.numbers}


@router.get("chat.syncMessages")
def sync_messages(caller: Caller, params: SyncMessages) -> SyncMessagesReply:
    """Messages changed or deleted since a date"""
    updated, deleted = lists.changes(caller, params.room_id, params.last_update)
    return {"result": {"updated": updated, "deleted": deleted}}


@router.get("chat.syncThreadsList")
def sync_threads_list(caller: Caller, params: SyncThreads) -> SyncThreadsReply:
    """Thread parents of a room that changed or were deleted since a date"""
    update, remove = lists.changes_of_threads(caller, params.rid, params.updated_since)
    return {"threads": {"update": update, "remove": remove}}


@router.get("chat.syncThreadMessages")
def sync_thread_messages(caller: Caller, params: SyncThreadMessages) -> SyncThreadMessagesReply:
    """Replies of a thread that changed or were deleted since a date"""
    update, remove = lists.changes_of_replies(caller, params.tmid, params.updated_since)
    return {"messages": {"update": update, "remove": remove}}


@router.get("chat.getDeletedMessages")
def get_deleted_messages(caller: Caller, params: DeletedMessages) -> DeletedMessagesReply:
    """Ids of messages deleted since a date"""
    found = lists.deleted(caller, params.room_id, params.since, params.asked)
    return {"messages": [{"_id": row["_id"]} for row in found.rows], **found.numbers}


@router.get("chat.getMessageReadReceipts")
def get_message_read_receipts(caller: Caller, params: ReadReceipts) -> ReadReceiptsReply:
    """Who has read a message"""
    return {"receipts": receipts.of(caller, params.message_id)}


@router.get("chat.getDiscussions")
def get_discussions(caller: Caller, params: GetDiscussions) -> DiscussionMessagesReply:
    """Messages of a room that tell of discussions"""
    found = discussions.messages_of_room(caller, params.room_id, params.asked, params.text)
    return {"messages": found.rows, **found.numbers}


@router.get("chat.search")
def search(caller: Caller, params: Search) -> SearchReply:
    """Search messages of one room"""
    found = messages.search(caller, params.room_id, params.search_text, offset=params.offset or 0, count=params.count)
    reply: SearchReply = {"messages": found.messages}
    if found.stopped_at:
        reply["stoppedAt"] = found.stopped_at
    return reply
