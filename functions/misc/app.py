"""The server itself, and finding people and rooms in it."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.workspace import InfoReply, Spotlight, SpotlightReply
from pimentachat.services import search, server

api = Api("misc")


@api.get("/api/info", public=True)
@api.get("info", public=True)
def info(caller: Caller | None) -> InfoReply:
    """The server's version; more about it for administrators"""
    return server.info(caller)


@api.get("spotlight")
def spotlight(caller: Caller, params: Spotlight) -> SpotlightReply:
    """Quick search for users and channels"""
    people, channels = search.spotlight(caller, params.query)
    return {"users": people, "rooms": channels}


handler = api.handler
