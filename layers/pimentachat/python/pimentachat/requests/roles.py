"""Roles."""

from typing_extensions import TypedDict

from pimentachat.requests.replies import RoleDocument


class RolesReply(TypedDict):
    roles: list[RoleDocument]
