"""Permissions: which roles hold them."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.permissions import (
    ListPermissions,
    PermissionChangesReply,
    PermissionsReply,
    UpdatePermissions,
)
from pimentachat.requests.replies import PermissionDocument
from pimentachat.services.accounts import permissions

api = Api("permissions")


@api.get("permissions.list")
def list_permissions(caller: Caller) -> PermissionsReply:
    """All permissions with their roles"""
    return {"permissions": permissions.every()}


@api.get("permissions", envelope="bare")
def bare(caller: Caller) -> list[PermissionDocument]:
    """All permissions with their roles, as a bare array (the form of older clients)"""
    return permissions.every()


@api.get("permissions.listAll")
def list_all(caller: Caller, params: ListPermissions) -> PermissionChangesReply:
    """All permissions, or the changes since a date"""
    return {"update": permissions.changed_since(params.updated_since or ""), "remove": []}


@api.post("permissions.update")
def update(caller: Caller, params: UpdatePermissions) -> PermissionsReply:
    """Overwrite the roles of permissions"""
    return {"permissions": permissions.update(caller, params.permissions)}


handler = api.handler
