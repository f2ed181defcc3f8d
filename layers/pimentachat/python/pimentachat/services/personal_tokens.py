"""Personal access tokens: named, without an end, shown once (contract: authentication.yaml personal_access_tokens)."""

from pimentachat.auth import tokens
from pimentachat.auth.callers import Caller
from pimentachat.errors import MatchError, PersonalTokensNotAllowed
from pimentachat.models.records import Document
from pimentachat.models.users import NAME_MOST
from pimentachat.store import tokens as store


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
    return tokens.issue_personal(caller.id, name)


def listed(caller: Caller) -> list[Document]:
    """`{name, createdAt, lastTokenPart}` of the caller's tokens.

    Raises:
        PersonalTokensNotAllowed.
    """
    _check_allowed(caller)
    return [
        {"name": token.name, "createdAt": token.created_at, "lastTokenPart": token.last_token_part}
        for token in store.personal(caller.id)
    ]


def remove(caller: Caller, name: str) -> None:
    """
    Raises:
        PersonalTokensNotAllowed, NoSuchToken.
    """
    _check_allowed(caller)
    store.remove_personal(caller.id, name)
