"""Links that invite into rooms."""

from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from pimentachat.errors.invites import InvalidInviteToken, InviteRoomRequired
from pimentachat.models.kinds import RoomType
from pimentachat.requests.bounds import REFERENCE
from pimentachat.requests.params import NotBlank, Otherwise, Params, Refers
from pimentachat.requests.replies import InviteDocument

InviteReply = InviteDocument
InvitesReply = list[InviteDocument]


class FindOrCreateInvite(Params):
    rid: Annotated[str, REFERENCE, Refers("room"), NotBlank, Otherwise(InviteRoomRequired)]
    days: int = 1
    """0, 1, 7, 15 or 30; 0: for ever."""
    max_uses: int = 0
    """0, 5, 10, 25, 50 or 100; 0: as often as anybody likes."""


class RemoveInvite(Params):
    id: Annotated[str, REFERENCE, Refers("invite")]


class InviteToken(Params):
    token: Annotated[str, REFERENCE, Refers("invite"), NotBlank, Otherwise(InvalidInviteToken)]


class InvitedTo(TypedDict):
    rid: str
    name: str
    fname: str
    t: RoomType
    prid: NotRequired[str]


class UseInviteReply(TypedDict):
    room: InvitedTo


class ValidInviteReply(TypedDict):
    valid: bool
