"""What differs between channels, groups and direct rooms, as data: a verb is written once and takes the kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pimentachat.errors.base import ChatError
from pimentachat.errors.rooms import (
    ChannelNotFound,
    DirectParamMissing,
    DirectRoomNotFound,
    GroupNotFound,
    GroupParamMissing,
    MakingPrivateNotAllowed,
    MakingPublicNotAllowed,
    RoomParamMissing,
)

RoomType = Literal["c", "p", "d"]
Total = Literal["channels", "groups", "directs"]


@dataclass(frozen=True, kw_only=True)
class RoomKind:
    """One kind of room. The defaults are those of direct rooms, which nobody joins, leaves or is invited to."""

    family: str
    """Of its endpoints: `channels` in `channels.create`."""
    t: RoomType
    """Its letter in records and on the wire."""
    envelope: str
    """The key under which one room is sent; lists use `envelope` + "s"."""
    title: str
    """In "The <title>, <name>, is archived"."""
    place: str
    """In '<place> "name" is required'."""
    total: Total
    """The counter of rooms of this kind."""
    param_missing: type[ChatError]
    not_found: type[ChatError]
    create_permission: str
    delete_permission: str
    becoming: tuple[type[ChatError], str] | None = None
    """How a room that is to become one of this kind is refused without `create_permission`, and what the room is told
    when it did."""
    leave_permission: str | None = None
    invite_any_permission: str | None = None
    members_only: bool = True
    """Whether somebody without access is told that the room does not exist."""
    checks_counters_first: bool = True
    """Whether `counters` of somebody else are refused before the room is looked for."""
    refuses_same_value: bool = False
    """Whether what it is already is refused: the same topic or name, an archive that is none."""
    lists_when_archived: bool = True
    """Whether messages and members of an archived room are listed."""
    open_preposition: str | None = None
    """In "is already open <to> the sender"; None: what is open is opened again in silence."""
    sends_room_after_leaving: bool = False
    """Whether `leave` and `kick` answer with the room."""


CHANNEL: Final = RoomKind(
    family="channels",
    t="c",
    envelope="channel",
    title="channel",
    place="Param",
    total="channels",
    param_missing=RoomParamMissing,
    not_found=ChannelNotFound,
    create_permission="create-c",
    delete_permission="delete-c",
    becoming=(MakingPublicNotAllowed, "Channel"),
    leave_permission="leave-c",
    invite_any_permission="add-user-to-any-c-room",
    members_only=False,
    refuses_same_value=True,
    open_preposition="to",
    sends_room_after_leaving=True,
)
GROUP: Final = RoomKind(
    family="groups",
    t="p",
    envelope="group",
    title="private group",
    place="Body param",
    total="groups",
    param_missing=GroupParamMissing,
    not_found=GroupNotFound,
    create_permission="create-p",
    delete_permission="delete-p",
    becoming=(MakingPrivateNotAllowed, "Private Group"),
    leave_permission="leave-p",
    invite_any_permission="add-user-to-any-p-room",
    checks_counters_first=False,
    lists_when_archived=False,
    open_preposition="for",
)
DIRECT: Final = RoomKind(
    family="im",
    t="d",
    envelope="im",
    title="direct message room",
    place="Body param",
    total="directs",
    param_missing=DirectParamMissing,
    not_found=DirectRoomNotFound,
    create_permission="create-d",
    delete_permission="delete-d",
)
KINDS: Final[Mapping[RoomType, RoomKind]] = {kind.t: kind for kind in (CHANNEL, GROUP, DIRECT)}
