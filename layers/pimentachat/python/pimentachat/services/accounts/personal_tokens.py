"""Personal access tokens: named, without an end, shown once (contract: authentication.yaml personal_access_tokens)."""

from pimentachat.auth import tokens
from pimentachat.auth.callers import Caller
from pimentachat.errors.authentication import NoSuchToken, PersonalTokensNotAllowed
from pimentachat.errors.requests import MatchError
from pimentachat.models.users import NAME_MOST, LoginToken
from pimentachat.store import tokens as token_store


def _check_allowed(caller: Caller) -> None:
    if not caller.may("create-personal-access-tokens"):
        raise PersonalTokensNotAllowed


def generate(caller: Caller, name: str) -> str:
    """
    Raises:
        PersonalTokensNotAllowed, TokenNameTaken, MatchError: the name is longer than a key can be.
    """
    _check_allowed(caller)
    if len(name) > NAME_MOST:
        raise MatchError(problem="Failed Match.Where validation in field tokenName")
    return tokens.issue_personal(caller.user, name)


def regenerate(caller: Caller, name: str) -> str:
    """Another token under the same name; the one before stops working at once.

    Raises:
        PersonalTokensNotAllowed, NoSuchToken.
    """
    _check_allowed(caller)
    return tokens.reissue_personal(_named(caller, name))


def listed(caller: Caller) -> list[LoginToken]:
    """The caller's tokens, by name.

    Raises:
        PersonalTokensNotAllowed.
    """
    _check_allowed(caller)
    return [token for token in token_store.personal(caller.id) if not token.ended_for(caller.user)]


def remove(caller: Caller, name: str) -> None:
    """
    Raises:
        PersonalTokensNotAllowed, NoSuchToken.
    """
    _check_allowed(caller)
    token_store.remove_personal(_named(caller, name))


def _named(caller: Caller, name: str) -> LoginToken:
    token = token_store.find_personal(caller.id, name)
    if token is None or token.ended_for(caller.user):
        raise NoSuchToken
    return token
