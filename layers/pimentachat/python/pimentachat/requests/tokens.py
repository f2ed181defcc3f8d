"""Tokens by which people and bots call."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.errors.requests import ParamRequired
from pimentachat.models.records import Date
from pimentachat.requests.bounds import NAME
from pimentachat.requests.params import Otherwise, Params


class TokenName(Params):
    token_name: Annotated[str, NAME, Otherwise(ParamRequired, name="tokenName")] = Field(min_length=1)


class LoginData(TypedDict):
    userId: str
    authToken: str


class LoginReply(TypedDict):
    data: LoginData


class TokenReply(TypedDict):
    token: str


class TokenDocument(TypedDict):
    name: str | None
    createdAt: Date
    lastTokenPart: str


class TokensReply(TypedDict):
    tokens: list[TokenDocument]
