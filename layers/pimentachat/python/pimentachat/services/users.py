"""Users: creating, registering, looking them up and showing them (contract: users.yaml)."""

import html
import re
from typing import Any, Final

import orjson

from pimentachat import clock, ids
from pimentachat.auth import passwords, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    AddingUserNotAllowed,
    AssigningAdminNotAllowed,
    ChangingActiveNotAllowed,
    ChatError,
    CustomFieldRefused,
    CustomFieldsNotJson,
    EmailDomainBlocked,
    EmailDomainNotAllowed,
    FieldRequired,
    FieldUnavailable,
    Forbidden,
    InvalidEmail,
    InvalidRoleName,
    InvalidUsername,
    RegisteredEmailTaken,
    RegisteredUsernameInvalid,
    RegistrationDisabled,
    RegistrationSecretWrong,
    UsernameInUse,
    UserNotFound,
    UserParamMissing,
    UserWithoutUsername,
)
from pimentachat.models.params import UserParams
from pimentachat.models.records import Document
from pimentachat.models.rooms import Invite
from pimentachat.models.users import CreateUser, ListUsers, Register, User, UserInfo
from pimentachat.services import listing, mails, members, names, password_policy
from pimentachat.services.fields import parse_fields
from pimentachat.services.listing import Listed
from pimentachat.store import counters, memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import users as store

# Contract: common.yaml query_and_fields.hidden_on_users_endpoints; services and e2e are stored nowhere.
_HIDDEN_FROM_OTHERS: Final = frozenset(
    [
        "avatarOrigin",
        "emails",
        "phone",
        "statusConnection",
        "createdAt",
        "lastLogin",
        "services",
        "requirePasswordChange",
        "requirePasswordChangeReason",
        "roles",
        "statusDefault",
        "_updatedAt",
        "customFields",
        "settings",
        "importIds",
        "e2e",
        "joinCode",
        "members",
    ]
)
_HIDDEN_ALWAYS: Final = frozenset({"services", "importIds", "e2e", "joinCode", "members"})
_FOR_EVERYBODY: Final = ("_id", "name", "username", "status", "utcOffset", "type", "active", "reason")
_IN_FULL: Final = (
    *_FOR_EVERYBODY,
    "emails",
    "phone",
    "statusConnection",
    "createdAt",
    "lastLogin",
    "requirePasswordChange",
    "requirePasswordChangeReason",
    "roles",
)
_ME: Final = ("_id", "name", "emails", "username", "utcOffset", "active", "language", "roles", "customFields")
_PREFERENCE: Final = "Accounts_Default_User_Preferences_"
_EMAIL_LENGTH_MOST: Final = 254
_EMAIL: Final = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@"
    r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)


# --- finding


def named(params: UserParams) -> User:
    """The user that the parameters name: the first of userId, username and user that is not blank.

    Raises:
        UserParamMissing, UserNotFound.
    """
    if params.user_id.strip():
        user = store.find(params.user_id)
    elif name := params.username.strip() or params.user.strip():
        user_id = store.id_by_username(name)
        user = store.find(user_id) if user_id else None
    else:
        raise UserParamMissing
    if user is None:
        raise UserNotFound
    return user


def all_named(params: Invite) -> list[User]:
    """The users of the lists `userIds` and `usernames`, which today's clients send, or the one that `named` finds.

    Raises:
        UserParamMissing, UserNotFound.
    """
    each = [UserParams(user_id=user_id) for user_id in params.user_ids]
    each += [UserParams(username=username) for username in params.usernames]
    return [named(one) for one in each] if each else [named(params)]


# --- showing


def profile(user: User) -> Document:
    """The user as `me` shows them: effective preferences, the first verified address, the address of the picture."""
    document = user.document()
    space = workspace.current()
    shown: Document = {name: document[name] for name in _ME if name in document}
    shown |= {"status": user.status, "statusConnection": user.status_connection or "offline"}
    shown["settings"] = {"preferences": preferences(user)}
    if user.verified_email:
        shown["email"] = user.verified_email
    shown["avatarUrl"] = f"{space.text('Site_Url').rstrip('/')}/avatar/{user.username}"
    return shown


def preferences(user: User) -> Document:
    """The user's own choice or the site's, for every preference that has a setting."""
    space = workspace.current()
    chosen: dict[str, Any] = user.settings.get("preferences") or {}
    return {name: chosen.get(name, space.setting(_PREFERENCE + name)) for name in preference_names()}


