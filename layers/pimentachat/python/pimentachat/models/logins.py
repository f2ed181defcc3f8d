"""Logging in and out."""

from typing import Annotated, Any

from pydantic import ConfigDict
from typing_extensions import TypedDict

from pimentachat.models.params import Params, Refers
from pimentachat.models.records import Document


class LogIn(Params):
    """Every form of the body at once; which one it is, is for the service to say (contract: authentication.yaml
    accepted_bodies)."""

    model_config = ConfigDict(**{**Params.model_config, "extra": "allow"})

    user: Annotated[Any, Refers("login")] = None
    username: Annotated[Any, Refers("login")] = None
    email: Annotated[Any, Refers("login")] = None
    password: Any = None
    code: Any = None
    resume: Annotated[Any, Refers("token")] = None
    totp: Any = None
    ldap: Any = None
    ldap_options: Any = None
    ldap_pass: Any = None
    service_name: Any = None
    access_token: Any = None


class LogInData(TypedDict):
    userId: str
    authToken: str
    me: Document


class LogOutData(TypedDict):
    message: str
