"""Which rooms are in the caller's list."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import RoomKind
from pimentachat.requests.params import RoomParams
from pimentachat.services.rooms import access
from pimentachat.services.subscriptions import hiding


def mount(router: Router, kind: RoomKind) -> None:
    @router.post(f"{kind.family}.open")
    def show(caller: Caller, params: RoomParams) -> None:
        """Show a hidden room in the caller's list again"""
        hiding.show(kind, caller, access.named(kind, caller, params.where, archived=True))

    @router.post(f"{kind.family}.close")
    def hide(caller: Caller, params: RoomParams) -> None:
        """Hide a room from the caller's list"""
        hiding.hide(kind, caller, access.named(kind, caller, params.where, archived=True))
