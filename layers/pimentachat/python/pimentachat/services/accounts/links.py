"""Links in mails: a new password for who forgot theirs, and the confirmation of an address (contract: users.yaml
users.forgotPassword)."""

from typing import Final

from pimentachat import clock, ids
from pimentachat.auth import passwords
from pimentachat.errors.users import EmailSendFailed, FieldRequired, LinkNotGood
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.services.accounts import identity, limits, mails, password_policy
from pimentachat.store import jobs, outbox, table
from pimentachat.store import links as link_store
from pimentachat.store import users as user_store
from pimentachat.store.links import AccountPurpose, Link
from pimentachat.store.writes import Write

MAIL: Final = "mail_link"
"""The effect that makes a link and sends it (services/after/effects.py)."""


def ask(purpose: AccountPurpose, address: str, origin: str) -> None:
    """Sends a link to an address, if somebody has it. Whether anybody does shows neither in the answer nor in the time
    that it takes: the mail is sent afterwards.

    Args:
        origin: the address of the client.

    Raises:
        EmailSendFailed: no mails are sent from here at all.
        TooManyRequests: too many were asked for, for this address or from there.
    """
    if not mails.configured():
        raise EmailSendFailed(reason=mails.NO_SENDER)
    limits.count_mails(address, origin)
    table.write(outbox.entry(MAIL, purpose=purpose, address=address))


def send(purpose: AccountPurpose, address: str) -> None:
    """Makes a link and sends it, when an active user has the address.

    Raises:
        EmailSendFailed: SES did not take the mail.
    """
    user_id = user_store.id_by_email(address)
    user = user_store.find(user_id) if user_id else None
    if user is None or not user.active:
        return
    known = next((email for email in user.emails if email["address"].lower() == address.lower()), None)
    if known is None:
        return
    if purpose == "verify" and known.get("verified") and user.reachable(known["address"]):
        return
    mails.send_link(purpose, user, known["address"])


def check(secret: str, purpose: AccountPurpose) -> None:
    """
    Raises:
        LinkNotGood: it was used, is too old, or never was.
    """
    _found(secret, purpose)


def reset_password(secret: str, password: str) -> None:
    """Sets another password by a link, once; every session of the user ends with the next request.

    Raises:
        LinkNotGood, FieldRequired, PasswordPolicyNotMet.
    """
    link, user = _found(secret, "reset")
    if not password:
        raise FieldRequired(field="Password")
    password_policy.check(password)
    digest = passwords.hashed(passwords.digest(password))
    changes: Document = {"password_hash": digest, "tokens_since": clock.now_text(), "require_password_change": None}

    def following(_: User, after: User) -> list[Write]:
        forget = jobs.request(identity.FORGET_TOKENS, user_id=after.id, until=after.tokens_since or "")
        return [forget, _used(secret)]

    # Who opened the link reads the mails of the address.
    user_store.change(user.id, lambda now: now.confirmed(link.address).model_copy(update=changes), also=following)


def verify(secret: str) -> None:
    """Confirms an address by a link, once.

    Raises:
        LinkNotGood.
    """
    link, user = _found(secret, "verify")
    user_store.change(user.id, lambda now: now.confirmed(link.address), also=lambda *_: [_used(secret)])


def _used(secret: str) -> Write:
    return link_store.used(ids.fingerprint(secret), otherwise=LinkNotGood())


def _found(secret: str, purpose: AccountPurpose) -> tuple[Link, User]:
    link = link_store.find(ids.fingerprint(secret), purpose)
    user = user_store.find(link.user_id) if link else None
    if link is None or user is None or not user.active:
        raise LinkNotGood
    if all(email["address"] != link.address for email in user.emails):
        raise LinkNotGood
    if purpose == "reset" and link.made_at <= (user.tokens_since or ""):
        # Another link was used since then, or somebody changed the password.
        raise LinkNotGood
    return link, user
