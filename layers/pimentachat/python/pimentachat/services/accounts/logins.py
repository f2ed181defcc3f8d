"""Logging in by password, token or a service, and logging out (contract: authentication.yaml)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

from pimentachat import clock, ids, workspace
from pimentachat.auth import passwords, tokens
from pimentachat.auth.callers import Caller
from pimentachat.errors.authentication import (
    EmailNotVerified,
    MalformedLogin,
    TokenExpired,
    TokenUnknown,
    UnrecognizedLogin,
    UserHasNoRoles,
    UserNotActivated,
    WrongCredentials,
    WrongHashAlgorithm,
)
from pimentachat.errors.matching import javascript_type
from pimentachat.errors.requests import NotAuthorized
from pimentachat.models.users import User
from pimentachat.services.accounts import limits, two_factor
from pimentachat.store import prefetch, table
from pimentachat.store import tokens as token_store
from pimentachat.store import users as user_store

_IDENTITIES: Final = ("id", "username", "email")


@dataclass(frozen=True)
class Attempt:
    """What a client sends to log in, in any of its forms: raw values, whose types this module checks."""

    user: Any = None
    username: Any = None
    email: Any = None
    password: Any = None
    resume: Any = None
    service_name: Any = None
    access_token: Any = None
    token_secret: Any = None
    """Twitter's."""
    code: Any = None
    """Of an authenticator app, or a backup code."""
    unknown: tuple[str, ...] = ()
    """Names of further keys in the body."""


class Login(NamedTuple):
    user: User
    token: str


class _Credentials(NamedTuple):
    by: str
    """`id`, `username` or `email`."""
    who: str
    digest: str


def log_in(attempt: Attempt, origin: str, code: str = "") -> Login:
    """Logs in by password, by a token, or by a service.

    Args:
        origin: the address of the client, by which wrong passwords are counted.
        code: for the second factor, where the attempt carries none itself.

    Raises:
        LoginRefused: one of its kinds, all 401.
        TooManyRequests: too many wrong passwords for this account from there.
    """
    if attempt.access_token is not None:
        return _by_service(attempt)
    if attempt.resume is not None:
        return _resume(attempt.resume)
    credentials = _credentials(attempt)
    user = _identified(credentials, origin)
    two_factor.check_login(user, attempt.code if isinstance(attempt.code, str) else code, origin)
    _check_may_log_in(user)
    return _welcome(user, tokens.issue)


def _by_service(attempt: Attempt) -> Login:
    # Most people log in by password; for them, enrolment and other servers need not be loaded.
    from pimentachat.auth.oauth import Credentials
    from pimentachat.services.accounts import providers

    for name, value in (
        ("serviceName", attempt.service_name),
        ("accessToken", attempt.access_token),
        ("accessTokenSecret", attempt.token_secret if attempt.service_name == "twitter" else ""),
    ):
        if not isinstance(value, str):
            raise MalformedLogin(problem=f"Expected string, got {javascript_type(value)} in field {name}")
    given = Credentials(attempt.access_token, attempt.token_secret if isinstance(attempt.token_secret, str) else "")
    user = providers.user_of(attempt.service_name, given)
    if not user.active:
        raise UserNotActivated
    if not user.roles:
        raise UserHasNoRoles
    return _welcome(user, tokens.issue)


# --- by token


def _resume(secret: Any) -> Login:
    if not isinstance(secret, str):
        raise MalformedLogin(problem=f"Expected string, got {javascript_type(secret)} in field resume")
    token = token_store.find(ids.fingerprint(secret))
    if token is None:
        raise TokenUnknown
    if tokens.expired(token):
        raise TokenExpired
    user = user_store.find(token.user_id)
    if user is None:
        raise TokenUnknown
    if not user.active:
        raise UserNotActivated
    if token.ended_for(user):
        raise TokenUnknown
    return _welcome(user, lambda _: secret)


# --- by password


def _credentials(attempt: Attempt) -> _Credentials:
    if attempt.password is None:
        raise UnrecognizedLogin
    for name in attempt.unknown:
        raise MalformedLogin(problem=f"Unknown key in field {name}")
    by, who = _identity(attempt)
    return _Credentials(by, who, _digest(attempt.password))


def _identity(attempt: Attempt) -> tuple[str, str]:
    user = attempt.user
    if isinstance(user, dict):
        known = [name for name in user if name in _IDENTITIES]
        if len(user) != 1 or len(known) != 1 or not isinstance(user[known[0]], str):
            raise MalformedLogin(problem="Failed Match.Where validation in field user")
        return known[0], user[known[0]]
    for value, by in ((user, ""), (attempt.username, "username"), (attempt.email, "email")):
        if isinstance(value, str) and value:
            return by or ("email" if "@" in value else "username"), value
        if value is not None and not isinstance(value, str):
            raise MalformedLogin(problem=f"Expected string, got {javascript_type(value)} in field user")
    raise MalformedLogin(problem="Failed Match.Where validation in field user")


def _digest(password: Any) -> str:
    if isinstance(password, str):
        return passwords.digest(password)
    if not isinstance(password, dict):
        raise MalformedLogin(problem=f"Expected string, got {javascript_type(password)} in field password")
    digest = password.get("digest")
    if not isinstance(digest, str):
        raise MalformedLogin(problem="Missing key 'digest' in field password")
    if password.get("algorithm") != "sha-256":
        raise WrongHashAlgorithm
    return digest


def _identified(credentials: _Credentials, origin: str) -> User:
    find: dict[str, Callable[[str], str | None]] = {
        "username": user_store.id_by_username,
        "email": user_store.id_by_email,
        "id": str,
    }
    user_id = find[credentials.by](credentials.who)
    # By whatever name: somebody who is known by three of them has no three times as many attempts.
    account = user_id or credentials.who
    prefetch.login(user_id, limits.password_attempts(account, origin))
    limits.check_password_may_be_tried(account, origin)
    user = user_store.find(user_id) if user_id else None
    stored = user.password_hash if user else None
    # Asked for unknown users too: the time of the answer tells nothing.
    if not passwords.matches(credentials.digest, stored) or user is None or stored is None:
        limits.count_wrong_password(account, origin)
        raise WrongCredentials
    if passwords.weaker_than_set(stored):
        anew = passwords.hashed(credentials.digest.lower())
        user_store.change(user.id, lambda now: now.model_copy(update={"password_hash": anew}))
    return user


def _check_may_log_in(user: User) -> None:
    if not user.active:
        raise UserNotActivated
    if not user.roles:
        raise UserHasNoRoles
    if workspace.current().flag("Accounts_EmailVerification") and "admin" not in user.roles and not user.verified_email:
        raise EmailNotVerified


def _welcome(user: User, token_for: Callable[[str], str]) -> Login:
    now = clock.now_text()
    secrets = table.side_by_side(partial(token_for, user.id), partial(_note_login, user.id, now))
    return Login(user, secrets[0])


def _note_login(user_id: str, at: str) -> str:
    user_store.note_login(user_id, at)
    return at


def log_out(caller: Caller) -> None:
    """Ends the token that this request was made with; a personal access token too."""
    if caller.token:
        token_store.remove(caller.token)


# --- for somebody


def create_token(caller: Caller, user: User) -> str:
    """A login token for the caller, or (with user-generate-access-token) for any active user.

    Raises:
        NotAuthorized.
    """
    if user.id != caller.id and not caller.may("user-generate-access-token"):
        raise NotAuthorized
    if not user.active:
        raise NotAuthorized
    return tokens.issue(user.id)
