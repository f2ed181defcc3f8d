"""Logging in by Google, Facebook or Twitter: the account of an identity, one with its address, or a new one (contract:
authentication.yaml login, google)."""

from pimentachat import clock, ids, workspace
from pimentachat.auth import oauth
from pimentachat.auth.oauth import Credentials, Identity
from pimentachat.errors.authentication import (
    IdentityTaken,
    RegistrationByServicesDisabled,
    ServiceDomainNotAllowed,
    ServiceNotConfigured,
    ServiceUnexpected,
)
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.services.accounts import enrolment, mails
from pimentachat.store import counters, outbox, table
from pimentachat.store import users as user_store

NAMES = ("google", "facebook", "twitter")


def user_of(service: str, given: Credentials) -> User:
    """The account that a token of a provider opens.

    Raises:
        ServiceUnexpected, ServiceNotConfigured, IdentityNotFetched, RegistrationByServicesDisabled,
        ServiceDomainNotAllowed.
    """
    if service not in NAMES:
        raise ServiceUnexpected(service=service)
    ours = oauth.application(service)
    if ours is None:
        raise ServiceNotConfigured
    identity = oauth.identify(service, ours, given)
    for _ in table.attempts():
        try:
            return _known(identity) or _linked(identity) or _enrolled(identity)
        except IdentityTaken:
            # Another request of the same person was faster: the account is there now.
            user_store.forget_identity(identity.service, identity.id, identity.email)
    raise AssertionError("unreachable")


def _known(identity: Identity) -> User | None:
    user_id = user_store.id_by_identity(identity.service, identity.id)
    return user_store.find(user_id) if user_id else None


def _linked(identity: Identity) -> User | None:
    """The user who has the address, from now on with this identity. An address that nobody had confirmed may have been
    claimed by somebody else before: whatever that somebody set up to get in is gone."""
    user_id = user_store.id_by_email(identity.email) if identity.email else None
    if user_id is None:
        return None

    def edited(user: User) -> User:
        ours = next((email for email in user.emails if email["address"].lower() == identity.email.lower()), None)
        if ours is None:
            return user
        changes: Document = {"identities": [*user.identities, _entry(identity)]}
        if not ours.get("verified"):
            changes |= {
                "password_hash": None,
                "second_factor": None,
                "require_password_change": True,
                "tokens_since": clock.now_text(),
            }
        return user.confirmed(ours["address"]).model_copy(update=changes)

    return user_store.change(user_id, edited, username_taken=IdentityTaken(), email_taken=IdentityTaken())


def _enrolled(identity: Identity) -> User:
    space = workspace.current()
    if not space.flag("Accounts_Registration_AuthenticationServices_Enabled"):
        raise RegistrationByServicesDisabled
    allowed = space.listed("Accounts_AllowedDomainsList")
    if allowed and identity.email.rpartition("@")[2].lower() not in allowed:
        raise ServiceDomainNotAllowed
    listed = space.text("Accounts_Registration_AuthenticationServices_Default_Roles").split(",")
    roles = [role for role in dict.fromkeys(each.strip() for each in listed) if role in space.roles and role != "admin"]
    now = clock.now_text()
    user = User(
        _id=ids.new_id(),
        name=identity.name or None,
        emails=[{"address": identity.email.lower(), "verified": True}] if identity.email else [],
        roles=roles or ["user"],
        active=enrolment.active_from_the_start(),
        identities=[_entry(identity)],
        created_at=now,
        _updatedAt=now,
    )
    waits = [] if user.active else [outbox.entry(mails.EFFECT, kind=mails.APPROVAL, user_id=user.id)]
    user_store.add(user, username_taken=IdentityTaken(), email_taken=IdentityTaken(), also=waits)
    counters.add("users", 1)
    return user


def _entry(identity: Identity) -> Document:
    return {"service": identity.service, "id": identity.id}
