"""Logging in and out."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict
from typing_extensions import TypedDict

from pimentachat.requests.bounds import CREDENTIALS, REFERENCE, SECRET
from pimentachat.requests.params import Params, Refers
from pimentachat.requests.replies import ProfileDocument
from pimentachat.services.accounts.logins import Attempt


class LogIn(Params):
    """Every form of the body at once; which one it is, is for the service to say (contract: authentication.yaml
    accepted_bodies)."""

    model_config = ConfigDict(**{**Params.model_config, "extra": "allow"})

    user: Annotated[Any, CREDENTIALS, Refers("login")] = None
    username: Annotated[Any, REFERENCE, Refers("login")] = None
    email: Annotated[Any, REFERENCE, Refers("login")] = None
    password: Annotated[Any, CREDENTIALS] = None
    code: Annotated[Any, SECRET] = None
    resume: Annotated[Any, SECRET, Refers("token")] = None
    totp: Annotated[Any, CREDENTIALS] = None
    ldap: Annotated[Any, CREDENTIALS] = None
    ldap_options: Annotated[Any, CREDENTIALS] = None
    ldap_pass: Annotated[Any, SECRET] = None
    service_name: Annotated[Any, REFERENCE] = None
    access_token: Annotated[Any, SECRET] = None
    access_token_secret: Annotated[Any, SECRET] = None

    @property
    def attempt(self) -> Attempt:
        inner = self.totp.get("login") if isinstance(self.totp, dict) else None
        # One level, or a body could nest as deep as the stack.
        within = _inside(inner) if isinstance(inner, Mapping) else self
        return Attempt(
            user=within.user,
            username=within.username,
            email=within.email,
            password=within.ldap_pass if within.ldap and within.password is None else within.password,
            resume=self.resume,
            service_name=self.service_name,
            access_token=self.access_token,
            token_secret=self.access_token_secret,
            code=self.totp.get("code") if isinstance(self.totp, dict) else within.code,
            unknown=tuple(within.model_extra or ()),
        )


def _inside(body: Mapping[str, Any]) -> LogIn:
    inner = LogIn.of(body)
    assert isinstance(inner, LogIn)
    return inner


class LogInData(TypedDict):
    userId: str
    authToken: str
    me: ProfileDocument


class LogOutData(TypedDict):
    message: str
