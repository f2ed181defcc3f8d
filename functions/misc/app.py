"""The server itself, and finding people and rooms in it."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.misc import InfoReply, Spotlight, SpotlightReply
from pimentachat.services.search import spotlight as search
from pimentachat.services.server import info as server

api = Api("misc")


@api.get("/api/info", public=True)
@api.get("info", public=True)
def info(caller: Caller | None) -> InfoReply:
    """The server's version; more about it for administrators"""
    # Clients look for the version in either place.
    return {"version": server.SPOKEN_VERSION, "info": server.about(caller)}


@api.get("spotlight")
def spotlight(caller: Caller, params: Spotlight) -> SpotlightReply:
    """Quick search for users and channels"""
    people, channels = search.spotlight(caller, params.query)
    return {"users": people, "rooms": channels}


handler = api.handler
