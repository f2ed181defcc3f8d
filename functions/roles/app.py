"""Roles, and who holds them."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.roles import (
    CreateRole,
    DeleteRole,
    HoldersOfRole,
    HoldersReply,
    NoMoreRoleOfUser,
    RoleChangesReply,
    RoleOfUser,
    RoleReply,
    RolesReply,
    RolesSince,
)
from pimentachat.services.accounts import roles

api = Api("roles")


@api.get("roles.list")
def list_roles(caller: Caller) -> RolesReply:
    """All roles"""
    return {"roles": roles.every()}


@api.get("roles.sync")
def sync(caller: Caller, params: RolesSince) -> RoleChangesReply:
    """Roles changed and deleted since a moment"""
    update, remove = roles.changed_since(params.updated_since)
    return {"roles": {"update": update, "remove": remove}}


@api.post("roles.create")
def create(caller: Caller, params: CreateRole) -> RoleReply:
    """Create a role, or change the one of this name"""
    return {"role": roles.create(caller, params.name, scope=params.scope, description=params.description)}


@api.post("roles.delete")
def delete(caller: Caller, params: DeleteRole) -> None:
    """Delete a role that nobody holds"""
    roles.delete(caller, params.role_id)


@api.post("roles.addUserToRole")
def add_user_to_role(caller: Caller, params: RoleOfUser) -> RoleReply:
    """Give a user a role, everywhere or in a room"""
    return {"role": roles.give(caller, params.role, params.username, params.room_id)}


@api.post("roles.removeUserFromRole")
def remove_user_from_role(caller: Caller, params: NoMoreRoleOfUser) -> RoleReply:
    """Take a role from a user, everywhere or in a room"""
    return {"role": roles.take(caller, params.role, params.username, params.room_id or params.scope)}


@api.get("roles.getUsersInRole")
def get_users_in_role(caller: Caller, params: HoldersOfRole) -> HoldersReply:
    """The users who hold a role, paged"""
    found = roles.holders(caller, params.role, params.room_id, offset=params.offset, count=params.count)
    return {"users": found.rows, **found.numbers}


handler = api.handler
