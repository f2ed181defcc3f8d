"""Messages: posting, reading one, changing, deleting. Further endpoints of `chat.*` are in pimentachat/api/chat/, by
subject."""

from pimentachat import clock
from pimentachat.api import Api
from pimentachat.api.chat import chat_endpoints
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import Bare
from pimentachat.errors.requests import NotAllowed
from pimentachat.requests.chat import (
    DeleteMessage,
    DeleteMessageReply,
    GetMessage,
    MessageReply,
    PostMessage,
    PostMessageReply,
    SendMessage,
    SendMessageReply,
    UpdateMessage,
)
from pimentachat.services.messages import access, deleting, editing, sending
from pimentachat.services.views.messages import show_one

api = Api("chat", chat_endpoints())


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


handler = api.handler
