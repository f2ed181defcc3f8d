"""A second factor at the login by password: codes of an authenticator app, and backup codes (contract:
authentication.yaml login)."""

from pimentachat import clock, ids, workspace
from pimentachat.auth import two_factor
from pimentachat.auth.callers import Caller
from pimentachat.errors.authentication import (
    TotpCodeWrong,
    TotpInvalid,
    TotpIsOn,
    TotpRequired,
    TwoFactorOff,
)
from pimentachat.errors.requests import NotAllowed
from pimentachat.models.users import SecondFactor, User
from pimentachat.services.accounts import identity, limits, mails
from pimentachat.store import jobs, outbox
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

_HERE = "logged in"
_SETTING = "Accounts_TwoFactorAuthentication_Enabled"


def check_login(user: User, code: str, origin: str) -> None:
    """Asks for a code at the login of somebody who has a second factor. A code is good once.

    Raises:
        TotpRequired, TotpInvalid.
        TooManyRequests: too many wrong codes from this address.
    """
    factor = user.second_factor
    if factor is None or not factor.enabled or not workspace.current().flag(_SETTING):
        return
    if not code:
        raise TotpRequired
    if not _use(user, code):
        limits.count_wrong_password(user.id, origin)
        raise TotpInvalid


def enable(caller: Caller) -> tuple[str, str]:
    """A secret for the caller's app, and the address that carries it into the app. Nothing is asked for at the login
    before `confirm`.

    Raises:
        TwoFactorOff, TotpIsOn.
    """
    if not workspace.current().flag(_SETTING):
        raise TwoFactorOff
    secret = two_factor.new_secret()

    def edited(user: User) -> User:
        if user.second_factor and user.second_factor.enabled:
            raise TotpIsOn
        return user.model_copy(update={"second_factor": SecondFactor(secret=secret)})

    user_store.change(caller.id, edited)
    return secret, two_factor.address(secret, caller.username, workspace.current().text("Site_Name"))


def confirm(caller: Caller, code: str) -> list[str]:
    """Switches the second factor on, once the caller's app makes codes; returns the backup codes, shown only here.

    Raises:
        TwoFactorOff, TotpCodeWrong, TotpIsOn, TooManyRequests.
    """
    if not workspace.current().flag(_SETTING):
        raise TwoFactorOff
    factor = caller.user.second_factor
    if factor is None:
        raise TotpCodeWrong
    if factor.enabled:
        raise TotpIsOn
    return _with_new_codes(caller, code)


def disable(caller: Caller, code: str) -> None:
    """
    Raises:
        TotpCodeWrong, TooManyRequests.
    """
    _check(caller, code)
    user_store.change(caller.id, lambda user: user.model_copy(update={"second_factor": None}))


def reset(caller: Caller, user: User) -> None:
    """Switches somebody's second factor off who has lost it: they are logged out everywhere and told by mail. Nothing
    happens to who has none.

    Raises:
        NotAllowed: without the permission; also for oneself, which takes a code (`disable`).
    """
    if not caller.may("edit-other-user-totp") or user.id == caller.id:
        raise NotAllowed

    def edited(now: User) -> User:
        if now.second_factor is None:
            return now
        return now.model_copy(update={"second_factor": None, "tokens_since": clock.now_text()})

    user_store.change(user.id, edited, also=_reset)


def _reset(_: User, after: User) -> list[Write]:
    return [
        jobs.request(identity.FORGET_TOKENS, user_id=after.id, until=after.tokens_since or ""),
        outbox.entry(mails.EFFECT, kind=mails.SECOND_FACTOR_RESET, user_id=after.id),
    ]


def regenerate(caller: Caller, code: str) -> list[str]:
    """Other backup codes, shown only here; the ones before are good for nothing.

    Raises:
        TotpCodeWrong, TooManyRequests.
    """
    if not _enabled(caller.user):
        raise TotpCodeWrong
    return _with_new_codes(caller, code)


def codes_left(caller: Caller) -> int:
    """
    Raises:
        TotpCodeWrong: the caller has no second factor.
    """
    factor = caller.user.second_factor
    if factor is None or not factor.enabled:
        raise TotpCodeWrong
    return len(factor.backup)


def _enabled(user: User) -> bool:
    return user.second_factor is not None and user.second_factor.enabled


def _with_new_codes(caller: Caller, code: str) -> list[str]:
    _check(caller, code)
    codes = two_factor.new_backup_codes()
    stored = [ids.fingerprint(each) for each in codes]

    def edited(user: User) -> User:
        if user.second_factor is None:
            return user
        factor = user.second_factor.model_copy(update={"enabled": True, "backup": stored})
        return user.model_copy(update={"second_factor": factor})

    user_store.change(caller.id, edited)
    return codes


def _check(caller: Caller, code: str) -> None:
    if caller.user.second_factor is None:
        raise TotpCodeWrong
    limits.check_password_may_be_tried(f"code {caller.id}", _HERE)
    if not _use(caller.user, code):
        limits.count_wrong_password(f"code {caller.id}", _HERE)
        raise TotpCodeWrong


def _use(user: User, code: str) -> bool:
    """Whether a code is good; then it is no longer, of two at the same moment too."""
    good = False

    def used(now: User) -> User:
        nonlocal good
        factor = now.second_factor
        good = False
        if factor is None:
            return now
        after = _after(factor, code.strip())
        if after is None:
            return now
        good = True
        return now.model_copy(update={"second_factor": after})

    user_store.change(user.id, used)
    return good


def _after(factor: SecondFactor, code: str) -> SecondFactor | None:
    """The factor once a code was used; None: it is not good."""
    if two_factor.is_backup_code(code):
        fingerprint = ids.fingerprint(code)
        if not factor.enabled or fingerprint not in factor.backup:
            return None
        return factor.model_copy(update={"backup": [one for one in factor.backup if one != fingerprint]})
    delta = workspace.current().number("Accounts_TwoFactorAuthentication_MaxDelta")
    step = two_factor.step_of(code, factor.secret, delta=delta)
    if step is None or step <= factor.last_step:
        return None
    return factor.model_copy(update={"last_step": step})
