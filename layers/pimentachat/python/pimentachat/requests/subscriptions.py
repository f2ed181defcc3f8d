"""The caller's own room memberships."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.errors.requests import InvalidDate, ParamRequired
from pimentachat.models.records import Deleted
from pimentachat.requests.bounds import REFERENCE
from pimentachat.requests.params import NotBlank, Otherwise, Params, Refers, Since
from pimentachat.requests.replies import SubscriptionDocument


class GetSubscriptions(Params):
    # The refusal really names another parameter (contract: subscriptions.yaml).
    updated_since: Annotated[Since, Otherwise(InvalidDate, name="lastUpdate")] = None


class OneSubscription(Params):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(ParamRequired, name="roomId"), Refers("room")]


class ReadRoom(Params):
    """`rid`, or `roomId` as today's clients send it."""

    rid: Annotated[str, REFERENCE, Refers("room")] = ""
    room_id: Annotated[str, REFERENCE, Refers("room")] = ""


class FirstUnread(Params):
    id: Annotated[str, REFERENCE, Refers("message")] = Field(alias="_id", default="")


class UnreadRoom(Params):
    room_id: Annotated[str, REFERENCE, Refers("room")] = ""
    first_unread_message: FirstUnread = FirstUnread()


class SubscriptionChangesReply(TypedDict):
    update: list[SubscriptionDocument]
    remove: list[Deleted]


class SubscriptionReply(TypedDict, total=False):
    """Without the key when the caller is no member: that is no error (contract: subscriptions.yaml)."""

    subscription: SubscriptionDocument
