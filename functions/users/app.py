"""Users and their personal access tokens."""

from typing import Annotated

from pimentachat.api import Api, Redirect
from pimentachat.auth.callers import Caller
from pimentachat.requests.params import UserParams
from pimentachat.requests.replies import Status
from pimentachat.requests.users import (
    CreateUser,
    ListUsers,
    Register,
    SetAvatar,
    TokenName,
    TokenReply,
    TokensReply,
    UserInfo,
    UserReply,
    UsersReply,
)
from pimentachat.services.accounts import enrolment, personal_tokens, users
from pimentachat.services.files import avatars

api = Api("users")


@api.post("users.create")
def create(caller: Caller, params: CreateUser) -> UserReply:
    """Create a user as administrator"""
    return {"user": enrolment.create(caller, params.wanted).document()}


@api.post("users.register", public=True)
def register(params: Register) -> UserReply:
    """Register oneself"""
    return {"user": enrolment.register(params.application).document()}


@api.get("users.info")
def info(caller: Caller, params: UserInfo) -> UserReply:
    """A user's data, limited by the caller's rights"""
    return {"user": users.info(caller, params.whom, params.fields)}


@api.get("users.list")
def list_users(caller: Caller, params: ListUsers) -> UsersReply:
    """Users, paged, filtered and limited by the caller's rights"""
    found = users.every(caller, params.asked)
    return {"users": found.rows, **found.numbers}


@api.post("users.setAvatar")
def set_avatar(caller: Caller, params: SetAvatar) -> None:
    """Set a user's picture from an uploaded file or an address"""
    if params.avatar_url is None:
        avatars.set_from_files(caller, params.whom, params.files)
    else:
        avatars.set_from_address(caller, params.whom, params.avatar_url)


@api.post("users.resetAvatar")
def reset_avatar(caller: Caller, params: UserParams) -> None:
    """Remove a user's picture"""
    avatars.reset(caller, params.whom)


@api.get("users.getAvatar", public=True)
def get_avatar(params: UserParams) -> Annotated[Redirect, Status(307)]:
    """Where a user's picture is: a redirect, and the address as JSON text"""
    return Redirect(avatars.address(params.whom), 307, as_json=True)


@api.post("users.generatePersonalAccessToken")
def generate_personal_access_token(caller: Caller, params: TokenName) -> TokenReply:
    """Make a named personal access token, shown only here"""
    return {"token": personal_tokens.generate(caller, params.token_name)}


@api.get("users.getPersonalAccessTokens")
def get_personal_access_tokens(caller: Caller) -> TokensReply:
    """List the caller's personal access tokens"""
    found = personal_tokens.listed(caller)
    return {
        "tokens": [
            {"name": token.name, "createdAt": token.created_at, "lastTokenPart": token.last_token_part}
            for token in found
        ]
    }


@api.post("users.removePersonalAccessToken")
def remove_personal_access_token(caller: Caller, params: TokenName) -> None:
    """Remove a personal access token"""
    personal_tokens.remove(caller, params.token_name)


handler = api.handler
