"""Roles."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.workspace import RolesReply
from pimentachat.services import settings

api = Api("roles")


@api.get("roles.list")
def list_roles(caller: Caller) -> RolesReply:
    """All roles"""
    return {"roles": settings.roles()}


handler = api.handler
