"""The verbs that kinds of rooms share, written once and mounted for each kind: `Api("channels",
room_endpoints(CHANNEL))`. What only one kind has, or has differently, is in the family's own folder."""

from pimentachat.api.registry import Router
from pimentachat.api.rooms import editing, hiding, integrations, life, people, reading, roles, topics
from pimentachat.models.kinds import DIRECT, RoomKind


def room_endpoints(kind: RoomKind) -> Router:
    router = Router()
    # Direct rooms come and go in ways of their own, and nobody is invited or holds a role there.
    direct = (topics, reading, hiding)
    for part in direct if kind is DIRECT else (life, topics, editing, reading, people, roles, hiding, integrations):
        part.mount(router, kind)
    return router
