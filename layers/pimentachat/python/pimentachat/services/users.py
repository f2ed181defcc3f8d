"""Users: creating, registering, looking them up and showing them (contract: users.yaml)."""

from typing import Any, Final

from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    CustomFieldsNotJson,
    Forbidden,
    UserNotFound,
    UserParamMissing,
    UserWithoutUsername,
)
from pimentachat.models.params import UserParams
from pimentachat.models.records import Document
from pimentachat.models.rooms import Invite
from pimentachat.models.users import ListUsers, User, UserInfo

# Contract: common.yaml query_and_fields.hidden_on_users_endpoints; services and e2e are stored nowhere.
from pimentachat.services import custom_fields, listing
from pimentachat.services.fields import parse_fields
from pimentachat.services.listing import Listed
from pimentachat.store import counters, memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import users as store

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
        known = custom_fields.known()
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
