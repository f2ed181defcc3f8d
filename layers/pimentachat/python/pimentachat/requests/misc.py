"""The server itself, and finding people and rooms in it."""

from typing import Annotated

from typing_extensions import TypedDict

from pimentachat.models.records import Document
from pimentachat.requests.bounds import LINE
from pimentachat.requests.params import Params
from pimentachat.requests.replies import Shows


class Spotlight(Params):
    query: Annotated[str, LINE]


class SpotlightReply(TypedDict):
    users: list[Annotated[Document, Shows("FoundUser")]]
    rooms: list[Annotated[Document, Shows("FoundRoom")]]


class InfoReply(TypedDict):
    version: str
    info: Annotated[Document, Shows("ServerInfo")]
