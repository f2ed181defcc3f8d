"""Who is there."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.models.users import User
from pimentachat.requests.presence import (
    Presence,
    PresenceDocument,
    PresentReply,
    SetStatus,
    StatusDocument,
    WhosePresence,
)
from pimentachat.services.accounts import presence, users

router = Router()


def _whose(caller: Caller, params: WhosePresence) -> User:
    return users.named(params.whom) if params.anybody else caller.user


@router.get("users.getPresence")
def get_presence(caller: Caller, params: WhosePresence) -> PresenceDocument:
    """Presence of a user"""
    return presence.of(caller, _whose(caller, params))


@router.get("users.getStatus")
def get_status(caller: Caller, params: WhosePresence) -> StatusDocument:
    """Status of a user, with its text"""
    return presence.status_of(_whose(caller, params))


@router.post("users.setStatus")
def set_status(caller: Caller, params: SetStatus) -> None:
    """Set one's status and status text"""
    presence.choose(caller, params.status, params.message)


@router.get("users.presence")
def list_present(caller: Caller, params: Presence) -> PresentReply:
    """Users who are not offline, or those who came, changed or went since a moment of the last ten minutes"""
    found, full = presence.everybody(caller, params.from_, params.user_ids)
    return {"users": found, "full": full}
