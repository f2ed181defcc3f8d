"""Private groups. What they share with channels is in pimentachat/api/rooms.py."""

from pimentachat.api import Api
from pimentachat.api.rooms import room_endpoints, rooms_page
from pimentachat.auth.callers import Caller
from pimentachat.models.rooms import GROUP, ListRooms, RoomsPage
from pimentachat.services import rooms

api = Api("groups", room_endpoints(GROUP))


@api.get("groups.list")
def list_groups(caller: Caller, params: ListRooms) -> RoomsPage:
    """Groups the caller is a member of"""
    return rooms_page(GROUP, rooms.joined(GROUP, caller, params))


handler = api.handler
