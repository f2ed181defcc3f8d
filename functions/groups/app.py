"""Private groups. What they share with channels is in pimentachat/api/rooms.py."""

from typing import cast

from pimentachat.api import Api
from pimentachat.api.rooms import room_endpoints
from pimentachat.auth.callers import Caller
from pimentachat.models.rooms import GROUP, ListRooms, RoomsPage
from pimentachat.services import rooms

api = Api("groups", room_endpoints(GROUP))


@api.get("groups.list")
def list_groups(caller: Caller, params: ListRooms) -> RoomsPage:
    """Groups the caller is a member of"""
    return cast(RoomsPage, rooms.joined(GROUP, caller, params).under(GROUP.envelope + "s"))


handler = api.handler
