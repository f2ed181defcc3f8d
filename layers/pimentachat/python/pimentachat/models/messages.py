"""Messages (contract: models.yaml message)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from pimentachat.clock import Instant
from pimentachat.models.records import Document

EVERYBODY: Final = ("all", "here")
"""Ids under which a message mentions the members of its room."""
_TALLY: Final = {"o": "ordinary", "l": "latest", "s": "shown", "a": "alls", "z": "silent"}
_JOINED: Final = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Tally:
    """What one message adds to the counters of its room. Kept with the message, so that the settle worker can add it
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

    def text(self) -> str:
        """As it is stored: a letter for each thing that counts, since every message carries it."""
        letters = "".join(letter for letter, name in _TALLY.items() if getattr(self, name))
        return letters + next((sign for sign, by in _JOINED.items() if by == self.members), "")

    @classmethod
    def parse(cls, text: str) -> Self:
        counted: dict[str, Any] = {_TALLY[letter]: True for letter in text if letter in _TALLY}
        return cls(**counted, members=sum(_JOINED.get(sign, 0) for sign in text))


@dataclass(frozen=True)
class Person:
    """A user as messages carry one. `name` is None for system messages and for people without a real name."""

    id: str
    username: str
    name: str | None = None

    def document(self) -> Document:
        """`{_id, username, name}`."""
        return {"_id": self.id, "username": self.username} | ({} if self.name is None else {"name": self.name})

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        return cls(document["_id"], document["username"], document.get("name"))


@dataclass(frozen=True)
class FileReference:
    """The uploaded file that a message shows."""

    id: str
    name: str = ""
    type: str = ""

    def document(self) -> Document:
        return {"_id": self.id, "name": self.name, "type": self.type}


@dataclass(frozen=True)
class Edit:
    """Who changed a message last, and when."""

    at: Instant
    by: Person


