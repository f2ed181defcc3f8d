"""Messages, and the requests and replies about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.errors import EmojiMissing, MessageIdMissing, MessageParamMissing, QueryParamRequired
from pimentachat.models.params import NotBlank, Otherwise, Params, Refers
from pimentachat.models.records import Document


@dataclass(frozen=True)
class Tally:
    """What one message adds to the counters of its room. Kept with the message, so that the stream worker can add it
    when the request died in between."""

    ordinary: bool = False
    """Counts as unread for the others; a system message or a thread reply does not."""
    latest: bool = False
    """Moves the room's `lm`; a system message does not."""
    shown: bool = False
    """Becomes the room's `lastMessage` (setting Store_Last_Message)."""
    alls: bool = False
    """Mentions everybody."""
    members: int = 0
    """+1 with the message of a join, -1 with that of a leave."""
    silent: bool = False
    """No message at all: the room takes no system messages, but its members are still counted."""


@dataclass
class Message:
    """A message (contract: models.yaml message). Its document is the wire form without what several people change at
    once."""

    document: Document
    version: int = 0
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Usernames by ":emoji:", in the order in which they came."""
    starred: set[str] = field(default_factory=set)
    replies: int = 0
    last_reply: str | None = None
    followers: set[str] = field(default_factory=set)
    tally: Tally | None = None

    @property
    def id(self) -> str:
        return str(self.document["_id"])

    @property
    def room_id(self) -> str:
        return str(self.document["rid"])

    @property
    def ts(self) -> str:
        return str(self.document["ts"])

    @property
    def author_id(self) -> str:
        return str(self.document["u"]["_id"])

    @property
    def stored_at(self) -> str:
        """When it was stored, by our clock: a client may choose a `ts` some seconds off."""
        return str(self.document["_updatedAt"])

    @property
    def system(self) -> bool:
        return bool(self.document.get("t"))

    @property
    def hidden(self) -> bool:
        return bool(self.document.get("_hidden"))

    def wire(self, viewer_id: str = "") -> Document:
        """As clients see it; of the stars, only the viewer's own is shown."""
        wire = dict(self.document)
        reactions = {emoji: {"usernames": names} for emoji, names in self.reactions.items() if names}
        if reactions:
            wire["reactions"] = reactions
        if viewer_id in self.starred:
            wire["starred"] = [{"_id": viewer_id}]
        if self.replies > 0:
            wire |= {"tcount": self.replies, "tlm": self.last_reply, "replies": sorted(self.followers)}
        return wire


def for_viewer(document: Mapping[str, Any], viewer_id: str) -> Document:
    """A stored copy of a message (a room's lastMessage) with no more stars than the viewer's own."""
    if "starred" not in document:
        return dict(document)
    return {**document, "starred": [star for star in document["starred"] if star["_id"] == viewer_id]}


# --- requests


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


class SendMessage(Params):
    message: Annotated[OutgoingMessage, Otherwise(MessageParamMissing())]


class UpdateMessage(Params):
    room_id: Annotated[str, Refers("room")]
    msg_id: Annotated[str, Refers("message")]
    text: Annotated[str, Refers("mentions")]


class DeleteMessage(Params):
    room_id: Annotated[str, Refers("room")]
    msg_id: Annotated[str, Refers("message")]
    as_user: bool = False


class GetMessage(Params):
    msg_id: Annotated[str, NotBlank, Otherwise(QueryParamRequired(name="msgId")), Refers("message")]


class React(Params):
    message_id: Annotated[str, NotBlank, Otherwise(MessageIdMissing()), Refers("message")]
    emoji: Annotated[str, Otherwise(EmojiMissing())] = ""
    reaction: str = ""
    should_react: bool | None = None


# --- replies


class PostMessageReply(TypedDict):
    ts: int
    channel: str
    message: Document


class MessageReply(TypedDict, total=False):
    """Without the key when a message with the id chosen by the client exists already (contract: chat.yaml
    chat.sendMessage)."""

    message: Document


class DeleteMessageReply(TypedDict):
    _id: str
    ts: int
    message: Document


class MessagesReply(TypedDict):
    messages: list[Document]
    count: int
    offset: int
    total: int


class HistoryReply(TypedDict, total=False):
    """`firstUnread` and `unreadNotLoaded` only when `unreads` was asked for."""

    messages: list[Document]
    firstUnread: Document
    unreadNotLoaded: int
