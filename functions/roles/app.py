"""Roles."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.roles import RolesReply
from pimentachat.services.accounts import roles

api = Api("roles")


@api.get("roles.list")
def list_roles(caller: Caller) -> RolesReply:
    """All roles"""
    return {"roles": roles.every()}


handler = api.handler
