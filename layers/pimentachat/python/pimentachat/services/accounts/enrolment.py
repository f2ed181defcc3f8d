"""New users: made by an administrator, or by registering (contract: users.yaml users.create, users.register)."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from pimentachat import clock, ids, workspace
from pimentachat.auth import passwords
from pimentachat.auth.callers import Caller
from pimentachat.config import config
from pimentachat.errors.base import ChatError
from pimentachat.errors.users import (
    AddingUserNotAllowed,
    AssigningAdminNotAllowed,
    EditingUserNotAllowed,
    EmailDomainBlocked,
    EmailDomainNotAllowed,
    FieldRequired,
    FieldUnavailable,
    InvalidEmail,
    InvalidRoleName,
    InvalidUsername,
    RegisteredEmailTaken,
    RegisteredUsernameInvalid,
    RegistrationDisabled,
    RegistrationSecretWrong,
    UsernameInUse,
)
from pimentachat.models.messages import EVERYBODY
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.services.accounts import custom_fields, limits, mails, password_policy
from pimentachat.services.events import listeners
from pimentachat.services.rooms import members
from pimentachat.services.text import names
from pimentachat.store import counters, memberships, outbox, prefetch, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

JOIN_DEFAULT_ROOMS: Final = "join_default_rooms"
"""The effect that finishes an enrolment (services/after/effects.py)."""
TAKE_PICTURE: Final = "take_picture"
"""The effect that looks for a picture of a new user elsewhere (services/files/avatars.py)."""
_EMAIL_LENGTH_MOST: Final = 254
_EMAIL: Final = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@"
    r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)


@dataclass(frozen=True)
class NewUser:
    """What an administrator says of a user to create. Names and address come without blanks around them."""

    email: str
    name: str
    username: str
    password: str
    active: bool | None = None
    roles: list[str] | None = None
    joins_default_rooms: bool = True
    require_password_change: bool | None = None
    sends_welcome: bool = False
    verified: bool = False
    custom_fields: Document | None = None
    random_password: bool = False


@dataclass(frozen=True)
class Application:
    """What somebody says who registers. Names and address come without blanks around them."""

    username: str
    email: str
    password: str
    name: str
    secret: str = ""
    """Of the registration form with a secret address."""
    reason: str | None = None
    custom_fields: Document = field(default_factory=dict)


def create(caller: Caller, wanted: NewUser) -> User:
    """Creates a user in the name of an administrator.

    Raises:
        ChatError: in the order in which the contract lists them (users.yaml users.create). With EmailSendFailed
            the user exists: only the welcome mail could not be sent.
    """
    fields = custom_fields.checked(wanted.custom_fields) if wanted.custom_fields is not None else None
    if not caller.may("create-user"):
        raise AddingUserNotAllowed
    roles = _checked_roles(caller, wanted.roles)
    if wanted.active is not None and not caller.may("edit-other-user-active-status"):
        raise EditingUserNotAllowed
    space = workspace.current()
    name, username, email = wanted.name, wanted.username, wanted.email
    if not name and space.flag("Accounts_RequireNameForSignUp"):
        raise FieldRequired(field="Name")
    if not username:
        raise FieldRequired(field="Username")
    if not names.valid(username):
        raise InvalidUsername(username=html.escape(username))
    if not wanted.password and not wanted.random_password:
        raise FieldRequired(field="Password")
    username_taken = FieldUnavailable(value=html.escape(username))
    if blocked(username) or user_store.id_by_username(username):
        raise username_taken
    email_taken = FieldUnavailable(value=html.escape(email))
    if user_store.id_by_email(email):
        raise email_taken
    check_email(email)
    password = wanted.password or ids.new_password()
    now = clock.now_text()
    user = User(
        _id=ids.new_id(),
        username=username,
        name=name or None,
        emails=[{"address": email, "verified": wanted.verified}],
        active=active_from_the_start() if wanted.active is None else wanted.active,
        roles=roles,
        created_at=now,
        custom_fields=fields or None,
        require_password_change=wanted.require_password_change,
        password_hash=passwords.hashed(passwords.digest(password)),
        _updatedAt=now,
    )
    _enrol(user, username_taken, email_taken, join=wanted.joins_default_rooms)
    if wanted.sends_welcome:
        mails.send_welcome(user, password)
    return user


def register(application: Application, origin: str) -> User:
    """Creates a user who registers. Nobody becomes administrator this way: that is for the seed (docs/decisions.md).

    Raises:
        ChatError: in the order in which the contract lists them (users.yaml users.register).
        TooManyRequests: too many accounts were made from this address (`origin`, of the client).
    """
    space = workspace.current()
    username, email = application.username, application.email.lower()
    check_free(username)
    form = space.text("Accounts_RegistrationForm")
    if form == "Disabled":
        raise RegistrationDisabled
    if form == "Secret URL" and application.secret != space.text("Accounts_RegistrationForm_SecretURL"):
        raise RegistrationSecretWrong
    password_policy.check(application.password)
    check_email(email)
    if user_store.id_by_email(email):
        raise RegisteredEmailTaken
    if not names.valid(username):
        raise RegisteredUsernameInvalid(username=html.escape(username))
    fields = custom_fields.checked(application.custom_fields)
    limits.count_registration(origin)
    approval = space.flag("Accounts_ManuallyApproveNewUsers")
    now = clock.now_text()
    user = User(
        _id=ids.new_id(),
        username=username,
        name=application.name or None,
        emails=[{"address": email, "verified": False}],
        active=not approval,
        roles=["user"],
        reason=application.reason if approval else None,
        created_at=now,
        custom_fields=fields or None,
        password_hash=passwords.hashed(passwords.digest(application.password)),
        _updatedAt=now,
    )
    _enrol(user, UsernameInUse(), RegisteredEmailTaken(), join=True)
    mails.send_verification(user)
    return user


def _enrol(user: User, username_taken: ChatError, email_taken: ChatError, *, join: bool) -> None:
    rest = [outbox.entry(JOIN_DEFAULT_ROOMS, user_id=user.id)] if join else []
    if not user.active and not active_from_the_start():
        rest.append(outbox.entry(mails.EFFECT, kind=mails.APPROVAL, user_id=user.id))
    if config().gravatar_url and workspace.current().flag("Accounts_SetDefaultAvatar"):
        rest.append(outbox.entry(TAKE_PICTURE, user_id=user.id))
    rest += listeners.told("userCreated", user_id=user.id)
    add = partial(user_store.add, user, username_taken=username_taken, email_taken=email_taken, also=rest)
    if not join:
        add()
        counters.add("users", 1)
        return
    room_ids: list[str] = []
    table.side_by_side(add, lambda: room_ids.extend(room_store.default_ids()))
    table.side_by_side(partial(_enter, user, room_ids), partial(counters.add, "users", 1))


def join_default_rooms(user: User) -> None:
    """Makes the user a member of every room that new users join."""
    _enter(user, room_store.default_ids())


def _enter(user: User, room_ids: Sequence[str], *, again: bool = True) -> None:
    """`again`: also rooms that the user was in before."""
    prefetch.rooms_of(user.id, room_ids)
    rooms = [room for room in map(room_store.find, room_ids) if room and not room.archived]
    if not again:
        rooms = [room for room in rooms if memberships.former(user.id, room.id) is None]
    table.side_by_side(*(partial(members.enter, room, user, user, "uj") for room in rooms))


def finish(user_id: str) -> None:
    """What a request that died after storing a user left undone: default rooms that they were never in."""
    user = user_store.find(user_id)
    if user:
        _enter(user, room_store.default_ids(), again=False)


def active_from_the_start() -> bool:
    """Whether nobody has to approve a new account."""
    return not workspace.current().flag("Accounts_ManuallyApproveNewUsers")


def _checked_roles(caller: Caller, roles: list[str] | None) -> list[str]:
    if roles is None:
        return ["user"]
    known = workspace.current().roles
    if any(role not in known for role in roles):
        raise InvalidRoleName
    if "admin" in roles and not caller.may("assign-admin-role"):
        raise AssigningAdminNotAllowed
    return list(dict.fromkeys(roles))


def check_free(username: str) -> None:
    """
    Raises:
        UsernameInUse: somebody who registers cannot have the name.
    """
    if blocked(username) or user_store.id_by_username(username):
        raise UsernameInUse


def blocked(username: str) -> bool:
    """Whether the name is kept from everybody: by the setting Accounts_BlockedUsernameList, or because it mentions all
    people of a room."""
    listed = workspace.current().text("Accounts_BlockedUsernameList").split(",")
    return username.lower() in {*EVERYBODY, *(name.strip().lower() for name in listed)}


def check_email(address: str) -> None:
    """
    Raises:
        InvalidEmail, EmailDomainBlocked, EmailDomainNotAllowed.
    """
    if len(address) > _EMAIL_LENGTH_MOST or not _EMAIL.fullmatch(address):
        raise InvalidEmail(email=html.escape(address))
    space = workspace.current()
    domain = address.rpartition("@")[2].lower()
    allowed = space.listed("Accounts_AllowedDomainsList")
    if domain not in allowed:
        if domain in space.listed("Accounts_BlockedDomainsList"):
            raise EmailDomainBlocked
        if space.flag("Accounts_UseDefaultBlockedDomainsList") and _disposable(domain):
            raise EmailDomainBlocked
    if allowed and domain not in allowed:
        raise EmailDomainNotAllowed


def _disposable(domain: str) -> bool:
    """Whether the domain, or one that it belongs to, gives addresses for a few minutes to everybody."""
    # Here, because it takes some milliseconds and a megabyte, and few requests ask.
    from disposable_email_domains import blocklist

    labels = domain.split(".")
    return any(".".join(labels[first:]) in blocklist for first in range(len(labels) - 1))
