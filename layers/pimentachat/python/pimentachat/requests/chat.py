"""Messages."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from pimentachat.errors.messages import (
    DescriptionMissing,
    EmojiMissing,
    FollowedIdMissing,
    IgnoredRoomMissing,
    IgnoredUserMissing,
    LastUpdateMissing,
    ListRoomIdMissing,
    MessageIdMissing,
    MessageIdRequired,
    MessageParamMissing,
    ReceiptsIdMissing,
    ReportedIdMissing,
    SearchTextMissing,
    SinceInvalid,
    SinceMissing,
    SyncRoomIdMissing,
    ThreadIdMissing,
    ThreadsRoomIdMissing,
    UpdatedSinceMissing,
)
from pimentachat.errors.requests import (
    InvalidDate,
    InvalidUpdatedSince,
    QueryParamRequired,
    RoomIdQueryParamMissing,
)
from pimentachat.listing.pages import ListQuery
from pimentachat.models.records import Date, Deleted
from pimentachat.requests.bounds import (
    ADDRESS,
    ATTACHMENTS,
    CUSTOM_FIELDS,
    EMOJI,
    FILTER,
    LINE,
    MESSAGE,
    POST,
    POSTED_ATTACHMENTS,
    REFERENCE,
    SMALL_OBJECT,
    TARGETS,
)
from pimentachat.requests.params import (
    Moment,
    NotBlank,
    Otherwise,
    PageParams,
    Params,
    QueryInteger,
    Refers,
)
from pimentachat.requests.replies import MessageDocument, PageReply, ReceiptDocument
from pimentachat.services.messages.sending import Outgoing, Post


class PostMessage(Params):
    """Fields of any type where the contract ignores or converts a wrong one instead of refusing it."""

    channel: Annotated[str | list[str] | None, TARGETS, Refers("target")] = None
    room_id: Annotated[str | list[str] | None, TARGETS, Refers("room")] = None
    text: Annotated[str | None, POST, Refers("mentions")] = None
    msg: Annotated[str | None, POST, Refers("mentions")] = None
    alias: Annotated[str | None, LINE] = None
    username: Annotated[str | None, LINE] = None
    avatar: Annotated[str | None, ADDRESS] = None
    icon_url: Annotated[str | None, ADDRESS] = Field(alias="icon_url", default=None)
    emoji: Annotated[str | None, LINE] = None
    icon_emoji: Annotated[str | None, LINE] = Field(alias="icon_emoji", default=None)
    attachments: Annotated[Any, POSTED_ATTACHMENTS] = None
    parse_urls: bool | None = None
    groupable: bool | None = None
    bot: Annotated[dict[str, Any] | None, SMALL_OBJECT] = None
    tmid: Annotated[str | None, REFERENCE, Refers("message")] = None

    @property
    def targets(self) -> list[str | None]:
        # An empty list is a list: the room id only counts without a channel.
        given = self.channel if self.channel or self.channel == [] else self.room_id
        return [*given] if isinstance(given, list) else [given]

    @property
    def post(self) -> Post:
        return Post(
            text=self.text or self.msg or "",
            tmid=self.tmid,
            attachments=self.attachments if isinstance(self.attachments, list) else None,
            alias=self.username or self.alias or "",
            avatar=self.icon_url or self.avatar,
            emoji=self.icon_emoji or self.emoji,
            parse_urls=self.parse_urls,
            groupable=self.groupable or False,
            bot=self.bot,
        )


class OutgoingMessage(Params):
    """The `message` of chat.sendMessage."""

    id: Annotated[str | None, REFERENCE, Refers("message")] = Field(alias="_id", default=None)
    rid: Annotated[str, REFERENCE, Refers("room")] = ""
    msg: Annotated[Any, MESSAGE, Refers("mentions")] = None
    tmid: Annotated[str | None, REFERENCE, Refers("message")] = None
    alias: Annotated[str | None, LINE] = None
    emoji: Annotated[str | None, LINE] = None
    avatar: Annotated[str | None, ADDRESS] = None
    attachments: Annotated[Any, ATTACHMENTS] = None
    ts: Annotated[Any, SMALL_OBJECT] = None
    parse_urls: bool | None = None
    groupable: bool | None = None
    tshow: bool | None = None
    t: Annotated[str | None, LINE] = None
    bot: Annotated[dict[str, Any] | None, SMALL_OBJECT] = None
    custom_fields: Annotated[dict[str, Any] | None, CUSTOM_FIELDS] = None

    @property
    def outgoing(self) -> Outgoing:
        shown = (
            ("alias", self.alias),
            ("emoji", self.emoji),
            ("avatar", self.avatar),
            ("groupable", self.groupable),
            ("tshow", self.tshow),
            ("bot", self.bot),
            ("customFields", self.custom_fields),
        )
        return Outgoing(
            room_id=self.rid,
            text=self.msg if isinstance(self.msg, str) else "",
            id=self.id,
            ts=self.ts,
            tmid=self.tmid,
            type=self.t,
            attachments=self.attachments if isinstance(self.attachments, list) else None,
            parse_urls=self.parse_urls,
            more={name: value for name, value in shown if value is not None},
        )


class SendMessage(Params):
    message: Annotated[OutgoingMessage, Otherwise(MessageParamMissing)]


class UpdateMessage(Params):
    room_id: Annotated[str, REFERENCE, Refers("room")]
    msg_id: Annotated[str, REFERENCE, Refers("message")]
    text: Annotated[str, MESSAGE, Refers("mentions")]


class DeleteMessage(Params):
    room_id: Annotated[str, REFERENCE, Refers("room")]
    msg_id: Annotated[str, REFERENCE, Refers("message")]
    as_user: bool = False


class GetMessage(Params):
    msg_id: Annotated[str, REFERENCE, NotBlank, Otherwise(QueryParamRequired, name="msgId"), Refers("message")]


class React(Params):
    message_id: Annotated[str, REFERENCE, NotBlank, Otherwise(MessageIdMissing), Refers("message")]
    emoji: Annotated[str, EMOJI, Otherwise(EmojiMissing)] = ""
    reaction: Annotated[str, EMOJI] = ""
    should_react: bool | None = None


class OneMessage(Params):
    message_id: Annotated[str, REFERENCE, NotBlank, Otherwise(MessageIdRequired), Refers("message")]


class PinMessage(Params):
    message_id: Annotated[str, REFERENCE, NotBlank, Otherwise(MessageIdMissing), Refers("message")]


class ReportMessage(Params):
    message_id: Annotated[str, REFERENCE, NotBlank, Otherwise(ReportedIdMissing), Refers("message")]
    description: Annotated[str, LINE, Otherwise(DescriptionMissing)]


class ReadReceipts(Params):
    message_id: Annotated[str, REFERENCE, NotBlank, Otherwise(ReceiptsIdMissing), Refers("message")]


class Page(Params):
    """How lists are paged that take no filter."""

    offset: QueryInteger = None
    """How many rows to leave out at the beginning."""
    count: QueryInteger = None
    """At most so many rows; 0 is all of them, where the workspace allows it."""

    @property
    def asked(self) -> ListQuery:
        return ListQuery(self.offset, self.count)


class ListedMessages(Page):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(RoomIdQueryParamMissing), Refers("room")]


class StarredMessages(ListedMessages):
    sort: Annotated[str, FILTER] = ""
    """JSON: an object of fields to 1 (rising) or -1 (falling)."""

    @property
    def asked(self) -> ListQuery:
        return ListQuery(self.offset, self.count, self.sort)


class ListThreads(PageParams):
    rid: Annotated[str, REFERENCE, NotBlank, Otherwise(ThreadsRoomIdMissing), Refers("room")]
    type: Literal["", "following", "unread"] = ""
    text: Annotated[str, LINE] = ""


class ThreadMessages(PageParams):
    tmid: Annotated[str, REFERENCE, NotBlank, Otherwise(ThreadIdMissing), Refers("message")]


class FollowMessage(Params):
    mid: Annotated[str, REFERENCE, NotBlank, Otherwise(FollowedIdMissing), Refers("message")]


class SyncMessages(Params):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(RoomIdQueryParamMissing), Refers("room")]
    last_update: Annotated[Moment, Otherwise(InvalidDate, name="lastUpdate", missing=LastUpdateMissing)]


_UpdatedSince = Annotated[Moment, Otherwise(InvalidUpdatedSince, name="updatedSince", missing=UpdatedSinceMissing)]


class SyncThreads(Params):
    rid: Annotated[str, REFERENCE, NotBlank, Otherwise(SyncRoomIdMissing), Refers("room")]
    updated_since: _UpdatedSince


class SyncThreadMessages(Params):
    tmid: Annotated[str, REFERENCE, NotBlank, Otherwise(ThreadIdMissing), Refers("message")]
    updated_since: _UpdatedSince


class DeletedMessages(Page):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(ListRoomIdMissing), Refers("room")]
    since: Annotated[Moment, Otherwise(SinceInvalid, missing=SinceMissing)]


def _contains_true(value: object) -> object:
    return any(sign in str(value).lower() for sign in ("true", "1"))


class Search(Params):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(RoomIdQueryParamMissing), Refers("search")]
    search_text: Annotated[str, LINE, NotBlank, Otherwise(SearchTextMissing), Refers("search text")]
    """Words, "phrases", -without, from: mention: has:star has:url is:pinned before: after: on: order:, or /pattern/."""
    offset: QueryInteger = None
    """How many rows to leave out at the beginning."""
    count: QueryInteger = None
    """At most so many rows; 0 is 20."""


class IgnoreUser(Params):
    rid: Annotated[str, REFERENCE, NotBlank, Otherwise(IgnoredRoomMissing), Refers("room")]
    user_id: Annotated[str, REFERENCE, NotBlank, Otherwise(IgnoredUserMissing)]
    ignore: Annotated[bool, BeforeValidator(_contains_true)] = True
    """Text is true when it contains "true" or "1"."""


class PostMessageReply(TypedDict):
    ts: int
    channel: str
    message: MessageDocument


class MessageReply(TypedDict):
    message: MessageDocument


class PinMessageReply(TypedDict):
    """What the room says about it; false where nothing was pinned, or the room says nothing."""

    message: MessageDocument | Literal[False]


class ListedMessagesReply(PageReply):
    messages: list[MessageDocument]


class ThreadMessagesReply(PageReply):
    messages: list[MessageDocument]


class ThreadsReply(PageReply):
    threads: list[MessageDocument]


class SearchReply(TypedDict):
    messages: list[MessageDocument]
    stoppedAt: NotRequired[Date]
    """When the last message was sent that was looked at, where not all of the room's were."""


