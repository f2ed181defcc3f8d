"""Links that invite into rooms."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.invites import (
    FindOrCreateInvite,
    InvitedTo,
    InviteReply,
    InvitesReply,
    InviteToken,
    RemoveInvite,
    UseInviteReply,
    ValidInviteReply,
)
from pimentachat.services.rooms import invites

api = Api("invites")


@api.post("findOrCreateInvite")
def find_or_create_invite(caller: Caller, params: FindOrCreateInvite) -> InviteReply:
    """Get or create a link that invites into a room"""
    return invites.shown(invites.find_or_create(caller, params.rid, params.days, params.max_uses))


@api.get("listInvites", envelope="bare")
def list_invites(caller: Caller) -> InvitesReply:
    """The links that invite into rooms: all for administrators, else the caller's own"""
    return [invites.shown(invite) for invite in invites.visible(caller)]


@api.delete("removeInvite/{id}")
def remove_invite(caller: Caller, params: RemoveInvite) -> None:
    """Take a link away"""
    invites.remove(caller, params.id)


@api.post("useInviteToken")
def use_invite_token(caller: Caller, params: InviteToken) -> UseInviteReply:
    """Join the room of a link"""
    room = invites.use(caller, params.token)
    joined: InvitedTo = {"rid": room.id, "name": room.name or "", "fname": room.title, "t": room.t}
    if room.prid:
        joined["prid"] = room.prid
    return {"room": joined}


@api.post("validateInviteToken", public=True)
def validate_invite_token(params: InviteToken) -> ValidInviteReply:
    """Whether a link lets somebody in"""
    return {"valid": invites.valid(params.token)}


handler = api.handler
