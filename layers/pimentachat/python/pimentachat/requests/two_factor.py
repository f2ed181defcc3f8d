"""The second factor of a login."""

from typing import Annotated

from typing_extensions import TypedDict

from pimentachat.requests.bounds import SECRET
from pimentachat.requests.params import Params


class Code(Params):
    code: Annotated[str, SECRET]


class SecretReply(TypedDict):
    secret: str
    url: str
    """`otpauth:`, for the authenticator app."""


class CodesReply(TypedDict):
    codes: list[str]


class RemainingReply(TypedDict):
    remaining: int