class MessageId(TypedDict):
    _id: str


class DeletedMessagesReply(PageReply):
    messages: list[MessageId]


class MessageChanges(TypedDict):
    updated: list[MessageDocument]
    deleted: list[Deleted]


class SyncMessagesReply(TypedDict):
    result: MessageChanges


class UpdateAndRemove(TypedDict):
    update: list[MessageDocument]
    remove: list[Deleted]


class SyncThreadsReply(TypedDict):
    threads: UpdateAndRemove


class SyncThreadMessagesReply(TypedDict):
    messages: UpdateAndRemove


class ReadReceiptsReply(TypedDict):
    receipts: list[ReceiptDocument]


class SendMessageReply(TypedDict, total=False):
    """Without the key when a message with the id chosen by the client exists already (contract: chat.yaml
    chat.sendMessage)."""

    message: MessageDocument


class DeletedMessageAuthor(TypedDict):
    _id: str
    username: str


class DeletedMessage(TypedDict):
    _id: str
    rid: str
    u: DeletedMessageAuthor


class DeleteMessageReply(TypedDict):
    _id: str
    ts: int
    message: DeletedMessage


class GetDiscussions(Params):
    room_id: Annotated[str, REFERENCE, Refers("room"), NotBlank, Otherwise(RoomIdQueryParamMissing)]
    text: Annotated[str, LINE] = ""
    """Only messages whose text contains this."""
    offset: QueryInteger = None
    """How many rows to leave out at the beginning."""
    count: QueryInteger = None
    """At most so many rows; 0 is all of them, where the workspace allows it."""
    sort: Annotated[str, FILTER] = ""
    """JSON: an object of fields to 1 (rising) or -1 (falling)."""

    @property
    def asked(self) -> ListQuery:
        return ListQuery(self.offset, self.count, self.sort)


class DiscussionMessagesReply(PageReply):
    messages: list[MessageDocument]
