"""Logging in and out, and who one is."""

from pimentachat.api import Api, Origin
from pimentachat.api.pages import Field, Page
from pimentachat.auth.callers import Caller
from pimentachat.requests.authentication import LogIn, LogInData, LogOutData
from pimentachat.requests.links import Link, NewPassword
from pimentachat.requests.replies import ProfileDocument
from pimentachat.services.accounts import links, logins, users
from pimentachat.services.mail import unsubscribing

api = Api("authentication")


@api.post("login", public=True, envelope="status")
def log_in(params: LogIn, origin: Origin) -> LogInData:
    """Log in with user name or e-mail and password, or with a token"""
    login = logins.log_in(params.attempt, origin.address, origin.headers.get("x-2fa-code", ""))
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


# --- the pages behind links in mails


@api.get("/reset-password/{token}", public=True, envelope="page")
def ask_for_password(params: Link) -> Page:
    """The page behind the link for a forgotten password"""
    links.check(params.token, "reset")
    field = Field("password", "New password")
    return Page("Choose a new password", "You will be logged out everywhere else.", "Set the password", (field,))


@api.post("/reset-password/{token}", public=True, envelope="page")
def reset_password(params: NewPassword) -> Page:
    """Set a new password; the link is good for one"""
    links.reset_password(params.token, params.password)
    return Page("Your password is set", "You can log in with it now.")


@api.get("/verify-email/{token}", public=True, envelope="page")
def ask_for_confirmation(params: Link) -> Page:
    """The page behind the link that confirms an address

    It asks once more, because programs that look through mails open links too.
    """
    links.check(params.token, "verify")
    return Page("Is this your address?", "Please confirm that this mail reached you.", "Confirm my address")


@api.post("/verify-email/{token}", public=True, envelope="page")
def verify_email(params: Link) -> Page:
    """Confirm an address; the link is good for one"""
    links.verify(params.token)
    return Page("Your address is confirmed", "Thank you. You can close this page.")


@api.get("/unsubscribe/{token}", public=True, envelope="page")
def ask_whether_to_unsubscribe(params: Link) -> Page:
    """The page behind the link that ends mails about messages

    A look at it changes nothing, because programs that look through mails open links too.
    """
    unsubscribing.check(params.token)
    return Page("No more mails?", "You will get no more mails about messages, from any room.", "Unsubscribe")


@api.post("/unsubscribe/{token}", public=True, envelope="page")
def unsubscribe(params: Link) -> Page:
    """End mails about messages, by the button or by a mail program (RFC 8058)"""
    unsubscribing.unsubscribe(params.token)
    return Page("You get no more mails about messages", "In your preferences you can ask for them again.")


handler = api.handler
