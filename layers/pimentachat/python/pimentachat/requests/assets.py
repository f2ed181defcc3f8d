"""Pictures of the workspace."""

from typing import Annotated

from pydantic import InstanceOf

from pimentachat.errors.assets import InvalidAsset
from pimentachat.models.uploads import FilePart
from pimentachat.requests.bounds import FILES, REFERENCE
from pimentachat.requests.params import Flag, Otherwise, Params


class SetAsset(Params):
    """A multipart form whose field is named after the asset."""

    files: Annotated[list[InstanceOf[FilePart]], FILES] = []
    refresh_all_clients: Annotated[str, REFERENCE] = ""


class UnsetAsset(Params):
    asset_name: Annotated[str, REFERENCE, Otherwise(InvalidAsset)]
    refresh_all_clients: Flag = False
