"""Permissions: which roles hold them, and changing that (contract: permissions.yaml)."""

from typing import Any, Final

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.matching import javascript_type
from pimentachat.errors.requests import MatchError
from pimentachat.errors.workspace import EditingPermissionsNotAllowed, InvalidPermission, InvalidRole
from pimentachat.models.records import Document
from pimentachat.store import workspace as workspace_store

_CHANGED_MOST: Final = 99
"""A transaction takes a hundred writes, and the version is one of them."""


def every() -> list[Document]:
    return list(workspace.current().permissions.values())


def changed_since(moment: str) -> list[Document]:
    """All permissions, or those changed after a moment; none ever goes."""
    return [each for each in every() if each["_updatedAt"] > moment]


def update(caller: Caller, permissions: list[Any]) -> list[Document]:
    """Replaces the roles of each permission named, all or nothing, and returns all permissions of the server.

    Raises:
        EditingPermissionsNotAllowed, MatchError, InvalidPermission, InvalidRole.
    """
    if not caller.may("access-permissions"):
        raise EditingPermissionsNotAllowed
    wanted = [_checked(each) for each in permissions]
    space = workspace.current()
    if any(permission_id not in space.permissions for permission_id, _ in wanted):
        raise InvalidPermission
    # A role may be named that does not exist only if the permission lists it already: some defaults do.
    unknown = {role for permission_id, roles in wanted for role in roles if role not in space.grants(permission_id)}
    if any(role not in space.roles for role in unknown):
        raise InvalidRole
    documents = {
        permission_id: {"_id": permission_id, "roles": roles}
        for permission_id, roles in wanted
        if roles != space.permissions[permission_id]["roles"]
    }
    if len(documents) > _CHANGED_MOST:
        raise MatchError(problem=f"At most {_CHANGED_MOST} changes in field permissions")
    if documents:
        workspace_store.save("PERMISSION", documents)
    return every()


def _checked(element: Any) -> tuple[str, list[str]]:
    if not isinstance(element, dict):
        raise MatchError(problem=f"Expected object, got {javascript_type(element)} in field permissions")
    permission_id, roles = element.get("_id"), element.get("roles")
    if not isinstance(permission_id, str):
        raise MatchError(problem="Missing key '_id' in field permissions")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise MatchError(problem="Missing key 'roles' in field permissions")
    return permission_id, list(dict.fromkeys(roles))
