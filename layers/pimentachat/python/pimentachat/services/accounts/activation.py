"""Letting people in and keeping them out (contract: users.yaml users.setActiveStatus, `active` in users.update)."""

from typing import Final

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import Forbidden
from pimentachat.errors.users import LastAdmin, UserNotFound
from pimentachat.models.users import User
from pimentachat.services.accounts import identity, mails
from pimentachat.store import jobs, outbox
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

ARCHIVE_DIRECT_ROOMS: Final = "archive_direct_rooms"
"""The job that shows somebody's direct rooms to the others as archived, or no longer (services/after/directs.py)."""
_ADMIN: Final = "admin"
_LOOKED_AT_MOST: Final = 50
"""Administrators, in search of one who is active."""


def set_active(caller: Caller, user_id: str, active: bool) -> User:
    """Activates or deactivates a user.

    Raises:
        Forbidden, UserNotFound, LastAdmin.
    """
    if not caller.may("edit-other-user-active-status"):
        raise Forbidden
    user = apply(user_id, active)
    if user is None:
        raise UserNotFound
    return user


def apply(user_id: str, active: bool) -> User | None:
    """Whoever asks for it. Who is deactivated is logged out everywhere with the next request. None: no such user.

    Raises:
        LastAdmin: nobody else is an administrator.
    """

    def edited(user: User) -> User:
        if user.active == active:
            return user
        if active:
            return user.model_copy(update={"active": True, "reason": None})
        return user.model_copy(update={"active": False, "tokens_since": clock.now_text()})

    return user_store.change(user_id, edited, also=_following)


def _following(before: User, after: User) -> list[Write]:
    told = "Accounts_Send_Email_When_Activating" if after.active else "Accounts_Send_Email_When_Deactivating"
    asked = [jobs.request(ARCHIVE_DIRECT_ROOMS, user_id=after.id)]
    if workspace.current().flag(told):
        asked.append(
            outbox.entry(mails.EFFECT, kind=mails.ACTIVATED if after.active else mails.DEACTIVATED, user_id=after.id)
        )
    if not after.active:
        asked.append(jobs.request(identity.FORGET_TOKENS, user_id=after.id, until=after.tokens_since or ""))
        asked += another_admin_stays(before)
    return asked


def another_admin_stays(user: User, *, otherwise: ChatError | None = None) -> list[Write]:
    """That somebody else is an administrator, where this user is one and will be none: two who go at the same moment do
    not both get away.

    Raises:
        LastAdmin, or `otherwise`.
    """
    if _ADMIN not in (user.roles or []):
        return []
    held = user_store.find_many(user_store.holders(_ADMIN, most=_LOOKED_AT_MOST), consistent=True)
    # Since they were listed, one may have stopped being one.
    other = next((one for one in held if one.id != user.id and one.active and _ADMIN in (one.roles or [])), None)
    if other is None:
        raise otherwise or LastAdmin()
    return [user_store.unchanged(other)]
