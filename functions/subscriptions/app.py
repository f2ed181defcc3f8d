"""The caller's own room memberships."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.memberships import GetSubscriptions, OneSubscription, ReadRoom, SubscriptionReply
from pimentachat.models.rooms import ChangesReply
from pimentachat.services import subscriptions

api = Api("subscriptions")


@api.get("subscriptions.get")
def get(caller: Caller, params: GetSubscriptions) -> ChangesReply:
    """All subscriptions of the caller, or the changes since a moment"""
    return subscriptions.changes(caller, params)


@api.get("subscriptions.getOne")
def get_one(caller: Caller, params: OneSubscription) -> SubscriptionReply:
    """The caller's subscription in one room"""
    found = subscriptions.one(caller, params.room_id)
    return {"subscription": found} if found else {}


@api.post("subscriptions.read")
def read(caller: Caller, params: ReadRoom) -> None:
    """Mark a room as read"""
    subscriptions.read(caller, params)


handler = api.handler
