"""Mails: the one way by which they leave, and those to people about their account, with the texts that the settings of
group Email hold (contract: users.yaml).

Nothing is sent to an address that is known to reach nobody, but for the link that confirms it again.
"""

import html
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aws_lambda_powertools import Logger

from pimentachat import clock, ids, workspace
from pimentachat.cloud import mail
from pimentachat.errors.users import EmailSendFailed
from pimentachat.models.users import User
from pimentachat.store import links as link_store
from pimentachat.store import users as user_store
from pimentachat.store.links import AccountPurpose, Link

logger: Final = Logger()

# Subjects that nobody changed are the names of texts.
_NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "{Welcome_to Site_Name}": "Welcome to [Site_Name]",
        "{Verification_Email_Subject}": "[Site_Name]: please confirm your address",
        "{Forgot_Password_Email_Subject}": "[Site_Name]: choose a new password",
    }
)
EFFECT: Final = "account_mail"
"""The effect that sends one (services/after/effects.py): of a kind, about a user."""
ACTIVATED: Final = "activated"
DEACTIVATED: Final = "deactivated"
SECOND_FACTOR_RESET: Final = "second_factor_reset"
APPROVAL: Final = "approval"
_TOLD: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        ACTIVATED: (
            "[Site_Name]: your account is active",
            (
                "<p>Hello [name],</p><p>your account [username] was activated. You can log in at "
                '<a href="[Site_Url]">[Site_Url]</a>.</p>'
            ),
        ),
        DEACTIVATED: (
            "[Site_Name]: your account was deactivated",
            "<p>Hello [name],</p><p>your account [username] was deactivated. An administrator can tell you why.</p>",
        ),
        SECOND_FACTOR_RESET: (
            "[Site_Name]: your second factor was switched off",
            (
                "<p>Hello [name],</p><p>an administrator switched off the second factor of your account [username], "
                "and you were logged out everywhere. Your password is enough now: please log in and switch another one "
                "on. If nobody did this for you, choose a new password and tell an administrator.</p>"
            ),
        ),
        APPROVAL: (
            "[Site_Name]: [username] waits for your approval",
            (
                "<p>[name] ([email]) registered as [username] and waits for approval.</p><p>Reason: [reason]</p>"
                '<p>You can approve the account at <a href="[Site_Url]">[Site_Url]</a>.</p>'
            ),
        ),
    }
)
"""Subject and text of the mails that no setting holds."""
_SUBJECT_MOST: Final = 200
_ADMINS_MOST: Final = 50
"""Who get a mail about an account that waits."""
_PLACEHOLDER: Final = re.compile(r"\[(\w+)\]")
_LINKS: Final[Mapping[AccountPurpose, tuple[str, str, str, str]]] = MappingProxyType(
    {
        "verify": ("Verification_Email_Subject", "Verification_Email", "/verify-email/", "Verification_Url"),
        "reset": ("Forgot_Password_Email_Subject", "Forgot_Password_Email", "/reset-password/", "Forgot_Password_Url"),
    }
)
"""Settings with subject and text, the page behind the link, and how the text names its address."""
NO_SENDER: Final = "From_Email is not set"
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


def configured() -> bool:
    """Whether mails are sent from here at all."""
    return bool(_sender())


def _sender() -> str:
    return workspace.current().text("From_Email").strip()


def send(
    receiver: str, subject: str, html_text: str, *, text: str = "", headers: Mapping[str, str] = _NO_HEADERS
) -> None:
    """Sends one mail, its parts as they are (cloud/mail.py).

    Raises:
        EmailSendFailed: no sender is configured, or SES did not take the mail.
    """
    sender = _sender()
    if not sender:
        raise EmailSendFailed(reason=NO_SENDER)
    try:
        mail.send(sender, receiver, subject, html_text, text=text, headers=headers)
    except mail.MailFailed as problem:
        raise EmailSendFailed(reason=str(problem)) from problem


