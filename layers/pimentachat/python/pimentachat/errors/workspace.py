"""Refusals about settings and permissions."""

from pimentachat.errors.base import Bare, Plain, Swapped


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
