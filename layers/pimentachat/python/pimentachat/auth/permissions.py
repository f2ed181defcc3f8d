"""What a user may do: a permission lists roles, a role counts globally or in one room (contract: permissions.yaml
evaluation)."""

from pimentachat import workspace
from pimentachat.models.users import User
from pimentachat.store import memberships


def holds(user: User, permission: str, room_id: str | None = None) -> bool:
    """Whether one of the user's roles has the permission; with a room, also the roles held in that room.

    Roles of scope Subscriptions never count without their room. Admin has no bypass.
    """
    space = workspace.current()
    granted = space.grants(permission)
    if any(role in granted and space.scope(role) == "Users" for role in user.roles or []):
        return True
    if room_id is None:
        return False
    in_room = {role for role in granted if space.scope(role) == "Subscriptions"}
    if not in_room:
        return False
    membership = memberships.find(user.id, room_id)
    return membership is not None and bool(membership.roles & in_room)
