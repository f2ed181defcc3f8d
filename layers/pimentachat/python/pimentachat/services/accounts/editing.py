"""Changing people: by an administrator, and by themselves (contract: users.yaml users.update,
users.updateOwnBasicInfo)."""

import html
from dataclasses import dataclass
from typing import Final

from pimentachat import clock, workspace
from pimentachat.auth import passwords
from pimentachat.auth.callers import Caller
from pimentachat.errors.requests import NotAllowed, TooManyRequests
from pimentachat.errors.users import (
    AssigningAdminNotAllowed,
    AssigningRolesNotAllowed,
    ChangingEmailNotAllowed,
    EditingEmailNotAllowed,
    EditingNameNotAllowed,
    EditingPasswordNotAllowed,
    EditingProfileNotAllowed,
    EditingUsernameNotAllowed,
    EditingUserNotAllowed,
    FieldUnavailable,
    IdentityNotSaved,
    InvalidRoleName,
    InvalidUsername,
    NameNotChanged,
    OwnUsernameTaken,
    RegisteredUsernameInvalid,
    UserNotFound,
)
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.services.accounts import activation, custom_fields, enrolment, identity, limits, password_policy
from pimentachat.services.text import names
from pimentachat.store import attempts, outbox
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

_OWN_CHANGE_SECONDS: Final = 60


@dataclass(frozen=True)
class Changes:
    """What an administrator (or oneself) changes; None leaves a thing as it is. Names and address come without blanks
    around them."""

    email: str | None = None
    name: str | None = None
    password: str | None = None
    username: str | None = None
    active: bool | None = None
    roles: list[str] | None = None
    require_password_change: bool | None = None
    verified: bool | None = None
    custom_fields: Document | None = None


@dataclass(frozen=True)
class OwnChanges:
    """What somebody changes about themselves; None leaves a thing as it is."""

    name: str | None = None
    username: str | None = None
    email: str | None = None
    password: str | None = None
    current_password: str | None = None
    """Hex SHA-256 of the password that they have."""
    custom_fields: Document | None = None


# --- by an administrator


def update(caller: Caller, user_id: str, wanted: Changes) -> User:
    """Changes a user; all at once, but `active`, which comes last.

    Raises:
        ChatError: in the order in which the contract lists them (users.yaml users.update).
        UserNotFound: there is none.
        IdentityNotSaved: the username belongs to somebody else, or to nobody by the settings.
        NotAllowed: `active` without edit-other-user-active-status; everything else is changed by then.
        LastAdmin: nobody else would be an administrator.
    """
    oneself = user_id == caller.id
    if not oneself and not caller.may("edit-other-user-info"):
        raise EditingUserNotAllowed
    user = caller.user if oneself else user_store.find(user_id)
    if user is None:
        raise UserNotFound
    _check_roles(caller, wanted.roles)
    if wanted.username and not names.valid(wanted.username):
        raise InvalidUsername(username=html.escape(wanted.username))
    if wanted.roles is not None and not caller.may("assign-roles"):
        raise AssigningRolesNotAllowed
    _check_allowed(caller, oneself, wanted)
    fields = None if wanted.custom_fields is None else custom_fields.checked(wanted.custom_fields)
    identity_taken, email_taken = IdentityNotSaved(), FieldUnavailable(value=html.escape(wanted.email or ""))
    new_email = wanted.email if wanted.email and identity.with_email(user, wanted.email) is not user else None
    if new_email:
        if user_store.id_by_email(new_email) not in {None, user_id}:
            raise email_taken
        enrolment.check_email(new_email)
    if wanted.username and wanted.username != user.username and enrolment.blocked(wanted.username):
        raise identity_taken
    digest = None
    if wanted.password and caller.may("edit-other-user-password"):
        digest = passwords.hashed(passwords.digest(wanted.password))
    changed = identity.change(
        user_id,
        lambda before: _edited(before, wanted, digest, fields),
        username_taken=identity_taken,
        email_taken=email_taken,
        also=_another_admin,
    )
    if changed is None:
        raise UserNotFound
    identity.confirm_again(user, changed)
    if wanted.active is not None:
        if not caller.may("edit-other-user-active-status"):
            raise NotAllowed
        changed = activation.apply(user_id, wanted.active) or changed
    return changed


def _check_roles(caller: Caller, roles: list[str] | None) -> None:
    if roles is None:
        return
    if any(role not in workspace.current().roles for role in roles):
        raise InvalidRoleName
    if "admin" in roles and not caller.may("assign-admin-role"):
        raise AssigningAdminNotAllowed


def _check_allowed(caller: Caller, oneself: bool, wanted: Changes) -> None:
    space = workspace.current()
    others = not oneself and caller.may("edit-other-user-info")
    passwords_of_others = not oneself and caller.may("edit-other-user-password")
    if not (
        space.flag("Accounts_AllowUserProfileChange")
        or caller.may("edit-other-user-info")
        or caller.may("edit-other-user-password")
    ):
        raise EditingProfileNotAllowed
    for given, setting, allowed, refusal in (
        (wanted.username, "Accounts_AllowUsernameChange", others, EditingUsernameNotAllowed),
        (wanted.name, "Accounts_AllowRealNameChange", others, EditingNameNotAllowed),
        (wanted.email, "Accounts_AllowEmailChange", others, EditingEmailNotAllowed),
        (wanted.password, "Accounts_AllowPasswordChange", passwords_of_others, EditingPasswordNotAllowed),
    ):
        if given and not allowed and not space.flag(setting):
            raise refusal