def preference_names() -> list[str]:
    return [name.removeprefix(_PREFERENCE) for name in workspace.setting_ids() if name.startswith(_PREFERENCE)]


def info(caller: Caller, params: UserInfo) -> Document:
    """A user as the caller may see them; oneself, and with view-full-other-user-info everybody, in full.

    Raises:
        UserParamMissing, UserNotFound, UserWithoutUsername.
    """
    user = named(params)
    if not user.username:
        raise UserWithoutUsername(username=user.username)
    in_full = user.id == caller.id or caller.may("view-full-other-user-info")
    document = user.document()
    shown: Document = {name: document[name] for name in (_IN_FULL if in_full else _FOR_EVERYBODY) if name in document}
    fields = _custom_fields(user, in_full)
    if fields:
        shown["customFields"] = fields
    wanted = parse_fields(params.fields) if params.fields else {}
    if wanted.get("userRooms") and caller.may("view-other-user-channels"):
        shown["rooms"] = _rooms(user)
    return shown


def _custom_fields(user: User, in_full: bool) -> Document:
    try:
        known = _known_custom_fields()
    except CustomFieldsNotJson:
        return {}
    return {
        name: value
        for name, value in (user.custom_fields or {}).items()
        if name in known and (in_full or known[name].get("public") is True)
    }


def _rooms(user: User) -> list[Document]:
    held = {one.room_id: one for one in memberships.of_user(user.id) if not one.ended}
    rows = []
    for room in room_store.find_many(held):
        membership = held[room.id]
        name = membership.preferences.get("name") if room.t == "d" else room.name
        row: Document = {"_id": membership.id, "rid": room.id, "name": name, "t": room.t}
        rows.append(row | ({"roles": sorted(membership.roles)} if membership.roles else {}))
    return sorted(rows, key=lambda row: (row["t"], row["name"] or ""))


def every(caller: Caller, params: ListUsers) -> Listed:
    """All users by username, bots and inactive ones too, without what the caller may not see.

    Raises:
        Forbidden: view-d-room is missing.
    """
    if not caller.may("view-d-room"):
        raise Forbidden
    hidden = _HIDDEN_ALWAYS if caller.may("view-full-other-user-info") else _HIDDEN_FROM_OTHERS
    return listing.listed(
        params,
        hidden=hidden,
        in_order=lambda offset, limit, forward: [
            user.document() for user in store.page(offset, limit, forward=forward)
        ],
        total=lambda: counters.total("users"),
        order="username",
    )


# --- creating


def create(caller: Caller, params: CreateUser) -> User:
    """Creates a user in the name of an administrator.

    Raises:
        ChatError: in the order in which the contract lists them (users.yaml users.create). With EmailSendFailed
            the user exists: only the welcome mail could not be sent.
    """
    fields = _checked_custom_fields(params.custom_fields) if params.custom_fields is not None else None
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
    fields = _checked_custom_fields(params.model_extra or {})
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
    for room in room_store.find_many(room_store.default_ids()):
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


# --- custom fields


def _known_custom_fields() -> dict[str, dict[str, Any]]:
    text = workspace.current().text("Accounts_CustomFields").strip()
    if not text:
        return {}
    try:
        known = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise CustomFieldsNotJson from None
    if not isinstance(known, dict):
        raise CustomFieldsNotJson
    return {name: rule for name, rule in known.items() if isinstance(rule, dict)}


def _checked_custom_fields(given: Document) -> Document:
    """Those of the given fields that Accounts_CustomFields defines, with its defaults.

    Raises:
        CustomFieldsNotJson, CustomFieldRefused.
    """
    kept: Document = {}
    for name, rule in _known_custom_fields().items():
        value = given.get(name, rule.get("defaultValue"))
        if isinstance(value, str):
            value = value.strip()
        if value in (None, ""):
            if rule.get("required"):
                raise CustomFieldRefused(problem=f"Field {name} is required")
            continue
        _check_custom_field(name, rule, value)
        kept[name] = value
    return kept


def _check_custom_field(name: str, rule: dict[str, Any], value: Any) -> None:
    if rule.get("type") == "select" and value not in rule.get("options", []):
        raise CustomFieldRefused(problem=f"Value for field {name} is invalid")
    most, least = rule.get("maxLength"), rule.get("minLength")
    if isinstance(most, int) and len(str(value)) > most:
        raise CustomFieldRefused(problem=f"Max length of field {name} {most}")
    if isinstance(least, int) and len(str(value)) < least:
        raise CustomFieldRefused(problem=f"Min length of field {name} {least}")
