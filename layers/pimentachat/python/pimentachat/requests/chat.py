"""Messages."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.errors.messages import EmojiMissing, MessageIdMissing, MessageParamMissing
from pimentachat.errors.requests import QueryParamRequired
from pimentachat.requests.params import NotBlank, Otherwise, Params, Refers
from pimentachat.requests.replies import MessageDocument
from pimentachat.services.messages.sending import Outgoing, Post


class PostMessage(Params):
    """Fields of any type where the contract ignores or converts a wrong one instead of refusing it."""

    channel: Annotated[str | list[str] | None, Refers("target")] = None
    room_id: Annotated[str | list[str] | None, Refers("target")] = None
    text: Annotated[str | None, Refers("mentions")] = None
    msg: Annotated[str | None, Refers("mentions")] = None
    alias: str | None = None
    username: str | None = None
    avatar: str | None = None
    icon_url: str | None = Field(alias="icon_url", default=None)
    emoji: str | None = None
    icon_emoji: str | None = Field(alias="icon_emoji", default=None)
    attachments: Any = None
    parse_urls: bool | None = None
    groupable: bool | None = None
    bot: dict[str, Any] | None = None
    tmid: Annotated[str | None, Refers("message")] = None

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

    id: Annotated[str | None, Refers("message")] = Field(alias="_id", default=None)
    rid: Annotated[str, Refers("room")] = ""
    msg: Annotated[Any, Refers("mentions")] = None
    tmid: Annotated[str | None, Refers("message")] = None
    alias: str | None = None
    emoji: str | None = None
    avatar: str | None = None
    attachments: Any = None
    ts: Any = None
    parse_urls: bool | None = None
    groupable: bool | None = None
    tshow: bool | None = None
    t: str | None = None
    bot: dict[str, Any] | None = None
    custom_fields: dict[str, Any] | None = None

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
    room_id: Annotated[str, Refers("room")]
    msg_id: Annotated[str, Refers("message")]
    text: Annotated[str, Refers("mentions")]


class DeleteMessage(Params):
    room_id: Annotated[str, Refers("room")]
    msg_id: Annotated[str, Refers("message")]
    as_user: bool = False


class GetMessage(Params):
    msg_id: Annotated[str, NotBlank, Otherwise(QueryParamRequired, name="msgId"), Refers("message")]


class React(Params):
    message_id: Annotated[str, NotBlank, Otherwise(MessageIdMissing), Refers("message")]
    emoji: Annotated[str, Otherwise(EmojiMissing)] = ""
    reaction: str = ""
    should_react: bool | None = None


class PostMessageReply(TypedDict):
    ts: int
    channel: str
    message: MessageDocument


class MessageReply(TypedDict):
    message: MessageDocument


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
