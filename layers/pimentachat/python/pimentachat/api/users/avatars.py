"""People's pictures; browsers fetch them at /avatar/{username} (functions/files)."""

from typing import Annotated

from pimentachat.api.doorway import Redirect
from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.requests.params import UserParams
from pimentachat.requests.replies import Status
from pimentachat.requests.users import SetAvatar
from pimentachat.services.files import avatars

router = Router()


@router.post("users.setAvatar")
def set_avatar(caller: Caller, params: SetAvatar) -> None:
    """Set a user's picture from an uploaded file or an address"""
    if params.avatar_url is None:
        avatars.set_from_files(caller, params.whom, params.files)
    else:
        avatars.set_from_address(caller, params.whom, params.avatar_url)


@router.post("users.resetAvatar")
def reset_avatar(caller: Caller, params: UserParams) -> None:
    """Remove a user's picture"""
    avatars.reset(caller, params.whom)


@router.get("users.getAvatar", public=True)
def get_avatar(params: UserParams) -> Annotated[Redirect, Status(307)]:
    """Where a user's picture is: a redirect, and the address as JSON text"""
    return Redirect(avatars.address(params.whom), 307, as_json=True)
