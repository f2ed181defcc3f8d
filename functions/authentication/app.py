"""Logging in and out, and who one is."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.logins import LogIn, LogInData, LogOutData
from pimentachat.models.records import Document
from pimentachat.services import logins, users

api = Api("authentication")


@api.post("login", public=True, envelope="status")
def log_in(params: LogIn) -> LogInData:
    """Log in with user name or e-mail and password, or with a token"""
    return logins.log_in(params)


@api.get("logout", envelope="status")
@api.post("logout", envelope="status")
def log_out(caller: Caller) -> LogOutData:
    """Drop the token this request was made with"""
    logins.log_out(caller)
    return {"message": "You've been logged out!"}


@api.get("me")
def me(caller: Caller) -> Document:
    """The calling user with effective preferences"""
    return users.profile(caller.user)


handler = api.handler
