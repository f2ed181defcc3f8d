"""Pictures of the workspace."""

from typing import Annotated

from pydantic import InstanceOf

from pimentachat.errors.assets import InvalidAsset
from pimentachat.models.uploads import FilePart
from pimentachat.requests.bounds import FILES, REFERENCE
from pimentachat.requests.params import Flag, Otherwise, Params


class SetAsset(Params):
    """A multipart form whose field of the file is named after the asset."""

    files: Annotated[list[InstanceOf[FilePart]], FILES] = []
    asset_name: Annotated[str, REFERENCE] = ""
    """Where clients of later servers name the asset; the field is then called otherwise."""
    refresh_all_clients: Annotated[str, REFERENCE] = ""


class UnsetAsset(Params):
    asset_name: Annotated[str, REFERENCE, Otherwise(InvalidAsset)]
    refresh_all_clients: Flag = False
