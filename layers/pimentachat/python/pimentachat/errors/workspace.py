"""Refusals about settings and permissions."""

from pimentachat.errors.base import Bare, ChatError, Plain, Swapped


class SettingUnknown(Plain):
    text = "Setting not found"


class SettingBlocked(Bare):
    pass


class EditingPermissionsNotAllowed(Swapped):
    code = "error-edit-permissions-not-allowed"
    text = "Editing permissions is not allowed"


class InvalidPermission(Swapped):
    code = "error-invalid-permission"
    text = "Invalid permission"


class InvalidRole(Swapped):
    code = "error-invalid-role"
    text = "Invalid role"


class AccessingPermissionsNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Accessing permissions is not allowed"


class RoleNameRequired(ChatError):
    code = "error-role-name-required"
    text = "Role name is required"


class RoleNotFound(ChatError):
    code = "error-invalid-roleId"
    text = "This role does not exist"


class RoleMissing(ChatError):
    code = "error-param-not-provided"
    text = 'Query param "role" is required'


class RoleProtected(ChatError):
    code = "error-role-protected"
    text = "Cannot delete a protected role"


class RoleScopeProtected(ChatError):
    code = "error-role-protected"
    text = "Cannot change the scope of a protected role"


class RoleInUse(ChatError):
    code = "error-role-in-use"
    text = "Cannot delete role because it's in use"


class RoleNotHeld(ChatError):
    code = "error-user-not-in-role"
    text = "User is not in this role"


class AdminRequired(ChatError):
    code = "error-admin-required"
    text = "You need to have at least one admin"


class TooManyRoles(ChatError):
    code = "error-too-many-roles"
    text = "A workspace has at most {limit} roles"


class InvalidArguments(ChatError):
    code = "error-invalid-arguments"
    text = "Invalid arguments"
