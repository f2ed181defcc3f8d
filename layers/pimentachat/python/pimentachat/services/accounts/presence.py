"""Who is there: from the last sign of life and what people say of themselves (contract: users.yaml users.getPresence,
users.presence, users.setStatus).

A call of the API is a sign of life. It is written down once in some minutes for each person, beside the call itself,
and whoever gives none for ten minutes is offline (models/users.py).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from aws_lambda_powertools import Logger

from pimentachat import clock, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import QueryTooBroad
from pimentachat.errors.users import ChangingStatusNotAllowed, InvalidStatus
from pimentachat.models.records import Document
from pimentachat.models.users import OFFLINE_AFTER, STATUSES, User
from pimentachat.store import online as online_store
from pimentachat.store import users as user_store

logger: Final = Logger()

_NOTED_FOR: Final = 4 * 60
"""Seconds for which a sign of life is not written down again: less than OFFLINE_AFTER by far."""
_RECENT: Final = timedelta(minutes=10)
_LISTED_MOST: Final = 5_000
_BOTS_MOST: Final = 100
_TEXT_MOST: Final = 120
_SHOWN: Final = ("_id", "name", "username", "status", "statusText", "utcOffset")


# --- signs of life


def due(user: User) -> bool:
    """Whether the last sign of life of a user is so long ago that another one is worth a write."""
    return user.seen_at is None or clock.epoch_seconds() - user.seen_at >= _NOTED_FOR


def note(user: User) -> None:
    """Writes a sign of life down. That it cannot be written is only logged: nobody called for that."""
    try:
        user_store.note_seen(user.id, before=clock.epoch_seconds(-_NOTED_FOR))
        online_store.add(user.id)
    except Exception:
        logger.exception("sign of life not noted", user_id=user.id)


# --- what is told


def of(caller: Caller, user: User) -> Document:
    """`{presence}`; for oneself also `connectionStatus` and `lastLogin`."""
    told: Document = {"presence": user.status}
    if user.id == caller.id:
        told["connectionStatus"] = connection(user)
        if user.last_login:
            told["lastLogin"] = user.last_login
    return told


def status_of(user: User) -> Document:
    """`{_id, status, connectionStatus, message}`, as today's servers have it."""
    return {
        "_id": user.id,
        "status": user.status,
        "connectionStatus": connection(user),
        "message": user.status_text or "",
    }


def connection(user: User) -> str:
    return user.status_connection or ("online" if user.alive else "offline")


def choose(caller: Caller, status: str | None, text: str | None) -> None:
    """Sets the caller's status, its text, or both.

    Raises:
        ChangingStatusNotAllowed, InvalidStatus.
    """
    space = workspace.current()
    if not space.flag("Accounts_AllowUserStatusMessageChange"):
        raise ChangingStatusNotAllowed
    if status and status not in STATUSES:
        raise InvalidStatus
    if status == "offline" and not space.flag("Accounts_AllowInvisibleStatusOption"):
        raise InvalidStatus
    changes: Document = {}
    if status:
        changes["status_default"] = status
    if text is not None:
        changes["status_text"] = text.strip()[:_TEXT_MOST] or None
    user_store.change(caller.id, lambda user: user.model_copy(update=changes) if changes else user)
    online_store.add(caller.id)


def everybody(caller: Caller, since: str | None, user_ids: Sequence[str]) -> tuple[list[Document], bool]:
    """Who is not offline, and that these are all of them; with a recent moment, those who came, changed or went since
    then, the caller apart, and that these are not all; with ids, these people.

    Raises:
        QueryTooBroad: more people than one answer holds.
    """
    if user_ids:
        return [_shown(user) for user in user_store.find_many(user_ids)], False
    moment = clock.parse(since) if since else None
    if moment is None or clock.now() - moment >= _RECENT:
        there = _find([*_seen_for(OFFLINE_AFTER), *user_store.holders("bot", most=_BOTS_MOST)])
        return [_shown(user) for user in there if user.active and user.status != "offline"], True
    # Who went offline since then was last seen before that.
    seconds = int((clock.now() - moment).total_seconds())
    gone_before = clock.epoch_seconds(-seconds - OFFLINE_AFTER)
    changed = _find(_seen_for(OFFLINE_AFTER + seconds))
    return [_shown(user) for user in changed if user.id != caller.id and (user.seen_at or 0) >= gone_before], False


def _seen_for(seconds: int) -> list[str]:
    found = online_store.seen_since(clock.epoch_seconds(-seconds), most=_LISTED_MOST + 1)
    if len(found) > _LISTED_MOST:
        raise QueryTooBroad(limit=_LISTED_MOST)
    return found


def _find(user_ids: Sequence[str]) -> list[User]:
    return user_store.find_many(dict.fromkeys(user_ids))


def _shown(user: User) -> Document:
    document = user.document()
    return {name: document[name] for name in _SHOWN if name in document}
