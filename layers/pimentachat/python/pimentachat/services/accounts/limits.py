"""How often people may try what could be guessed or would be a nuisance: by the address that a client calls from, so
that nobody locks somebody else out from elsewhere. Nothing is counted where nothing goes wrong, but for what is a
nuisance in itself.
"""

from typing import Final

from pimentachat.auth import passwords
from pimentachat.errors.requests import TooManyRequests
from pimentachat.errors.users import PasswordWrong
from pimentachat.models.users import User
from pimentachat.store import attempts

WRONG_PASSWORDS_MOST: Final = 10
"""For one account from one address, within a quarter of an hour."""
_WRONG_SECONDS: Final = 15 * 60
_LOGGED_IN: Final = "logged in"
_HOUR: Final = 60 * 60
_MAILS_MOST: Final = 3
"""To one address within an hour."""
_MAILS_FROM_MOST: Final = 20
"""Asked for from one address within an hour, whomever for."""
_REGISTERED_FROM_MOST: Final = 20
"""From one address within an hour."""


def password_attempts(account: str, origin: str) -> str:
    """Under which wrong passwords for an account from an address are counted."""
    return f"password {account.strip().lower()} {origin}"


def check_password_may_be_tried(account: str, origin: str) -> None:
    """
    Raises:
        TooManyRequests: it was wrong too often from there.
    """
    seconds = attempts.wait(password_attempts(account, origin), WRONG_PASSWORDS_MOST)
    if seconds:
        raise TooManyRequests(seconds=seconds)


def count_wrong_password(account: str, origin: str) -> None:
    """
    Raises:
        TooManyRequests: others tried at the same moment, and it was one too many.
    """
    seconds = attempts.count(password_attempts(account, origin), WRONG_PASSWORDS_MOST, seconds=_WRONG_SECONDS)
    if seconds:
        raise TooManyRequests(seconds=seconds)


def check_own_password(user: User, digest: str) -> None:
    """That somebody who is logged in knows their password too; without one, there is nothing to know.

    Raises:
        PasswordWrong.
        TooManyRequests: it was wrong too often; whoever has their token learns nothing by trying.
    """
    if not user.password_hash:
        return
    check_password_may_be_tried(user.id, _LOGGED_IN)
    if not passwords.matches(digest, user.password_hash):
        count_wrong_password(user.id, _LOGGED_IN)
        raise PasswordWrong


def count_mails(address: str, origin: str) -> None:
    """
    Raises:
        TooManyRequests: too many mails were asked for, for this address or from there.
    """
    _count(f"mails from {origin}", _MAILS_FROM_MOST)
    _count(f"mails to {address.lower()}", _MAILS_MOST)


def count_registration(origin: str) -> None:
    """
    Raises:
        TooManyRequests: too many accounts were made from there.
    """
    _count(f"registered from {origin}", _REGISTERED_FROM_MOST)


def _count(name: str, most: int) -> None:
    seconds = attempts.count(name, most, seconds=_HOUR)
    if seconds:
        raise TooManyRequests(seconds=seconds)
