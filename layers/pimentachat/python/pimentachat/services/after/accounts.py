"""Jobs about one account: its direct rooms when it is deactivated or back, its tokens when they are over."""

from typing import Final

from pimentachat.models.jobs import Job
from pimentachat.models.kinds import DIRECT
from pimentachat.store import memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import tokens as token_store
from pimentachat.store import users as user_store

_AT_ONCE: Final = 100


def archive_direct_rooms(job: Job) -> str | None:
    """Shows the direct rooms of two with somebody as archived to the other, or no longer, as the account is now."""
    user = user_store.reread(job.facts["user_id"])
    if user is None:
        return None
    some = list(memberships.some_of_user(user.id, after=job.progress, most=_AT_ONCE))
    for membership in some:
        room = room_store.find(membership.room_id) if membership.kind is DIRECT else None
        others = [user_id for user_id in (room.uids or [] if room else []) if user_id != user.id]
        held = memberships.reread(others[0], membership.room_id) if len(others) == 1 else None
        if held:
            memberships.prefer(held, archived=None if user.active else True)
    return some[-1].room_id if len(some) == _AT_ONCE else None


def follow_wishes(job: Job) -> str | None:
    """Lets the memberships of somebody follow what they prefer, so that rooms know who wants every message."""
    user = user_store.reread(job.facts["user_id"])
    if user is None:
        return None
    some = list(memberships.some_of_user(user.id, after=job.progress, most=_AT_ONCE))
    for membership in some:
        if not membership.ended:
            memberships.follow(membership, user)
    return some[-1].room_id if len(some) == _AT_ONCE else None


def forget_tokens(job: Job) -> str | None:
    """Takes away the tokens of somebody that were made up to an instant. What is taken away is the progress."""
    user_id, until = job.facts["user_id"], job.facts["until"]
    # Walked from the beginning each time: names that are kept are few, since nobody makes many tokens after that.
    named = [token for token in token_store.personal(user_id) if token.created_at <= until][:_AT_ONCE]
    for token in named:
        token_store.forget(token)
    others = token_store.ids_until(user_id, until, limit=_AT_ONCE)
    token_store.remove_many(others)
    return "" if max(len(named), len(others)) == _AT_ONCE else None
