"""New users: made by an administrator, or by registering (contract: users.yaml users.create, users.register)."""

import html
import re
from typing import Final

from pimentachat import clock, ids
from pimentachat.auth import passwords, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    AddingUserNotAllowed,
    AssigningAdminNotAllowed,
    ChangingActiveNotAllowed,
    ChatError,
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
from pimentachat.models.users import CreateUser, Register, User

# Contract: common.yaml query_and_fields.hidden_on_users_endpoints; services and e2e are stored nowhere.
from pimentachat.services import custom_fields, mails, members, names, password_policy
from pimentachat.store import counters
from pimentachat.store import rooms as room_store
from pimentachat.store import users as store

_EMAIL_LENGTH_MOST: Final = 254
_EMAIL: Final = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@"
    r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)


def create(caller: Caller, params: CreateUser) -> User:
    """Creates a user in the name of an administrator.

    Raises:
        ChatError: in the order in which the contract lists them (users.yaml users.create). With EmailSendFailed
            the user exists: only the welcome mail could not be sent.
    """
    fields = custom_fields.checked(params.custom_fields) if params.custom_fields is not None else None
    if not caller.may("create-user"):
        raise AddingUserNotAllowed
    roles = _checked_roles(caller, params.roles)
    if params.active is not None and not caller.may("edit-other-user-active-status"):
        raise ChangingActiveNotAllowed
    space = workspace.current()
    name, username, email = params.name.strip(), params.username.strip(), params.email.strip()
    if not name and space.flag("Accounts_RequireNameForSignUp"):
        raise FieldRequired(field="Name")
    if not username:
        raise FieldRequired(field="Username")
    if not names.valid(username):
        raise InvalidUsername(username=html.escape(username))
    if not params.password and not params.set_random_password:
        raise FieldRequired(field="Password")
    username_taken = FieldUnavailable(value=html.escape(username))
    if blocked(username) or store.id_by_username(username):
        raise username_taken
    email_taken = FieldUnavailable(value=html.escape(email))
    if store.id_by_email(email):
        raise email_taken
    check_email(email)
    password = params.password or ids.new_password()
    now = clock.now_text()
    user = User(
        _id=ids.new_id(),
        username=username,
        name=name or None,
        emails=[{"address": email, "verified": params.verified}],
        active=_active_from_the_start() if params.active is None else params.active,
        roles=roles,
        created_at=now,
        custom_fields=fields or None,
        require_password_change=params.require_password_change,
        password_hash=passwords.hashed(passwords.digest(password)),
        _updatedAt=now,
    )
    _enrol(user, username_taken, email_taken, join=params.join_default_channels)
    if params.send_welcome_email:
        mails.send_welcome(user, password)
    return user


def register(params: Register) -> User:
    """Creates a user who registers. Nobody becomes administrator this way: that is for the seed (docs/decisions.md).

    Raises:
        ChatError: in the order in which the contract lists them (users.yaml users.register).
    """
    space = workspace.current()
    username, email = params.username.strip(), params.email.strip().lower()
    if blocked(username) or store.id_by_username(username):
        raise UsernameInUse
    form = space.text("Accounts_RegistrationForm")
    if form == "Disabled":
        raise RegistrationDisabled
    if form == "Secret URL" and params.secret_url != space.text("Accounts_RegistrationForm_SecretURL"):
        raise RegistrationSecretWrong
    password_policy.check(params.password)
    check_email(email)
    if store.id_by_email(email):
        raise RegisteredEmailTaken
    if not names.valid(username):
        raise RegisteredUsernameInvalid(username=html.escape(username))
    fields = custom_fields.checked(params.model_extra or {})
    approval = space.flag("Accounts_ManuallyApproveNewUsers")
    now = clock.now_text()
    user = User(
        _id=ids.new_id(),
        username=username,
        name=params.name.strip() or None,
        emails=[{"address": email, "verified": False}],
        active=not approval,
        roles=["user"],
        reason=params.reason if approval else None,
        created_at=now,
        custom_fields=fields or None,
        password_hash=passwords.hashed(passwords.digest(params.password)),
        _updatedAt=now,
    )
    _enrol(user, UsernameInUse(), RegisteredEmailTaken(), join=True)
    mails.send_verification(user)
    return user


def _enrol(user: User, username_taken: ChatError, email_taken: ChatError, *, join: bool) -> None:
    store.add(user, username_taken=username_taken, email_taken=email_taken)
    counters.add("users", 1)
    if join:
        join_default_rooms(user)


def join_default_rooms(user: User) -> None:
    """Makes the user a member of every room that new users join."""
    for room in room_store.find_many(room_store.default_ids(), consistent=True):
        if not room.archived:
            members.enter(room, user, user, "uj")


def _active_from_the_start() -> bool:
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


def blocked(username: str) -> bool:
    """Whether the setting Accounts_BlockedUsernameList keeps the name from everybody."""
    listed = workspace.current().text("Accounts_BlockedUsernameList").split(",")
    return username.lower() in {name.strip().lower() for name in listed}


def check_email(address: str) -> None:
    """
    Raises:
        InvalidEmail, EmailDomainBlocked, EmailDomainNotAllowed.
    """
    if len(address) > _EMAIL_LENGTH_MOST or not _EMAIL.fullmatch(address):
        raise InvalidEmail(email=html.escape(address))
    space = workspace.current()
    domain = address.rpartition("@")[2].lower()
    allowed = _domains(space.text("Accounts_AllowedDomainsList"))
    if domain in _domains(space.text("Accounts_BlockedDomainsList")) - allowed:
        raise EmailDomainBlocked
    if allowed and domain not in allowed:
        raise EmailDomainNotAllowed


def _domains(text: str) -> set[str]:
    return {domain.strip().lower() for domain in text.split(",") if domain.strip()}
