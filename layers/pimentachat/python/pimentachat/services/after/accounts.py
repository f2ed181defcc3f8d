"""Jobs about one account: its direct rooms when it is deactivated or back, its tokens when they are over."""

from typing import Final

from aws_lambda_powertools import Logger

from pimentachat.models.jobs import Job
from pimentachat.models.kinds import DIRECT
from pimentachat.store import memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import tokens as token_store
from pimentachat.store import users as user_store

logger: Final = Logger()

MEND: Final = "mend_people"
"""The job that looks whether all people are found."""
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


def mend(job: Job) -> str | None:
    """Writes what is missing of the entries by which the next people are found; its progress is the username of the
    last one."""
    some = user_store.page_after(job.progress, _AT_ONCE)
    mended = user_store.mend(some)
    if mended:
        logger.info("entries of people mended", user_ids=mended)
    return some[-1].username if some else None


def follow_wishes(job: Job) -> str | None:
    """Lets the memberships of somebody follow what they prefer, so that rooms know who wants every message, and
    what highlights are theirs."""
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
