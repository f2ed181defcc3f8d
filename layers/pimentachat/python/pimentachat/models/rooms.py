"""Rooms, what differs between their kinds, and the requests and replies about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from pimentachat.errors import (
    BodyParamRequired,
    ChatError,
    DirectParamMissing,
    DirectRoomNotFound,
    GroupParamMissing,
    InvalidUpdatedSince,
    RoomNotFound,
    RoomParamMissing,
)
from pimentachat.models.params import (
    Flag,
    Moment,
    NotBlank,
    Otherwise,
    PageParams,
    Params,
    QueryInteger,
    Refers,
    RoomParams,
    Since,
    UserParams,
)
from pimentachat.models.records import Document, Record

RoomType = Literal["c", "p", "d"]
Role = Literal["owner", "moderator", "leader"]

# Fields that serve us and leave in no document; joinCode, members, importIds and e2e are hidden by the contract.
INTERNAL: Final = {
    "version",
    "ordinary",
    "alls",
    "gone",
    "counted",
    "touched_at",
    "renamed_at",
    "archived_at",
    "unarchived_at",
    "last_id",
    "last_version",
    "join_code",
}
HIDDEN: Final = frozenset({"joinCode", "members", "importIds", "e2e"})


class Room(Record):
    """A room (contract: models.yaml room). Counters and `last_message` are kept up to date by every message
    (store/rooms.py)."""

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
    last_message: Document | None = None
    last_id: str = ""
    last_version: int = 0
    counted: set[str] = set()
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
    join_code: str | None = None
    join_code_required: bool | None = None
    muted: list[str] | None = None
    unmuted: list[str] | None = None
    prid: str | None = None
    touched_at: str = ""
    """When something last happened that shows in every member's subscription, messages apart."""
    renamed_at: str = ""
    archived_at: str = ""
    unarchived_at: str = ""
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


@dataclass(frozen=True)
class RoomKind:
    """What differs between channels, groups and direct rooms. Verbs are written once and take this."""

    family: str
    type: RoomType
    envelope: str
    """The key under which one room is sent; lists use `envelope` + "s"."""
    noun: str
    """In "does not match any <noun>"."""
    title: str
    """In "The <title>, <name>, is archived"."""
    place: str
    """In '<place> "name" is required'."""
    param_missing: ChatError
    not_found: ChatError
    members_only: bool
    """Whether somebody without access is told that the room does not exist."""
    refuses_same_value: bool
    """Whether setting a topic or name to what it is already answers 400."""
    lists_when_archived: bool
    """Whether messages and members of an archived room are listed."""
    checks_counters_first: bool
    """Whether `counters` of somebody else are refused before the room is looked for."""
    sends_room_after_leaving: bool
    """Whether `leave` and `kick` answer with the room."""
    create_permission: str
    delete_permission: str
    leave_permission: str
    invite_any_permission: str


CHANNEL: Final = RoomKind(
    family="channels",
    type="c",
    envelope="channel",
    noun="channel",
    title="channel",
    place="Param",
    param_missing=RoomParamMissing(),
    not_found=RoomNotFound(noun="channel"),
    members_only=False,
    refuses_same_value=True,
    lists_when_archived=True,
    checks_counters_first=True,
    sends_room_after_leaving=True,
    create_permission="create-c",
    delete_permission="delete-c",
    leave_permission="leave-c",
    invite_any_permission="add-user-to-any-c-room",
)
GROUP: Final = RoomKind(
    family="groups",
    type="p",
    envelope="group",
    noun="group",
    title="private group",
    place="Body param",
    param_missing=GroupParamMissing(),
    not_found=RoomNotFound(noun="group"),
    members_only=True,
    refuses_same_value=False,
    lists_when_archived=False,
    checks_counters_first=False,
    sends_room_after_leaving=False,
    create_permission="create-p",
    delete_permission="delete-p",
    leave_permission="leave-p",
    invite_any_permission="add-user-to-any-p-room",
)
DIRECT: Final = RoomKind(
    family="im",
    type="d",
    envelope="im",
    noun="dirct message",
    title="direct message room",
    place="Body param",
    param_missing=DirectParamMissing(),
    not_found=DirectRoomNotFound(),
    members_only=True,
    refuses_same_value=False,
    lists_when_archived=True,
    checks_counters_first=True,
    sends_room_after_leaving=False,
    create_permission="create-d",
    delete_permission="delete-d",
    leave_permission="",
    invite_any_permission="",
)
KINDS: Final[Mapping[str, RoomKind]] = {kind.type: kind for kind in (CHANNEL, GROUP, DIRECT)}


# --- requests


class CreateRoom(Params):
    """Checked by the service, because each kind words its refusals in its own way."""

    name: Any = None
    members: Any = None
    read_only: Any = None
    custom_fields: Any = None


class DirectParams(Params):
    room_id: Annotated[str, Refers("person")] = ""
    username: Annotated[str, Refers("person")] = ""


class CreateDirect(DirectParams):
    usernames: str = ""


class ListRooms(PageParams):
    pass


class HistoryRange(Params):
    latest: Moment | None = None
    oldest: Moment | None = None
    inclusive: Flag = False
    offset: QueryInteger = None
    count: QueryInteger = None
    unreads: Flag = False
    show_thread_messages: Flag = True


class RoomHistory(RoomParams, HistoryRange):
    pass


class DirectHistory(DirectParams, HistoryRange):
    pass


class RoomMessages(RoomParams, PageParams):
    pass


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


class RoomMembers(RoomParams, PageParams):
    filter: str = ""
    status: Annotated[list[str], BeforeValidator(_texts)] = Field(alias="status[]", default=[])


class RoomCounters(RoomParams):
    user_id: str = ""


class DirectCounters(DirectParams):
    user_id: str = ""


class RoomMember(RoomParams, UserParams):
    pass


class Invite(RoomMember):
    user_ids: list[str] = []
    usernames: list[str] = []


class JoinRoom(RoomParams):
    join_code: str = ""


class SetTopic(RoomParams):
    topic: Annotated[str, NotBlank, Otherwise(BodyParamRequired(name="topic"))]


class RenameRoom(Params):
    name: Annotated[str, NotBlank, Otherwise(BodyParamRequired(name="name"))]
    room_id: Annotated[str, Refers("room")] = ""


class RoomsSince(Params):
    updated_since: Annotated[Since, Otherwise(InvalidUpdatedSince(name="updatedSince"))] = None


# --- replies


class RoomsPage(TypedDict, total=False):
    """`channels`, `groups` or `ims`, by kind, beside the three numbers."""

    channels: list[Document]
    groups: list[Document]
    ims: list[Document]
    count: int
    offset: int
    total: int


class RoomReply(TypedDict, total=False):
    """The room under `channel`, `group` or `room`, by kind."""

    channel: Document
    group: Document
    room: Document


class TopicReply(TypedDict):
    topic: str


class MembersReply(TypedDict):
    members: list[Document]
    count: int
    offset: int
    total: int


class CountersReply(TypedDict):
    """All seven keys always, null where the caller may not know."""

    joined: bool
    members: int | None
    unreads: int | None
    unreadsFrom: str | None
    msgs: int | None
    latest: str | None
    userMentions: int | None


class ChangesReply(TypedDict):
    update: list[Document]
    remove: list[Document]
