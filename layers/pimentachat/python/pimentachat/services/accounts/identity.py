"""What somebody is called and how they are reached: changing it, and what follows (contract: users.yaml users.update
effects)."""

from collections.abc import Callable
from typing import Final

from pimentachat.errors.base import ChatError
from pimentachat.models.users import User
from pimentachat.services.accounts import mails
from pimentachat.store import jobs
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

RENAME: Final = "rename_user"
"""The job that brings a new name everywhere (services/after/renames.py)."""
FORGET_TOKENS: Final = "forget_tokens"
"""The job that takes away tokens that are over (services/after/tokens.py)."""


def change(
    user_id: str,
    edit: Callable[[User], User],
    *,
    username_taken: ChatError,
    email_taken: ChatError,
    also: Callable[[User, User], list[Write]] | None = None,
) -> User | None:
    """Changes a user, and asks for whatever follows in the same transaction. None: no such user.

    Raises:
        ChatError: what `edit` refuses, or one of the two refusals given.
    """
    return user_store.change(
        user_id,
        edit,
        username_taken=username_taken,
        email_taken=email_taken,
        also=lambda before, after: [*_following(before, after), *(also(before, after) if also else [])],
    )


def _following(before: User, after: User) -> list[Write]:
    asked: list[Write] = []
    if (before.username, before.name) != (after.username, after.name):
        asked.append(jobs.request(RENAME, user_id=after.id, former=before.username))
    if before.tokens_since != after.tokens_since:
        asked.append(jobs.request(FORGET_TOKENS, user_id=after.id, until=after.tokens_since or ""))
    return asked


def with_email(user: User, address: str, *, verified: bool = False) -> User:
    """The user with this address as their only one; unchanged, when it is theirs already."""
    if user.emails and user.emails[0]["address"] == address:
        return user
    return user.model_copy(update={"emails": [{"address": address, "verified": verified}]})


def confirm_again(before: User, after: User) -> None:
    """Asks for a confirmation of an address that is new and not known to be theirs."""
    if before.emails != after.emails and after.emails and not after.emails[0].get("verified"):
        mails.send_verification(after)