def _edited(user: User, wanted: Changes, password_hash: str | None, fields: Document | None) -> User:
    changes: Document = {}
    if wanted.username:
        changes["username"] = wanted.username
    if wanted.name is not None:
        changes["name"] = wanted.name or None
    if wanted.email:
        changes["emails"] = identity.with_email(user, wanted.email).emails
    if wanted.verified is not None and (emails := changes.get("emails", user.emails)):
        changes["emails"] = [{**emails[0], "verified": wanted.verified}, *emails[1:]]
        if wanted.verified:
            changes["undeliverable"] = [each for each in user.undeliverable if each != emails[0]["address"]]
    if wanted.roles is not None:
        changes["roles"] = list(dict.fromkeys(wanted.roles))
    if wanted.require_password_change is not None:
        changes["require_password_change"] = wanted.require_password_change
    if fields is not None:
        changes["custom_fields"] = {**(user.custom_fields or {}), **fields}
    if password_hash:
        # Somebody who must be given another password must be kept out with the old tokens too.
        changes |= {"password_hash": password_hash, "tokens_since": clock.now_text()}
    return _if_other(user, changes)


def _if_other(user: User, changes: Document) -> User:
    same = all(getattr(user, name) == value for name, value in changes.items())
    return user if same else user.model_copy(update=changes)


def _another_admin(before: User, after: User) -> list[Write]:
    stays = "admin" in (after.roles or []) or "admin" not in (before.roles or [])
    return [] if stays else activation.another_admin_stays(before)


# --- by themselves


def update_own(caller: Caller, wanted: OwnChanges) -> User:
    """Changes the caller, one thing after the other: what came before a refusal stays.

    Raises:
        ChatError: in the order in which the contract lists them (users.yaml users.updateOwnBasicInfo).
        TooManyRequests: name, username or address changed a minute ago, without edit-other-user-info.
    """
    if not workspace.current().flag("Accounts_AllowUserProfileChange"):
        raise NotAllowed
    user = caller.user
    if wanted.name is not None:
        user = _rename(caller, user, wanted.name)
    if wanted.username is not None:
        user = _give_username(caller, user, wanted.username)
    if wanted.email is not None:
        user = _give_email(caller, user, wanted.email, wanted.current_password)
    if wanted.password is not None and workspace.current().flag("Accounts_AllowPasswordChange"):
        user = _give_password(user, wanted.password, wanted.current_password)
    if wanted.custom_fields is not None:
        fields = custom_fields.checked(wanted.custom_fields)
        user = _change(user, custom_fields={**(user.custom_fields or {}), **fields})
    return user


def _rename(caller: Caller, user: User, name: str) -> User:
    space = workspace.current()
    if not space.flag("Accounts_AllowRealNameChange"):
        raise NotAllowed
    if not name and space.flag("Accounts_RequireNameForSignUp"):
        raise NameNotChanged
    if name == (user.name or ""):
        return user
    _count_own_change(caller, "name")
    return _change(user, name=name or None)


def _give_username(caller: Caller, user: User, username: str) -> User:
    if user.username and not workspace.current().flag("Accounts_AllowUsernameChange"):
        raise NotAllowed
    if username.lower() == user.username.lower():
        return user
    if not names.valid(username):
        raise RegisteredUsernameInvalid(username=html.escape(username))
    taken = OwnUsernameTaken(username=html.escape(username))
    if enrolment.blocked(username) or user_store.id_by_username(username) not in {None, user.id}:
        raise taken
    _count_own_change(caller, "username")
    changed = identity.change(
        user.id,
        lambda now: now.model_copy(update={"username": username}),
        username_taken=taken,
        email_taken=taken,
        also=_joins_at_first,
    )
    return changed or user


def _joins_at_first(before: User, after: User) -> list[Write]:
    """Who came by a service has no username at first, and joins the default rooms with it."""
    return [] if before.username else [outbox.entry(enrolment.JOIN_DEFAULT_ROOMS, user_id=after.id)]


def _give_email(caller: Caller, user: User, address: str, current_password: str | None) -> User:
    if not workspace.current().flag("Accounts_AllowEmailChange"):
        raise ChangingEmailNotAllowed
    _check_current_password(user, current_password)
    if identity.with_email(user, address) is user:
        return user
    taken = FieldUnavailable(value=html.escape(address))
    if user_store.id_by_email(address) not in {None, user.id}:
        raise taken
    enrolment.check_email(address)
    _count_own_change(caller, "email")
    changed = identity.change(
        user.id, lambda now: identity.with_email(now, address), username_taken=taken, email_taken=taken
    )
    if changed is None:
        return user
    identity.confirm_again(user, changed)
    return changed


def _give_password(user: User, password: str, current_password: str | None) -> User:
    _check_current_password(user, current_password)
    password_policy.check(password)
    return _change(user, password_hash=passwords.hashed(passwords.digest(password)), require_password_change=None)


def _check_current_password(user: User, digest: str | None) -> None:
    limits.check_own_password(user, digest or "")


def _change(user: User, **changes: object) -> User:
    # Neither a username nor an address: nothing here can be taken.
    changed = identity.change(
        user.id,
        lambda now: _if_other(now, dict(changes)),
        username_taken=IdentityNotSaved(),
        email_taken=IdentityNotSaved(),
    )
    return changed or user


def _count_own_change(caller: Caller, what: str) -> None:
    if caller.may("edit-other-user-info"):
        return
    seconds = attempts.count(f"change {what} {caller.id}", 1, seconds=_OWN_CHANGE_SECONDS)
    if seconds:
        raise TooManyRequests(seconds=seconds)