@dataclass
class Message:
    """A message. The fields above `version` are its body, which its author and editors change; those below are what
    several people change at once."""

    id: str
    room_id: str
    sent_at: Instant
    author: Person
    updated_at: Instant
    text: str = ""
    type: str | None = None
    """What kind of system message it is ("uj", "ru", "rm" ...); None for what somebody wrote."""
    thread_id: str | None = None
    """The message it replies to."""
    mentions: list[Person] | None = None
    channels: list[Document] | None = None
    """`[{_id, name}]` of the rooms that the text names with a #."""
    urls: list[Document] | None = None
    attachments: list[Document] | None = None
    file: FileReference | None = None
    edit: Edit | None = None
    parse_urls: bool | None = None
    discussion_id: str | None = None
    hidden: bool = False
    """Out of sight: deleted with its history kept, or an earlier version."""
    more: Document = field(default_factory=dict)
    """Further fields as clients see them: alias, avatar, emoji, groupable, bot, customFields ..."""
    version: int = 0
    """Rises with every change, whoever makes it."""
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Usernames by ":emoji:", in the order in which they came."""
    starred: set[str] = field(default_factory=set)
    replies: int = 0
    last_reply_at: Instant | None = None
    followers: set[str] = field(default_factory=set)
    tally: Tally | None = None
    """None: its room counted it without a safety net, or somebody settled it by hand."""

    @property
    def stored_at(self) -> Instant:
        """When it was stored, by our clock (`sent_at` may be its client's); of one that was changed since, no later."""
        return self.updated_at if self.version == 0 else min(self.sent_at, self.updated_at)

    @property
    def to_everybody(self) -> bool:
        """Whether it mentions the members of its room. A message counts once for a person: whom it names besides is
        not counted by name."""
        return any(person.id in EVERYBODY for person in self.mentions or [])

    @property
    def system(self) -> bool:
        return self.type is not None

    @property
    def pinned(self) -> bool:
        return self.more.get("pinned") is True

    @property
    def earlier(self) -> bool:
        """Whether it is no message of its own, but what another one (`parent`) was before a change."""
        return "parent" in self.more

    def earlier_version(self, version_id: str, change: Edit) -> Self:
        """What the message was before a change, to be kept out of sight under an id of its own."""
        kept = self.of(self.body())
        more = {**kept.more, "parent": self.id}
        return replace(kept, id=version_id, hidden=True, edit=change, more=more)

    def body(self) -> Document:
        """The body as it is stored: the wire form without what several people change at once."""
        body: Document = {
            "_id": self.id,
            "rid": self.room_id,
            "msg": self.text,
            "ts": self.sent_at,
            "u": self.author.document(),
            **self.more,
            "_updatedAt": self.updated_at,
        }
        for name, value in (
            ("t", self.type),
            ("tmid", self.thread_id),
            ("channels", self.channels),
            ("urls", self.urls),
            ("attachments", self.attachments),
            ("parseUrls", self.parse_urls),
            ("drid", self.discussion_id),
        ):
            if value is not None:
                body[name] = value
        if self.mentions is not None:
            body["mentions"] = [person.document() for person in self.mentions]
        if self.file:
            body["file"] = self.file.document()
        if self.edit:
            body |= {"editedAt": self.edit.at, "editedBy": self.edit.by.document()}
        if self.hidden:
            body["_hidden"] = True
        return body

    def wire(self) -> Document:
        """The whole message as clients know one, without anything that depends on who looks (services/views)."""
        wire = self.body()
        reactions = {emoji: {"usernames": names} for emoji, names in self.reactions.items() if names}
        if reactions:
            wire["reactions"] = reactions
        if self.replies > 0:
            wire |= {"tcount": self.replies, "tlm": self.last_reply_at, "replies": sorted(self.followers)}
        return wire

    def copy(self) -> Document:
        """The whole message for a copy of it: `wire`, and who starred it."""
        return self.wire() | ({"starred": sorted(self.starred)} if self.starred else {})

    @classmethod
    def of_copy(cls, wire: Mapping[str, Any]) -> Self:
        """The message of a `copy`."""
        body = {name: value for name, value in wire.items() if name not in _SHARED}
        return cls.of(
            body,
            reactions={emoji: who["usernames"] for emoji, who in wire.get("reactions", {}).items()},
            replies=wire.get("tcount", 0),
            last_reply_at=wire.get("tlm"),
            followers=set(wire.get("replies", ())),
            starred=set(wire.get("starred", ())),
        )

    @classmethod
    def of(cls, body: Mapping[str, Any], **beside: Any) -> Self:
        """The message of a body as `body` gives it; `beside` are the fields from `version` on."""
        file = body.get("file")
        return cls(
            id=body["_id"],
            room_id=body["rid"],
            sent_at=body["ts"],
            author=Person.of(body["u"]),
            updated_at=body["_updatedAt"],
            text=body["msg"],
            type=body.get("t"),
            thread_id=body.get("tmid"),
            mentions=[Person.of(person) for person in body["mentions"]] if "mentions" in body else None,
            channels=body.get("channels"),
            urls=body.get("urls"),
            attachments=body.get("attachments"),
            file=FileReference(file["_id"], file["name"], file["type"]) if file else None,
            edit=Edit(body["editedAt"], Person.of(body["editedBy"])) if "editedAt" in body else None,
            parse_urls=body.get("parseUrls"),
            discussion_id=body.get("drid"),
            hidden=bool(body.get("_hidden")),
            more={name: value for name, value in body.items() if name not in _TYPED},
            **beside,
        )


_TYPED: Final = {
    "_id", "rid", "ts", "u", "_updatedAt", "msg", "t", "tmid", "mentions", "channels", "urls", "attachments", "file",
    "editedAt", "editedBy", "parseUrls", "drid", "_hidden",
}  # fmt: skip
_SHARED: Final = {"reactions", "starred", "tcount", "tlm", "replies"}
