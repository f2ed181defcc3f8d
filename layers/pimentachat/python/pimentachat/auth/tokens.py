"""Login tokens: made at login, checked on every call, ended at logout. Only their SHA-256 is stored."""

from datetime import timedelta
from typing import Final

from pimentachat import clock, ids, workspace
from pimentachat.models.users import LoginToken, User
from pimentachat.store import tokens as token_store

_DAYS_MOST: Final = 36_500


def lifetime() -> timedelta:
    """How long a login lasts: the setting Accounts_LoginExpiration, in days; 90 when it is not positive."""
    days = workspace.current().number("Accounts_LoginExpiration")
    # More than a century would pass the end of the calendar, and lock out who could set it right.
    return timedelta(days=min(days, _DAYS_MOST) if days > 0 else 90)


def issue(user_id: str) -> str:
    """Makes a login token and returns it, the only time it is seen."""
    secret = ids.new_token()
    token = LoginToken(_id=ids.fingerprint(secret), user_id=user_id, created_at=clock.now_text())
    token_store.add(token, clock.epoch_seconds(lifetime().total_seconds()))
    return secret


def issue_personal(user: User, name: str) -> str:
    """Makes a personal access token, which does not expire, and returns it, the only time it is seen.

    Raises:
        TokenNameTaken: the user has one of this name.
    """
    secret, token = _personal(user.id, name)
    token_store.add_personal(token, ended=user.tokens_since or "")
    return secret


def reissue_personal(token: LoginToken) -> str:
    """Replaces a personal access token by a new one of the same name, and returns that, the only time it is seen.

    Raises:
        NoSuchToken: it was removed or replaced at this moment.
    """
    assert token.name is not None
    secret, anew = _personal(token.user_id, token.name)
    token_store.replace_personal(token, anew)
    return secret


def _personal(user_id: str, name: str) -> tuple[str, LoginToken]:
    secret = ids.new_token()
    return secret, LoginToken(
        _id=ids.fingerprint(secret),
        user_id=user_id,
        created_at=clock.now_text(),
        name=name,
        last_token_part=secret[-6:],
    )


def expired(token: LoginToken) -> bool:
    """Whether a login is over; TTL removes such records only some time later."""
    return not token.personal and clock.parse(token.created_at) + lifetime() <= clock.now()
