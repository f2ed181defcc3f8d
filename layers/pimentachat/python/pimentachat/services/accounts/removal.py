"""Deleting an account: it is gone with the answer, its names are free, nobody calls by it; what it leaves in rooms goes
by a job (contract: users.yaml users.delete)."""

from functools import partial
from typing import Final

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import NotAllowed
from pimentachat.errors.users import LastOwnerOfRoom, OwnUsernameWrong
from pimentachat.models.kinds import CHANNEL
from pimentachat.models.memberships import Membership
from pimentachat.models.users import User
from pimentachat.services.accounts import activation, identity, limits
from pimentachat.services.rooms import roles as room_roles
from pimentachat.store import counters, jobs, memberships, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

REMOVE: Final = "remove_user"
"""The job that takes away what a deleted user leaves (services/after/removals.py)."""
_CONDITIONS_MOST: Final = 50
"""Rooms whose other owner is a condition of the transaction; for further ones that was looked at just before."""


def delete_own(caller: Caller, password: str) -> None:
    """Deletes the caller. `password`: hex SHA-256 of theirs; their username, where they have none.

    Raises:
        NotAllowed, PasswordWrong, TooManyRequests, OwnUsernameWrong, LastAdmin, LastOwnerOfRoom.
    """
    if not workspace.current().flag("Accounts_AllowDeleteOwnAccount"):
        raise NotAllowed
    user = caller.user
    limits.check_own_password(user, password)
    if not user.password_hash and password.strip() != user.username:
        raise OwnUsernameWrong
    delete(user)


def delete(user: User) -> None:
    """Deletes a user; nothing happens when they are gone already.

    Raises:
        LastAdmin: nobody else is an administrator.
        LastOwnerOfRoom: a channel, or a group with other members, would have no owner.
    """
    for _ in table.attempts():
        found = user_store.reread(user.id)
        if found is None:
            return
        together = [
            *activation.another_admin_stays(found),
            *_owners_stay(found),
            jobs.request(
                REMOVE,
                user_id=found.id,
                username=found.username,
                erasure=_erasure(),
                picture=found.avatar_etag or "",
            ),
            jobs.request(identity.FORGET_TOKENS, user_id=found.id, until=clock.now_text()),
        ]
        if user_store.remove(found, also=together):
            break
    counters.add("users", -1)


def _erasure() -> str:
    return workspace.current().text("Message_ErasureType")


def _owners_stay(user: User) -> list[Write]:
    owned = [held for held in memberships.of_user(user.id) if "owner" in held.roles and not held.ended]
    stays = table.side_by_side(*(partial(_owner_stays, held) for held in owned))
    return [condition for some in stays for condition in some][:_CONDITIONS_MOST]


def _owner_stays(held: Membership) -> list[Write]:
    stays = room_roles.another_owner_stays(held)
    if stays:
        return [stays]
    room = room_store.find(held.room_id)
    if room and (room.kind is CHANNEL or room.users_count > 1):
        raise LastOwnerOfRoom(room=room.title)
    return []
