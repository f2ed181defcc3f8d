"""Tokens by which people and bots call."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.requests.params import UserParams
from pimentachat.requests.tokens import LoginData, LoginReply, TokenName, TokenReply, TokensReply
from pimentachat.services.accounts import logins, personal_tokens, users

router = Router()


@router.post("users.createToken")
def create_token(caller: Caller, params: UserParams) -> LoginReply:
    """Make a login token for a user (oneself, or any user with the permission)"""
    user = users.named(params.whom)
    return {"data": LoginData(userId=user.id, authToken=logins.create_token(caller, user))}


@router.post("users.generatePersonalAccessToken")
def generate_personal_access_token(caller: Caller, params: TokenName) -> TokenReply:
    """Make a named personal access token, shown only here"""
    return {"token": personal_tokens.generate(caller, params.token_name)}


@router.post("users.regeneratePersonalAccessToken")
def regenerate_personal_access_token(caller: Caller, params: TokenName) -> TokenReply:
    """Replace the value of a personal access token, shown only here"""
    return {"token": personal_tokens.regenerate(caller, params.token_name)}


@router.get("users.getPersonalAccessTokens")
def get_personal_access_tokens(caller: Caller) -> TokensReply:
    """List the caller's personal access tokens"""
    found = personal_tokens.listed(caller)
    return {
        "tokens": [
            {"name": token.name, "createdAt": token.created_at, "lastTokenPart": token.last_token_part}
            for token in found
        ]
    }


@router.post("users.removePersonalAccessToken")
def remove_personal_access_token(caller: Caller, params: TokenName) -> None:
    """Remove a personal access token"""
    personal_tokens.remove(caller, params.token_name)
