"""The verbs that kinds of rooms share, written once and mounted for each kind: `Api("channels",
room_endpoints(CHANNEL))`. What only one kind has, or has differently, is in the family's own folder."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms import editing, hiding, integrations, life, people, reading, roles
from pimentachat.models.kinds import DIRECT, RoomKind


def room_endpoints(kind: RoomKind) -> Router:
    router = Router()
    # Direct rooms are read as others are; they come and go in ways of their own.
    for part in (reading,) if kind is DIRECT else (life, editing, reading, people, roles, hiding, integrations):
        part.mount(router, kind)
    return router
