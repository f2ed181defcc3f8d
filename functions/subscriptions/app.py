"""The caller's own room memberships."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.subscriptions import (
    GetSubscriptions,
    OneSubscription,
    ReadRoom,
    SubscriptionChangesReply,
    SubscriptionReply,
    UnreadRoom,
)
from pimentachat.services.subscriptions import subscriptions

api = Api("subscriptions")


@api.get("subscriptions.get")
def get(caller: Caller, params: GetSubscriptions) -> SubscriptionChangesReply:
    """All subscriptions of the caller, or the changes since a moment"""
    update, remove = subscriptions.changes(caller, params.updated_since or "")
    return {"update": update, "remove": remove}


@api.get("subscriptions.getOne")
def get_one(caller: Caller, params: OneSubscription) -> SubscriptionReply:
    """The caller's subscription in one room"""
    found = subscriptions.one(caller, params.room_id)
    return {"subscription": found} if found else {}


@api.post("subscriptions.read")
def read(caller: Caller, params: ReadRoom) -> None:
    """Mark a room as read"""
    subscriptions.mark_read(caller, params.rid or params.room_id)


@api.post("subscriptions.unread")
def unread(caller: Caller, params: UnreadRoom) -> None:
    """Mark a room as unread from a message on"""
    subscriptions.mark_unread(caller, params.room_id, params.first_unread_message.id)


handler = api.handler
