"""How a request names its room: by its id or name, a direct room also by the other person."""

from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import RoomKind
from pimentachat.models.rooms import Room
from pimentachat.requests.im import DirectParams
from pimentachat.requests.params import RoomParams
from pimentachat.services.rooms import access, direct


def named(kind: RoomKind, caller: Caller, params: RoomParams | DirectParams, *, archived: bool) -> Room:
    """The room that a request of this kind names; `archived` lets archived ones through (direct rooms always are).

    Raises:
        ChatError: as `access.named` and `direct.named`.
    """
    if isinstance(params, DirectParams):
        return direct.named(caller.user, params.whom)
    return access.named(kind, caller, params.where, archived=archived)
