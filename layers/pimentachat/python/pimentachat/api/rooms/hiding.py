"""Which rooms are in the caller's list."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms.naming import named
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import DIRECT, RoomKind
from pimentachat.requests.im import CloseDirect, DirectParams
from pimentachat.requests.params import RoomParams
from pimentachat.services.subscriptions import hiding


def mount(router: Router, kind: RoomKind) -> None:
    by_person = kind is DIRECT

    @router.post(f"{kind.family}.open", params=DirectParams if by_person else RoomParams)
    def show(caller: Caller, params: RoomParams | DirectParams) -> None:
        """Show a hidden room in the caller's list again"""
        hiding.show(kind, caller, named(kind, caller, params, archived=True))

    @router.post(f"{kind.family}.close", params=CloseDirect if by_person else RoomParams)
    def hide(caller: Caller, params: RoomParams | CloseDirect) -> None:
        """Hide a room from the caller's list"""
        called = params.name if isinstance(params, CloseDirect) else None
        hiding.hide(kind, caller, named(kind, caller, params, archived=True), called=called)
