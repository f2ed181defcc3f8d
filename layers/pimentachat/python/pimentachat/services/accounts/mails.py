"""Mails to people about their account, with the texts that the settings of group Email hold (contract: users.yaml)."""

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
from pimentachat.store import tokens as token_store

logger: Final = Logger()

# Subjects that nobody changed are the names of texts.
_NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "{Welcome_to Site_Name}": "Welcome to [Site_Name]",
        "{Verification_Email_Subject}": "[Site_Name]: please confirm your address",
    }
)
_PLACEHOLDER: Final = re.compile(r"\[(\w+)\]")
_VERIFICATION_DAYS: Final = 3


def send_welcome(user: User, password: str) -> None:
    """Tells somebody that an administrator made an account for them.

    Raises:
        EmailSendFailed: no sender is configured, or SES did not take the mail.
    """
    address = user.emails[0]["address"]
    values = {"name": user.name or user.username, "email": address, "password": password}
    _send("Accounts_UserAddedEmail_Subject", "Accounts_UserAddedEmail_Email", address, values)


def send_verification(user: User) -> None:
    """Asks somebody who registered to confirm the address. That it cannot be sent stops nobody: it is only logged."""
    if not workspace.current().text("From_Email"):
        return
    address, secret = user.emails[0]["address"], ids.new_token()
    token_store.add_verification(
        ids.fingerprint(secret), user.id, address, clock.epoch_seconds(_VERIFICATION_DAYS * clock.DAY)
    )
    link = f"{_site_url()}/verify-email/{secret}"
    try:
        _send("Verification_Email_Subject", "Verification_Email", address, {"Verification_Url": link})
    except EmailSendFailed as problem:
        logger.warning("verification mail not sent", user_id=user.id, reason=str(problem))


def _send(subject: str, body: str, receiver: str, values: Mapping[str, str]) -> None:
    space = workspace.current()
    sender = space.text("From_Email").strip()
    if not sender:
        raise EmailSendFailed(reason="From_Email is not set")
    known = {"Site_Name": space.text("Site_Name"), "Site_Url": _site_url(), **values}
    title, text = space.text(subject), space.text(body)
    try:
        mail.send(sender, receiver, _line(_filled(_NAMED.get(title, title), known)), _filled(text, _escaped(known)))
    except mail.MailFailed as problem:
        raise EmailSendFailed(reason=str(problem)) from problem


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, in one pass: what somebody is called is never read as a placeholder."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _escaped(values: Mapping[str, str]) -> dict[str, str]:
    return {name: html.escape(value) for name, value in values.items()}


def _line(text: str) -> str:
    return " ".join(text.split())


def _site_url() -> str:
    return workspace.current().text("Site_Url").rstrip("/")
