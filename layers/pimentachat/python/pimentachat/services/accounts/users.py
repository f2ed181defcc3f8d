"""Users: creating, registering, looking them up and showing them (contract: users.yaml)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import Forbidden
from pimentachat.errors.users import (
    CustomFieldsNotJson,
    NoSuchUser,
    UserNotFound,
    UserParamMissing,
    UserWithoutUsername,
)
from pimentachat.listing import pages
from pimentachat.listing.fields import parse_fields
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.models.kinds import DIRECT
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.services.accounts import custom_fields, preferences, presence
from pimentachat.store import counters, memberships, prefetch, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

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
_FOR_EVERYBODY: Final = (
    "_id", "name", "username", "status", "statusText", "utcOffset", "type", "active", "reason", "avatarETag",
)  # fmt: skip
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
    "avatarOrigin",
)
_ME: Final = (
    "_id",
    "name",
    "emails",
    "username",
    "statusText",
    "utcOffset",
    "active",
    "language",
    "roles",
    "customFields",
)


# --- finding


@dataclass(frozen=True)
class UserReference:
    """How a client names a user: by id, which wins, or by username."""

    id: str = ""
    username: str = ""


def named(whom: UserReference, *, otherwise: ChatError | None = None) -> User:
    """The user that a client names.

    Raises:
        UserParamMissing.
        UserNotFound (or `otherwise`): there is none.
    """
    if whom.id.strip():
        user = user_store.find(whom.id)
    elif name := whom.username.strip():
        user_id = user_store.id_by_username(name)
        user = user_store.find(user_id) if user_id else None
    else:
        raise UserParamMissing
    if user is None:
        raise otherwise or UserNotFound()
    return user


def all_named(some: Sequence[UserReference], room_id: str) -> list[User]:
    """The users that a client names for a room, read with their memberships in two round trips.

    Raises:
        UserParamMissing, UserNotFound.
    """
    prefetch.usernames(whom.username for whom in some if not whom.id.strip())
    found = (whom.id.strip() or user_store.id_by_username(whom.username.strip()) for whom in some)
    prefetch.people_in(room_id, [user_id for user_id in found if user_id], consistent=True)
    return [named(whom) for whom in some]


# --- showing


def profile(user: User) -> Document:
    """The user as `me` shows them: effective preferences, the first verified address, the address of the picture."""
    document = user.document()
    shown: Document = {name: document[name] for name in _ME if name in document}
    shown |= {"status": user.status, "statusConnection": presence.connection(user)}
    shown["settings"] = {"preferences": preferences.effective(user)}
    if user.verified_email:
        shown["email"] = user.verified_email
    if not user.username:
        # Who came by a service chooses one first.
        del shown["username"]
        return shown
    shown["avatarUrl"] = avatar_address(user.username)
    return shown


def avatar_address(username: str) -> str:
    """Where the picture of a user is: with us, or where another server has all of them."""
    ours = f"{workspace.current().text('Site_Url').rstrip('/')}/avatar/{quote(username)}"
    return external_avatar_address(username) or ours


def external_avatar_address(username: str) -> str | None:
    """Where the picture of a user is, when another server has them (Accounts_AvatarExternalProviderUrl)."""
    template = workspace.current().text("Accounts_AvatarExternalProviderUrl").strip()
    if not template.lower().startswith(("https://", "http://")):
        return None
    return template.replace("{username}", quote(username, safe=""))


def info(caller: Caller, whom: UserReference, fields: str = "") -> Document:
    """A user as the caller may see them; oneself, and with view-full-other-user-info everybody, in full.

    Raises:
        UserParamMissing, NoSuchUser, UserWithoutUsername.
    """
    user = named(whom, otherwise=NoSuchUser())
    if not user.username:
        raise UserWithoutUsername(username=user.username)
    oneself = user.id == caller.id
    in_full = oneself or caller.may("view-full-other-user-info")
    document = user.document()
    shown: Document = {name: document[name] for name in (_IN_FULL if in_full else _FOR_EVERYBODY) if name in document}
    if custom := _custom_fields(user, in_full):
        shown["customFields"] = custom
    wanted = parse_fields(fields) if fields else {}
    if wanted.get("userRooms") and (oneself or caller.may("view-other-user-channels")):
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
        name = membership.preferences.get("name") if room.kind is DIRECT else room.name
        row: Document = {"_id": membership.id, "rid": room.id, "name": name, "t": room.t}
        rows.append(row | ({"roles": sorted(membership.roles)} if membership.roles else {}))
    return sorted(rows, key=lambda row: (row["t"], row["name"] or ""))


def every(caller: Caller, asked: ListQuery) -> Listed:
    """All users by username, bots and inactive ones too, without what the caller may not see.

    Raises:
        Forbidden: view-d-room is missing.
    """
    if not caller.may("view-d-room"):
        raise Forbidden
    hidden = _HIDDEN_ALWAYS if caller.may("view-full-other-user-info") else _HIDDEN_FROM_OTHERS
    return pages.listed(
        asked,
        hidden=hidden,
        in_order=lambda offset, limit, forward: pages.read_within(
            _ids(offset, limit, forward), lambda some: [user.document() for user in user_store.find_many(some)]
        ),
        total=lambda: counters.total("users"),
        order="username",
    )


def _ids(offset: int, limit: int | None, forward: bool) -> list[str]:
    """The ids of a page, with the total beside them."""
    return table.with_beside(
        lambda: user_store.listed_ids(offset, limit, forward=forward),
        lambda: counters.prefetch("users"),
    )
