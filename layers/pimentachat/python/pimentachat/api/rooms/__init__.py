"""The verbs that channels and groups share, written once and mounted for each kind: `Api("channels",
room_endpoints(CHANNEL))`. What only one kind has, or has differently, is in the family's own folder."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms import editing, hiding, life, people, reading, roles
from pimentachat.models.kinds import RoomKind


def room_endpoints(kind: RoomKind) -> Router:
    router = Router()
    for part in (life, editing, reading, people, roles, hiding):
        part.mount(router, kind)
    return router
