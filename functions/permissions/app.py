"""Permissions: which roles hold them."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.rooms import ChangesReply
from pimentachat.models.workspace import ListPermissions, PermissionsReply, UpdatePermissions
from pimentachat.services import settings

api = Api("permissions")


@api.get("permissions.list")
def list_permissions(caller: Caller) -> PermissionsReply:
    """All permissions with their roles"""
    return {"permissions": settings.permissions()}


@api.get("permissions.listAll")
def list_all(caller: Caller, params: ListPermissions) -> ChangesReply:
    """All permissions, or the changes since a date"""
    return settings.permission_changes(params)


@api.post("permissions.update")
def update(caller: Caller, params: UpdatePermissions) -> PermissionsReply:
    """Overwrite the roles of permissions"""
    return {"permissions": settings.update_permissions(caller, params)}


handler = api.handler
