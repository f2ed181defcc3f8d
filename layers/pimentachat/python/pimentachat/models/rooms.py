"""Rooms (contract: models.yaml room)."""

from typing import Final, Literal

from pydantic import Field, InstanceOf

from pimentachat.models.kinds import KINDS, RoomKind, RoomType
from pimentachat.models.messages import Message
from pimentachat.models.records import Document, Record

Role = Literal["owner", "moderator", "leader"]
ROLES: Final[tuple[Role, ...]] = ("owner", "moderator", "leader")

# Fields that serve us and leave in no document; joinCode, members, importIds and e2e are hidden by the contract.
INTERNAL: Final = {
    "version",
    "ordinary",
    "alls",
    "gone",
    "counted",
    "counted_late",
    "settled",
    "counted_at",
    "touched_at",
    "renamed_at",
    "archived_at",
    "unarchived_at",
    "quiet",
    "last_id",
    "last_version",
    "join_code",
}
MUTED_MOST: Final = 100
"""Names in `muted` of a read-only room: who may write there is decided without them."""
HIDDEN: Final = frozenset({"joinCode", "members", "importIds", "e2e"})


class Room(Record):
    """A room. Counters and `last_message` are kept up to date by every message (store/rooms.py)."""

    t: RoomType
    name: str | None = None
    fname: str | None = None
    u: Document | None = None
    usernames: list[str] | None = None
    uids: list[str] | None = None
    ts: str
    msgs: int = 0
    users_count: int = 0
    ordinary: int = 0
    """Messages that count as unread for the others: system messages and thread replies do not."""
    alls: int = 0
    """Messages that mention everybody."""
    gone: int = 0
    """Messages that were deleted or hidden: `msgs` never falls (contract: models.yaml room.msgs)."""
    lm: str | None = None
    last_message: InstanceOf[Message] | None = Field(default=None, exclude=True)
    last_id: str = ""
    last_version: int = 0
    counted: set[str] = set()
    """Messages that are in these numbers and that the settle worker has not seen to yet (store/rooms.py)."""
    counted_late: set[str] = set()
    """Those of `counted` that the worker itself counted, because their requests had not."""
    settled: str = ""
    """The watermark: the highest stream position up to which the worker has settled this room's messages."""
    counted_at: str = ""
    """When a message last changed these numbers. `lm` is the message's own time, which is earlier."""
    topic: str | None = None
    description: str | None = None
    announcement: str | None = None
    custom_fields: Document | None = None
    ro: bool | None = None
    react_when_read_only: bool | None = None
    sys_mes: bool | None = None
    default: bool | None = None
    archived: bool | None = None
    broadcast: bool | None = None
    encrypted: bool | None = None
    join_code: str | None = None
    join_code_required: bool | None = None
    muted: list[str] | None = None
    unmuted: list[str] | None = None
    prid: str | None = None
    jitsi_timeout: str | None = None
    """Until when a video call is going on."""
    touched_at: str = ""
    """When something last happened that shows in every member's subscription, messages apart."""
    renamed_at: str = ""
    archived_at: str = ""
    unarchived_at: str = ""
    quiet: int = 0
    """The room's ordinary messages when it came back from the archive: they are no news any more."""
    version: int = 0

    def document(self, *, without: set[str] | None = None) -> Document:
        return super().document(without=INTERNAL | (without or set()))

    @property
    def title(self) -> str:
        """The name in answers: the display name for discussions, else the name."""
        return (self.fname if self.prid else self.name) or self.name or ""

    @property
    def takes_system_messages(self) -> bool:
        return self.sys_mes is not False

    @property
    def kind(self) -> RoomKind:
        return KINDS[self.t]
