"""Logging in and out, and who one is."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.authentication import LogIn, LogInData, LogOutData
from pimentachat.requests.replies import ProfileDocument
from pimentachat.services.accounts import logins, users

api = Api("authentication")


@api.post("login", public=True, envelope="status")
def log_in(params: LogIn) -> LogInData:
    """Log in with user name or e-mail and password, or with a token"""
    login = logins.log_in(params.attempt)
    return {"userId": login.user.id, "authToken": login.token, "me": users.profile(login.user)}


@api.get("logout", envelope="status")
@api.post("logout", envelope="status")
def log_out(caller: Caller) -> LogOutData:
    """Drop the token this request was made with"""
    logins.log_out(caller)
    return {"message": "You've been logged out!"}


@api.get("me")
def me(caller: Caller) -> ProfileDocument:
    """The calling user with effective preferences"""
    return users.profile(caller.user)


handler = api.handler
