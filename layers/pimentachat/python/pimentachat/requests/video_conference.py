"""Video conferences by Jitsi."""

from typing import Annotated

from typing_extensions import TypedDict

from pimentachat.errors.calls import JitsiRoomMissing
from pimentachat.models.records import Date
from pimentachat.requests.bounds import REFERENCE
from pimentachat.requests.params import NotBlank, Otherwise, Params, Refers


class UpdateJitsiTimeout(Params):
    room_id: Annotated[str, REFERENCE, NotBlank, Otherwise(JitsiRoomMissing), Refers("room")]
    joining_now: bool = False
    """Taken from later clients; nothing depends on it."""


class JitsiReply(TypedDict):
    jitsiTimeout: Date
