"""Roles, and who holds them (contract: roles.yaml)."""

from typing import Final

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import NotAllowed, QueryTooBroad
from pimentachat.errors.users import AssigningAdminNotAllowed
from pimentachat.errors.workspace import (
    AccessingPermissionsNotAllowed,
    AdminRequired,
    InvalidArguments,
    RoleInUse,
    RoleMissing,
    RoleNameRequired,
    RoleNotFound,
    RoleNotHeld,
    RoleProtected,
    RoleScopeProtected,
    TooManyRoles,
)
from pimentachat.listing import pages
from pimentachat.listing.pages import LOOKED_THROUGH_MOST, Listed
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.services.accounts import activation, users
from pimentachat.services.accounts.users import UserReference
from pimentachat.services.rooms import roles as room_roles
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store import workspace as workspace_store

_ACCESS: Final = "access-permissions"
_IN_ROOMS: Final = "Subscriptions"
_ROLES_MOST: Final = 300
"""Each function instance keeps all of them in memory."""
_AT_ONCE: Final = 90
_ADMINS_LOOKED_AT_MOST: Final = 20


# --- roles


def every() -> list[Document]:
    """All roles; without `_updatedAt`, as the contract lists them."""
    return [
        {name: value for name, value in role.items() if name != "_updatedAt"}
        for role in workspace.current().roles.values()
    ]


def changed_since(moment: str) -> tuple[list[Document], list[Document]]:
    """The roles changed after a moment, and those deleted after it (30 days at most)."""
    changed = [role for role in workspace.current().roles.values() if role["_updatedAt"] > moment]
    return changed, workspace_store.removed_since("ROLE", moment)


def create(caller: Caller, name: str, *, scope: str = "", description: str | None = None) -> Document:
    """Makes a role, or changes the one of this name; returns it. Any scope but Subscriptions is Users.

    Raises:
        AccessingPermissionsNotAllowed, RoleNameRequired, RoleScopeProtected, TooManyRoles.
    """
    if not caller.may(_ACCESS):
        raise AccessingPermissionsNotAllowed
    if not name.strip():
        raise RoleNameRequired
    known = workspace.current().roles
    before = known.get(name)
    wanted = scope if scope == _IN_ROOMS else "Users"
    if before and before.get("protected") and before["scope"] != wanted:
        raise RoleScopeProtected
    if before is None and len(known) >= _ROLES_MOST:
        raise TooManyRoles(limit=_ROLES_MOST)
    role = {"protected": False, "mandatory2fa": False, **(before or {}), "_id": name, "name": name, "scope": wanted}
    if description is not None:
        role["description"] = description
    workspace_store.save("ROLE", {name: role})
    return workspace.current().roles[name]


def delete(caller: Caller, role_id: str) -> None:
    """Deletes a role that nobody holds; no permission lists it any more.

    Raises:
        AccessingPermissionsNotAllowed, RoleNotFound, RoleProtected, RoleInUse.
    """
    if not caller.may(_ACCESS):
        raise AccessingPermissionsNotAllowed
    role = _known(role_id)
    if role.get("protected"):
        raise RoleProtected
    if room_store.role_in_use(role_id) or user_store.holders(role_id, most=1):
        raise RoleInUse
    granted = {
        permission_id: {**document, "roles": [one for one in document["roles"] if one != role_id]}
        for permission_id, document in workspace.current().permissions.items()
        if role_id in document["roles"]
    }
    # Whoever makes a role of this name later does not give away what this one could do.
    named = list(granted)
    for start in range(0, len(named), _AT_ONCE):
        some = {permission_id: granted[permission_id] for permission_id in named[start : start + _AT_ONCE]}
        workspace_store.save("PERMISSION", some)
    workspace_store.remove("ROLE", role)


def _known(role_id: str) -> Document:
    role = workspace.current().roles.get(role_id)
    if role is None:
        raise RoleNotFound
    return role


# --- who holds them


def give(caller: Caller, role_id: str, username: str, room_id: str = "") -> Document:
    """Gives a user a role, everywhere or (scope Subscriptions) in a room; returns the role. Who is no member of the
    room stays as they are.

    Raises:
        UserNotFound, AccessingPermissionsNotAllowed, InvalidArguments, AssigningAdminNotAllowed, RoleNotFound.
    """
    user, role = _user_and_role(caller, role_id, username)
    if role["scope"] != _IN_ROOMS:
        user_store.change(user.id, lambda before: _with_role(before, role_id))
    elif room_id:
        room_roles.assign(user.id, room_id, role_id, held=True)
    return role


def take(caller: Caller, role_id: str, username: str, room_id: str = "") -> Document:
    """Takes a role from a user, everywhere or (scope Subscriptions) in a room; returns the role.

    Raises:
        UserNotFound, AccessingPermissionsNotAllowed, InvalidArguments, AssigningAdminNotAllowed, RoleNotFound,
        RoleNotHeld, AdminRequired, LastOwnerKept.
    """
    user, role = _user_and_role(caller, role_id, username)
    if role["scope"] == _IN_ROOMS:
        before = room_roles.assign(user.id, room_id, role_id, held=False) if room_id else None
        if before is None or role_id not in before.roles:
            raise RoleNotHeld
        return role
    if role_id not in (user.roles or []):
        raise RoleNotHeld
    # Asked for again with every attempt: two who go at once do not both get away.
    user_store.change(
        user.id,
        lambda before: _without_role(before, role_id),
        also=lambda *_: activation.another_admin_stays(user, otherwise=AdminRequired()) if role_id == "admin" else [],
    )
    return role


def _user_and_role(caller: Caller, role_id: str, username: str) -> tuple[User, Document]:
    user = users.named(UserReference(username=username))
    if not caller.may(_ACCESS):
        raise AccessingPermissionsNotAllowed
    if not role_id:
        raise InvalidArguments
    if role_id == "admin" and not caller.may("assign-admin-role"):
        raise AssigningAdminNotAllowed
    return user, _known(role_id)


def _with_role(user: User, role_id: str) -> User:
    held = user.roles or []
    return user if role_id in held else user.model_copy(update={"roles": [*held, role_id]})


def _without_role(user: User, role_id: str) -> User:
    return user.model_copy(update={"roles": [role for role in user.roles or [] if role != role_id]})


def holders(caller: Caller, role_id: str, room_id: str, *, offset: int | None, count: int | None) -> Listed:
    """A page of those who hold a role, by username: `{_id, username, name}`, and `emails` for who may see others in
    full. A role of scope Subscriptions is held in a room.

    Raises:
        RoleMissing, NotAllowed, RoleNotFound, QueryTooBroad.
    """
    if not role_id:
        raise RoleMissing
    if not caller.may(_ACCESS) or (room_id and not caller.may("view-other-user-channels")):
        raise NotAllowed
    in_room = _known(role_id)["scope"] == _IN_ROOMS
    most = LOOKED_THROUGH_MOST + 1
    if in_room:
        found = room_store.holders(room_id, role_id, most=most) if room_id else []
    else:
        found = user_store.holders(role_id, most=most)
    if len(found) >= most:
        raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
    people = user_store.find_many(found)
    some = [user for user in people if in_room or role_id in (user.roles or [])]
    some.sort(key=lambda user: user.username.lower())
    kept = ("_id", "username", "name", "emails") if caller.may("view-full-other-user-info") else _NAMES
    rows = [{name: value for name, value in user.document().items() if name in kept} for user in some]
    page = pages.page_of(offset, count)
    return Listed(page.cut(rows), page.offset, len(rows))


_NAMES: Final = ("_id", "username", "name")
