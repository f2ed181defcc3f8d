"""Replies that hold rooms under the key of their kind: `channel`, `groups` ..."""

from typing import Any, Final

from typing_extensions import TypedDict

from pimentachat.auth.callers import Caller
from pimentachat.listing.pages import Listed
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP, RoomKind
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.requests.replies import PageReply, RoomDocument
from pimentachat.services.views import rooms as room_views


class ChannelReply(TypedDict):
    channel: RoomDocument


class GroupReply(TypedDict):
    group: RoomDocument


class ChannelsReply(PageReply):
    channels: list[RoomDocument]


class GroupsReply(PageReply):
    groups: list[RoomDocument]


class DirectsReply(PageReply):
    ims: list[RoomDocument]


ROOM_REPLY: Final[dict[str, Any]] = {CHANNEL.family: ChannelReply, GROUP.family: GroupReply}
PAGE_REPLY: Final[dict[str, Any]] = {
    CHANNEL.family: ChannelsReply,
    GROUP.family: GroupsReply,
    DIRECT.family: DirectsReply,
}


def room_reply(kind: RoomKind, room: Room, caller: Caller) -> Document:
    """One room, under the key that its kind is sent under."""
    return {kind.envelope: room_views.show_one(room, caller.id)}


def page_reply(kind: RoomKind, found: Listed) -> dict[str, Any]:
    """A page of rooms, under the key that its kind is sent under."""
    return {f"{kind.envelope}s": found.rows, **found.numbers}
