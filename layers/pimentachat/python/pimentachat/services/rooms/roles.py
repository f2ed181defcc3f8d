"""Roles in a room: owner, moderator, leader. Written once for channels and groups (contract: channels.yaml addOwner ...
removeLeader, moderators, roles)."""

from collections.abc import Sequence
from typing import Final

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import NotAllowed, QueryTooBroad
from pimentachat.errors.rooms import AlreadyInRole, InvalidRoom, LastOwnerKept, NotInRole, UserNotInRoom
from pimentachat.models.memberships import Membership
from pimentachat.models.records import Document
from pimentachat.models.rooms import Role, Room
from pimentachat.models.users import User
from pimentachat.services.rooms import system_messages
from pimentachat.store import memberships, table
from pimentachat.store import rooms as room_store
from pimentachat.store.writes import Write

_HOLDERS_MOST: Final = 1000
_ARTICLES: Final[dict[Role, str]] = {"owner": "an", "moderator": "a", "leader": "a"}


def give(caller: Caller, room: Room, user: User, role: Role) -> None:
    """Gives a member a role in the room and says so there.

    Raises:
        NotAllowed: set-<role> is missing.
        UserNotInRoom, AlreadyInRole: the user is no member, or has the role.
    """
    if not caller.may(f"set-{role}", room.id):
        raise NotAllowed
    told = system_messages.announcement(room, caller.user, "subscription-role-added", user.username, role=role)
    before = assign(user.id, room.id, role, held=True, also=system_messages.additions(told))
    if before is None:
        raise UserNotInRoom
    if role in before.roles:
        raise AlreadyInRole(role=role, article=_ARTICLES[role])
    system_messages.count_all(room, told)


def take(caller: Caller, room: Room, user: User, role: Role) -> None:
    """Takes a role from a member and says so in the room; the last owner keeps theirs.

    Raises:
        NotAllowed: set-<role> is missing.
        InvalidRoom, UserNotInRoom: the user is no member; which of the two depends on the role.
        NotInRole: they do not have the role.
        LastOwnerKept: nobody else owns the room.
    """
    if not caller.may(f"set-{role}", room.id):
        raise NotAllowed
    told = system_messages.announcement(room, caller.user, "subscription-role-removed", user.username, role=role)
    before = assign(user.id, room.id, role, held=False, also=system_messages.additions(told))
    if before is None:
        raise UserNotInRoom if role == "leader" else InvalidRoom
    if role not in before.roles:
        raise NotInRole(role=role, article=_ARTICLES[role])
    system_messages.count_all(room, told)


def assign(user_id: str, room_id: str, role_id: str, *, held: bool, also: Sequence[Write] = ()) -> Membership | None:
    """Gives a member a role, or takes it (`held`); the last owner keeps theirs. `also` are more writes for the same
    transaction. Returns the membership before that, None where there is none; one that had (or had not) the role
    before is left as it is, and nothing happens.

    Raises:
        LastOwnerKept: nobody else owns the room.
    """
    for _ in table.attempts():
        before = memberships.find(user_id, room_id)
        if before is None or (role_id in before.roles) == held:
            break
        change = memberships.role_addition if held else memberships.role_removal
        stays = owner_stays(before, otherwise=LastOwnerKept()) if role_id == "owner" and not held else []
        try:
            table.transact(
                change(before, role_id),
                *room_store.role_writes(room_id, user_id, [role_id], held=held),
                *stays,
                *also,
            )
        except table.ConditionFailed:
            continue
        break
    return before


def owner_stays(membership: Membership, *, otherwise: ChatError) -> list[Write]:
    """That another owner is left, when an owner goes.

    Raises:
        ChatError: `otherwise`, when the member is the last owner.
    """
    if "owner" not in membership.roles:
        return []
    stays = another_owner_stays(membership)
    if stays is None:
        raise otherwise
    return [stays]


def another_owner_stays(membership: Membership) -> Write | None:
    """That another owner is left, as a condition of the transaction: two owners who leave at once do not both get away.
    None: nobody else owns the room."""
    room_id = membership.room_id
    others = [user_id for user_id in room_store.holders(room_id, "owner", most=2) if user_id != membership.user_id]
    return room_store.still_held(room_id, "owner", others[0]) if others else None


def moderators(room: Room) -> list[Document]:
    """The members with the role moderator, by username: `{_id, username, name}`.

    Raises:
        QueryTooBroad: they are too many for one answer.
    """
    return [held.person() for held in _holding(room, "moderator")]


def everybody(room: Room) -> list[Document]:
    """The members with any role, by username: `{_id, rid, u, roles}`, where `_id` is that of the subscription.

    Raises:
        QueryTooBroad: they are too many for one answer.
    """
    shown = _described()
    rows = [(held, sorted(held.roles & shown)) for held in _holding(room)]
    return [{"_id": held.id, "rid": room.id, "u": held.person(), "roles": roles} for held, roles in rows if roles]


def _holding(room: Room, role: Role | None = None) -> list[Membership]:
    holders = room_store.holders(room.id, role, most=_HOLDERS_MOST + 1)
    if len(holders) > _HOLDERS_MOST:
        raise QueryTooBroad(limit=_HOLDERS_MOST)
    found = memberships.find_many(((user_id, room.id) for user_id in dict.fromkeys(holders)), consistent=True)
    return sorted(found, key=lambda held: held.username.lower())


def _described() -> set[str]:
    """Roles that are held in rooms and say what they are."""
    known = workspace.current().roles
    return {role_id for role_id, role in known.items() if role["scope"] == "Subscriptions" and role["description"]}
