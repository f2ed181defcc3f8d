"""Downloads."""

from typing import Annotated

from pimentachat.requests.bounds import NAME, REFERENCE
from pimentachat.requests.params import Params, QueryInteger, Refers


class AvatarLook(Params):
    """How a picture is wanted that is drawn."""

    format: Annotated[str, REFERENCE] = ""
    """png, jpg or jpeg; anything else is an SVG."""
    size: QueryInteger = None
    """Pixels of an edge, 200 without it."""


class AvatarOfUser(AvatarLook):
    username: Annotated[str, REFERENCE, Refers("pictured")]


class AvatarOfRoom(AvatarLook):
    rid: Annotated[str, REFERENCE, Refers("room")]


class EmojiFile(Params):
    file: Annotated[str, REFERENCE]
    """Name and extension."""


class AssetFile(Params):
    name: Annotated[str, REFERENCE]
    """Name of the asset, with or without an extension."""


class DefaultFile(Params):
    file: Annotated[str, REFERENCE]


class Download(Params):
    id: Annotated[str, REFERENCE]
    name: Annotated[str, NAME]
