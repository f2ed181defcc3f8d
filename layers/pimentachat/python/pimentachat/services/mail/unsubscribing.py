"""Ending mails about messages, by a link in each of them: without a login, by a button, or by the mail program itself
(RFC 8058)."""

from typing import Final

from pimentachat import clock, ids
from pimentachat.errors.users import UnsubscribeLinkNotGood
from pimentachat.models.users import User
from pimentachat.services.accounts import mails
from pimentachat.store import links as link_store
from pimentachat.store import users as user_store
from pimentachat.store.links import Link

_PATH: Final = "/unsubscribe/"


def link(user: User, address: str) -> str:
    """A new address that ends mails for somebody; good for thirty days."""
    secret = ids.new_token()
    link_store.add(ids.fingerprint(secret), Link("unsubscribe", user.id, address, clock.now_text()))
    return f"{mails.site_url()}{_PATH}{secret}"


def headers(leave: str) -> dict[str, str]:
    """What mail programs read to offer a button of their own, and what tells others that no person wrote."""
    return {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def check(secret: str) -> None:
    """
    Raises:
        UnsubscribeLinkNotGood: it is too old, or never was.
    """
    _whose(secret)


def unsubscribe(secret: str) -> None:
    """Ends mails about messages for whose link it is, for all rooms, whatever they chose for one of them; until they
    choose a mode again in their preferences. May be called again.

    Raises:
        UnsubscribeLinkNotGood: it is too old, or never was.
    """
    user_store.change(_whose(secret), _without_mails)


def _without_mails(user: User) -> User:
    if user.unsubscribed:
        return user
    preferences = {**(user.settings.get("preferences") or {}), "emailNotificationMode": "nothing"}
    settings = {**user.settings, "preferences": preferences}
    # Their subscriptions show it.
    changes = {"settings": settings, "unsubscribed": True, "wishes_since": clock.now_text()}
    return user.model_copy(update=changes)


def _whose(secret: str) -> str:
    found = link_store.find(ids.fingerprint(secret), "unsubscribe")
    if found is None:
        raise UnsubscribeLinkNotGood
    return found.user_id
