"""Messages: posting, reading one, changing, deleting, reacting."""

from pimentachat import clock
from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import Bare
from pimentachat.errors.requests import NotAllowed
from pimentachat.requests.chat import (
    DeletedMessages,
    DeletedMessagesReply,
    DeleteMessage,
    DeleteMessageReply,
    DiscussionMessagesReply,
    FollowMessage,
    GetDiscussions,
    GetMessage,
    IgnoreUser,
    ListedMessages,
    ListedMessagesReply,
    ListThreads,
    MessageReply,
    OneMessage,
    PinMessage,
    PinMessageReply,
    PostMessage,
    PostMessageReply,
    React,
    ReadReceipts,
    ReadReceiptsReply,
    ReportMessage,
    Search,
    SearchReply,
    SendMessage,
    SendMessageReply,
    StarredMessages,
    SyncMessages,
    SyncMessagesReply,
    ThreadMessages,
    ThreadMessagesReply,
    ThreadsReply,
    UpdateMessage,
)
from pimentachat.services.messages import (
    access,
    deleting,
    discussions,
    editing,
    ignoring,
    lists,
    marks,
    reactions,
    receipts,
    sending,
)
from pimentachat.services.search import messages
from pimentachat.services.views.messages import show_one

api = Api("chat")


@api.post("chat.postMessage")
def post_message(caller: Caller, params: PostMessage) -> PostMessageReply:
    """Send a message to one or more rooms named by id, channel name or username"""
    message, target = sending.post(caller, params.targets, params.post)
    return {"ts": clock.milliseconds(message.sent_at), "channel": target, "message": show_one(message, caller.id)}


@api.post("chat.sendMessage")
def send_message(caller: Caller, params: SendMessage) -> SendMessageReply:
    """Send one message object, with an id chosen by the client if wanted"""
    message = sending.send(caller, params.message.outgoing)
    return {"message": show_one(message, caller.id)} if message else {}


@api.get("chat.getMessage")
def get_message(caller: Caller, params: GetMessage) -> MessageReply:
    """One message by id"""
    message, _ = access.readable(caller, params.msg_id, otherwise=NotAllowed(), missing=Bare())
    return {"message": show_one(message, caller.id)}


@api.post("chat.update")
def update(caller: Caller, params: UpdateMessage) -> MessageReply:
    """Replace the text of a message"""
    return {"message": show_one(editing.edit(caller, params.room_id, params.msg_id, params.text), caller.id)}


@api.post("chat.delete")
def delete(caller: Caller, params: DeleteMessage) -> DeleteMessageReply:
    """Delete a message"""
    gone = deleting.delete(caller, params.room_id, params.msg_id, as_user=params.as_user)
    return {
        "_id": gone.id,
        "ts": clock.milliseconds(clock.now_text()),
        "message": {
            "_id": gone.id,
            "rid": gone.room_id,
            "u": {"_id": gone.author.id, "username": gone.author.username},
        },
    }


@api.post("chat.pinMessage")
def pin_message(caller: Caller, params: PinMessage) -> PinMessageReply:
    """Pin a message; returns what the room says about it"""
    said = marks.pin(caller, params.message_id)
    return {"message": show_one(said, caller.id) if said else False}


@api.post("chat.unPinMessage")
def unpin_message(caller: Caller, params: OneMessage) -> None:
    """Unpin a message"""
    marks.unpin(caller, params.message_id)


@api.post("chat.starMessage")
def star_message(caller: Caller, params: OneMessage) -> None:
    """Star a message for the caller"""
    marks.star(caller, params.message_id)


@api.post("chat.unStarMessage")
def unstar_message(caller: Caller, params: OneMessage) -> None:
    """Remove the caller's star"""
    marks.unstar(caller, params.message_id)


@api.post("chat.followMessage")
def follow_message(caller: Caller, params: FollowMessage) -> None:
    """Follow a thread"""
    marks.follow(caller, params.mid)


