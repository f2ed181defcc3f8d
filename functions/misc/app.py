"""The server itself, and finding people and rooms in it."""

from typing import Annotated

from pimentachat.api import Api, Raw
from pimentachat.api.pictures import HARMLESS
from pimentachat.auth.callers import Caller
from pimentachat.requests.misc import (
    AllStatisticsReply,
    Directory,
    DirectoryReply,
    InfoReply,
    Shield,
    Spotlight,
    SpotlightReply,
    Statistics,
    StatisticsReply,
)
from pimentachat.requests.params import PageParams
from pimentachat.requests.replies import Media
from pimentachat.services.search import directory as searching
from pimentachat.services.search import spotlight as search
from pimentachat.services.server import info as server
from pimentachat.services.server import shields
from pimentachat.services.server import statistics as figures

api = Api("misc")


@api.get("/api/info", public=True)
@api.get("info", public=True)
def info(caller: Caller | None) -> InfoReply:
    """The server's version; more about it for administrators"""
    # Clients look for the version in either place.
    return {"version": server.SPOKEN_VERSION, "info": server.about(caller)}


@api.get("directory")
def directory(caller: Caller, params: Directory) -> DirectoryReply:
    """Search channels or people of the whole workspace"""
    found = searching.page(caller, params.asked)
    return {"result": found.rows, **found.numbers}


@api.get("shield.svg", public=True)
def shield(params: Shield) -> Annotated[Raw, Media("image/svg+xml")]:
    """A badge for pages elsewhere"""
    return Raw(shields.drawn(params.wanted), "image/svg+xml;charset=utf-8", HARMLESS)


@api.get("spotlight")
def spotlight(caller: Caller, params: Spotlight) -> SpotlightReply:
    """Quick search for users and channels"""
    people, channels = search.spotlight(caller, params.query)
    return {"users": people, "rooms": channels}


@api.get("statistics")
def statistics(caller: Caller, params: Statistics) -> StatisticsReply:
    """The latest statistics of the workspace, or fresh ones"""
    found = figures.latest(caller, fresh=params.refresh == "true")
    return {"statistics": found} if found else {}


@api.get("statistics.list", permission="view-statistics")
def list_statistics(caller: Caller, params: PageParams) -> AllStatisticsReply:
    """All statistics that are kept, paged"""
    found = figures.every(params.asked)
    return {"statistics": found.rows, **found.numbers}


handler = api.handler
