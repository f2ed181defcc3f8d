"""Messages: posting, reading one, changing, deleting, reacting."""

from pimentachat import clock
from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.messages import (
    DeleteMessage,
    DeleteMessageReply,
    GetMessage,
    MessageReply,
    PostMessage,
    PostMessageReply,
    React,
    SendMessage,
    UpdateMessage,
)
from pimentachat.services import history, messages, reactions, sending

api = Api("chat")


@api.post("chat.postMessage")
def post_message(caller: Caller, params: PostMessage) -> PostMessageReply:
    """Send a message to one or more rooms named by id, channel name or username"""
    message, target = sending.post(caller, params)
    return {"ts": clock.milliseconds(message.ts), "channel": target, "message": message.wire(caller.id)}


@api.post("chat.sendMessage")
def send_message(caller: Caller, params: SendMessage) -> MessageReply:
    """Send one message object, with an id chosen by the client if wanted"""
    message = sending.send(caller, params.message)
    return {"message": message.wire(caller.id)} if message else {}


@api.get("chat.getMessage")
def get_message(caller: Caller, params: GetMessage) -> MessageReply:
    """One message by id"""
    [shown] = history.shown([messages.get(caller, params.msg_id)], caller.id)
    return {"message": shown}


@api.post("chat.update")
def update(caller: Caller, params: UpdateMessage) -> MessageReply:
    """Replace the text of a message"""
    return {"message": messages.edit(caller, params).wire(caller.id)}


@api.post("chat.delete")
def delete(caller: Caller, params: DeleteMessage) -> DeleteMessageReply:
    """Delete a message"""
    gone = messages.delete(caller, params)
    author = {name: gone.document["u"][name] for name in ("_id", "username")}
    return {
        "_id": gone.id,
        "ts": clock.milliseconds(clock.now_text()),
        "message": {"_id": gone.id, "rid": gone.room_id, "u": author},
    }


@api.post("chat.react")
def react(caller: Caller, params: React) -> None:
    """Toggle or set the caller's reaction"""
    reactions.react(caller, params)


handler = api.handler
