"""Who owns, moderates and leads a room."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.models.kinds import RoomKind
from pimentachat.models.rooms import ROLES, Role
from pimentachat.requests.params import RoomParams
from pimentachat.requests.rooms import ModeratorsReply, RoomMember, RoomRolesReply
from pimentachat.services.accounts import users
from pimentachat.services.rooms import access, roles


def mount(router: Router, kind: RoomKind) -> None:
    for role in ROLES:
        _mount_role(router, kind, role)

    @router.get(f"{kind.family}.moderators")
    def list_moderators(caller: Caller, params: RoomParams) -> ModeratorsReply:
        """Members with the role moderator"""
        return {"moderators": roles.moderators(access.named(kind, caller, params.where))}

    @router.get(f"{kind.family}.roles")
    def list_roles(caller: Caller, params: RoomParams) -> RoomRolesReply:
        """Who holds which role in a room"""
        return {"roles": roles.everybody(access.named(kind, caller, params.where))}


def _mount_role(router: Router, kind: RoomKind, role: Role) -> None:
    """`addOwner`, `removeOwner`, `addModerator` ..."""

    @router.post(f"{kind.family}.add{role.capitalize()}")
    def add_role(caller: Caller, params: RoomMember) -> None:
        """Give a member a role in the room"""
        room = access.named(kind, caller, params.where)
        roles.give(caller, room, users.named(params.whom), role)

    @router.post(f"{kind.family}.remove{role.capitalize()}")
    def remove_role(caller: Caller, params: RoomMember) -> None:
        """Take a role in the room away from a member"""
        room = access.named(kind, caller, params.where)
        roles.take(caller, room, users.named(params.whom), role)
