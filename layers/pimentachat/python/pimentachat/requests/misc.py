"""The server itself, and finding people and rooms in it."""

from typing import Annotated

from typing_extensions import TypedDict

from pimentachat.models.records import Document
from pimentachat.requests.bounds import FILTER, LINE, NAME, REFERENCE
from pimentachat.requests.params import Params, QueryInteger, UserParams
from pimentachat.requests.replies import PageReply, Shows
from pimentachat.services.search.directory import Asked
from pimentachat.services.server.shields import Wanted


class Directory(Params):
    query: Annotated[str, FILTER] = ""
    """JSON: `{"text": "", "type": "channels" | "users", "workspace": "local"}`."""
    text: Annotated[str | None, LINE] = None
    type: Annotated[str | None, REFERENCE] = None
    """channels or users; these two, as later servers take them, win over `query`."""
    workspace: Annotated[str, REFERENCE] = ""
    """There is none but this one."""
    sort: Annotated[str, FILTER] = ""
    """JSON: one of name, createdAt, usersCount, usernames (channels) or username (users), to 1 or -1."""
    offset: QueryInteger = None
    count: QueryInteger = None

    @property
    def asked(self) -> Asked:
        return Asked(self.query, self.text, self.type, self.sort, self.offset, self.count)


class DirectoryReply(PageReply):
    result: list[Annotated[Document, Shows("DirectoryEntry")]]


class Shield(UserParams):
    type: Annotated[str, REFERENCE] = ""
    """online, user or channel; JOIN CHAT without one."""
    icon: Annotated[str, REFERENCE] = ""
    """false: without the icon."""
    channel: Annotated[str, NAME] = ""
    name: Annotated[str, NAME] = ""
    """The text on the left."""

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.type, self.icon != "false", self.name, self.channel, self.whom)


class Statistics(Params):
    refresh: Annotated[str, REFERENCE] = ""
    """true: figures of this moment."""


class StatisticsReply(TypedDict, total=False):
    """Empty while there are none yet."""

    statistics: Annotated[Document, Shows("Statistics")]


class AllStatisticsReply(PageReply):
    statistics: list[Annotated[Document, Shows("Statistics")]]


class Spotlight(Params):
    query: Annotated[str, LINE]


class SpotlightReply(TypedDict):
    users: list[Annotated[Document, Shows("FoundUser")]]
    rooms: list[Annotated[Document, Shows("FoundRoom")]]


class InfoReply(TypedDict):
    version: str
    info: Annotated[Document, Shows("ServerInfo")]