def subject_of(title: str, values: Mapping[str, str]) -> str:
    """A subject with its placeholders replaced: one line, whatever is in them."""
    filled = _filled(_NAMED.get(title, title), {**_site(), **values})
    line = "".join(sign if sign.isprintable() else " " for sign in filled)
    return " ".join(line.split())[:_SUBJECT_MOST]


def site_url() -> str:
    """The address of the site, without a slash at its end."""
    return workspace.current().text("Site_Url").rstrip("/")


def send_welcome(user: User, password: str) -> None:
    """Tells somebody that an administrator made an account for them.

    Raises:
        EmailSendFailed: no sender is configured, or SES did not take the mail.
    """
    address = user.emails[0]["address"]
    values = {"name": user.name or user.username, "email": address, "password": password}
    _send("Accounts_UserAddedEmail_Subject", "Accounts_UserAddedEmail_Email", address, values)


def send_verification(user: User) -> None:
    """Asks somebody to confirm their first address. That it cannot be sent stops nobody: it is only logged."""
    if not configured():
        return
    try:
        send_link("verify", user, user.emails[0]["address"])
    except EmailSendFailed as problem:
        logger.warning("verification mail not sent", user_id=user.id, reason=str(problem))


def send_link(purpose: AccountPurpose, user: User, address: str) -> None:
    """Sends a new link to an address of a user; the mail alone knows its secret. One that confirms the address goes to
    any, another one only where mails arrive.

    Raises:
        EmailSendFailed: no sender is configured, or SES did not take the mail.
    """
    if purpose != "verify" and not user.reachable(address):
        return
    secret = ids.new_token()
    link_store.add(ids.fingerprint(secret), Link(purpose, user.id, address, clock.now_text()))
    subject, body, path, placeholder = _LINKS[purpose]
    values = {"name": user.name or user.username, placeholder: f"{site_url()}{path}{secret}"}
    _send(subject, body, address, values)


def tell(kind: str, user_id: str) -> None:
    """Sends the mail of a kind: about an account that waits to the administrators, else to its owner. Nothing happens
    where no sender is configured.

    Raises:
        EmailSendFailed: SES did not take the mail for any of them.
    """
    user = user_store.find(user_id)
    if user is None or not configured():
        return
    address = user.emails[0]["address"] if user.emails else ""
    values = {
        "name": user.name or user.username,
        "username": user.username,
        "email": address,
        "reason": user.reason or "none given",
    }
    receivers = _administrators() if kind == APPROVAL else [address] * bool(address and user.reachable(address))
    subject, body = _TOLD[kind]
    failed: list[EmailSendFailed] = []
    for receiver in receivers:
        try:
            _send_text(subject, body, receiver, values)
        except EmailSendFailed as problem:
            failed.append(problem)
    if failed and len(failed) == len(receivers):
        raise failed[0]


def _administrators() -> list[str]:
    """The addresses of those who may let people in."""
    held = user_store.find_many(user_store.holders("admin", most=_ADMINS_MOST))
    active = [user for user in held if user.active and user.emails]
    return [address for user in active if user.reachable(address := user.emails[0]["address"])]


def _send(subject: str, body: str, receiver: str, values: Mapping[str, str]) -> None:
    """One of the mails whose texts are settings."""
    space = workspace.current()
    _send_text(space.text(subject), space.text(body), receiver, values)


def _send_text(title: str, text: str, receiver: str, values: Mapping[str, str]) -> None:
    send(receiver, subject_of(title, values), _filled(text, _escaped({**_site(), **values})))


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, in one pass: what somebody is called is never read as a placeholder."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _escaped(values: Mapping[str, str]) -> dict[str, str]:
    return {name: html.escape(value) for name, value in values.items()}


def _site() -> dict[str, str]:
    return {"Site_Name": workspace.current().text("Site_Name"), "Site_Url": site_url()}
