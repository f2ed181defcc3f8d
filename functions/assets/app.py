"""Logo, favicon and the other pictures of the workspace."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.assets import SetAsset, UnsetAsset
from pimentachat.services.server import assets

api = Api("assets")


@api.post("assets.setAsset")
def set_asset(caller: Caller, params: SetAsset) -> None:
    """Upload a picture of the workspace"""
    assets.put(caller, params.files, params.asset_name)


@api.post("assets.unsetAsset")
def unset_asset(caller: Caller, params: UnsetAsset) -> None:
    """Go back to the default picture"""
    assets.unset(caller, params.asset_name)


handler = api.handler