@api.post("chat.unfollowMessage")
def unfollow_message(caller: Caller, params: FollowMessage) -> None:
    """Stop following a thread"""
    marks.unfollow(caller, params.mid)


@api.post("chat.reportMessage")
def report_message(caller: Caller, params: ReportMessage) -> None:
    """Report a message to the administrators"""
    marks.report(caller, params.message_id, params.description)


@api.get("chat.ignoreUser")
def ignore_user(caller: Caller, params: IgnoreUser) -> None:
    """Ignore or un-ignore a member in a room"""
    ignoring.ignore(caller, params.rid, params.user_id, ignored=params.ignore)


@api.post("chat.react")
def react(caller: Caller, params: React) -> None:
    """Toggle or set the caller's reaction"""
    reactions.react(caller, params.message_id, params.emoji or params.reaction, wanted=params.should_react)


@api.get("chat.getPinnedMessages")
def get_pinned_messages(caller: Caller, params: ListedMessages) -> ListedMessagesReply:
    """Pinned messages of a room"""
    found = lists.pinned(caller, params.room_id, params.asked)
    return {"messages": found.rows, **found.numbers}


@api.get("chat.getStarredMessages")
def get_starred_messages(caller: Caller, params: StarredMessages) -> ListedMessagesReply:
    """The caller's starred messages in a room"""
    found = lists.starred(caller, params.room_id, params.asked)
    return {"messages": found.rows, **found.numbers}


@api.get("chat.getMentionedMessages")
def get_mentioned_messages(caller: Caller, params: ListedMessages) -> ListedMessagesReply:
    """Messages of a room that mention the caller"""
    found = lists.mentioning(caller, params.room_id, params.asked, otherwise=NotAllowed())
    return {"messages": found.rows, **found.numbers}


@api.get("chat.getThreadsList")
def get_threads_list(caller: Caller, params: ListThreads) -> ThreadsReply:
    """Thread parents of a room"""
    found = lists.threads(caller, params.rid, params.asked, kind=params.type, text=params.text)
    return {"threads": found.rows, **found.numbers}


@api.get("chat.getThreadMessages")
def get_thread_messages(caller: Caller, params: ThreadMessages) -> ThreadMessagesReply:
    """Replies of a thread, without its first message"""
    found = lists.replies(caller, params.tmid, params.asked)
    return {"messages": found.rows, **found.numbers}


@api.get("chat.syncMessages")
def sync_messages(caller: Caller, params: SyncMessages) -> SyncMessagesReply:
    """Messages changed or deleted since a date"""
    updated, deleted = lists.changes(caller, params.room_id, params.last_update)
    return {"result": {"updated": updated, "deleted": deleted}}


@api.get("chat.getDeletedMessages")
def get_deleted_messages(caller: Caller, params: DeletedMessages) -> DeletedMessagesReply:
    """Ids of messages deleted since a date"""
    found = lists.deleted(caller, params.room_id, params.since, params.asked)
    return {"messages": [{"_id": row["_id"]} for row in found.rows], **found.numbers}


@api.get("chat.getMessageReadReceipts")
def get_message_read_receipts(caller: Caller, params: ReadReceipts) -> ReadReceiptsReply:
    """Who has read a message"""
    return {"receipts": receipts.of(caller, params.message_id)}


@api.get("chat.getDiscussions")
def get_discussions(caller: Caller, params: GetDiscussions) -> DiscussionMessagesReply:
    """Messages of a room that tell of discussions"""
    found = discussions.messages_of_room(caller, params.room_id, params.asked, params.text)
    return {"messages": found.rows, **found.numbers}


@api.get("chat.search")
def search(caller: Caller, params: Search) -> SearchReply:
    """Search messages of one room"""
    found = messages.search(caller, params.room_id, params.search_text, offset=params.offset or 0, count=params.count)
    reply: SearchReply = {"messages": found.messages}
    if found.stopped_at:
        reply["stoppedAt"] = found.stopped_at
    return reply


handler = api.handler
