"""The pages and their files."""

from typing import Annotated

from pimentachat.requests.bounds import REFERENCE
from pimentachat.requests.params import Params


class WebFile(Params):
    version: Annotated[str, REFERENCE]
    file: Annotated[str, REFERENCE]


class RoomPlace(Params):
    """What mails and quotes link to."""

    name: Annotated[str, REFERENCE]
    """Of the room; of a direct room the other person's username, or its id."""
    msg: Annotated[str, REFERENCE] = ""
    """The id of a message to show."""


class InvitePlace(Params):
    id: Annotated[str, REFERENCE]
