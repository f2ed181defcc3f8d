"""Integrations as administrators make and change them (contract: integrations.yaml)."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.integrations import (
    EventInvalid,
    EventNotAllowed,
    IntegrationChannelMissing,
    IntegrationChannelRefused,
    IntegrationChannelSign,
    IntegrationNotAllowed,
    IntegrationNotFound,
    IntegrationNotNamed,
    IntegrationNotOwned,
    IntegrationTypeInvalid,
    IntegrationUsernameMissing,
    IntegrationUserUnknown,
    OutgoingIntegrationNotAllowed,
    OutgoingUserUnknown,
    ScriptsNotSupported,
    TargetRoomMissing,
    TooManyIntegrations,
    UrlsInvalid,
)
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.listing import pages
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.models.integrations import CHANNEL_EVENTS, EVENTS, INCOMING, OUTGOING, PUBLIC, SCOPES, Integration
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.store import integrations as integration_store
from pimentachat.store import jobs, memberships, prefetch
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

MOST: Final = 500
"""Integrations of a workspace: every function that asks for them holds them in memory."""
CHANNELS_MOST: Final = 50
"""Of one integration."""
_ALL: Final = "manage-integrations"
_OWN: Final = "manage-own-integrations"
_RETRIES: Final = 4
_BOT: Final = "bot"


@dataclass(frozen=True)
class Wanted:
    """An integration as a client describes it; `channel` is a text with commas."""

    type: str
    name: str
    enabled: bool
    username: str
    script_enabled: bool
    channel: str
    urls: list[str] | None = None
    event: str | None = None
    trigger_words: list[str] | None = None
    alias: str | None = None
    avatar: str | None = None
    emoji: str | None = None
    token: str | None = None
    script: str | None = None
    target_channel: str | None = None
    target_room: str | None = None
    impersonate_user: bool | None = None
    trigger_word_anywhere: bool | None = None
    run_on_edits: bool = False
    retry_failed_calls: bool | None = None
    retry_count: int | None = None
    retry_delay: str | None = None


def create(caller: Caller, wanted: Wanted) -> Integration:
    """Makes an integration.

    Raises:
        ChatError: in the order in which `_checked` finds them.
        TooManyIntegrations.
    """
    fields = _checked(caller, wanted)
    now = clock.now_text()
    made = Integration(
        _id=ids.new_id(),
        _createdAt=now,
        _createdBy={"_id": caller.id, "username": caller.username},
        _updatedAt=now,
        **fields,
    )
    if not made.outgoing:
        made = made.model_copy(update={"token": ids.new_hook_token()})
        _make_bot(made.user_id)
    integration_store.add(made, most=MOST, otherwise=TooManyIntegrations(limit=MOST))
    return made


def update(caller: Caller, integration_id: str, target_url: str, wanted: Wanted) -> Integration:
    """Makes an integration another one; its type, id, and the token of an incoming one stay.

    Raises:
        IntegrationNotFound: there is none of this type.
        IntegrationNotOwned: somebody else's, and the caller may change their own alone.
        ChatError: what `create` refuses.
    """
    before = _named(wanted.type, integration_id, target_url)
    if before is None:
        raise IntegrationNotFound
    _check_owned(caller, before)
    fields = _checked(caller, wanted)
    if not before.outgoing:
        fields["token"] = before.token
        _make_bot(fields["user_id"])
    changes = {
        **fields,
        "updated_at": clock.now_text(),
        "changed_by": {"_id": caller.id, "username": caller.username},
    }
    after = integration_store.change(before.id, lambda now: now.model_copy(update=changes))
    if after is None:
        raise IntegrationNotFound
    return after


def remove(caller: Caller, kind: str, integration_id: str, target_url: str) -> Integration:
    """Takes an integration away, its history too; returns it as it was.

    Raises:
        IntegrationNotNamed, IntegrationTypeInvalid, IntegrationNotFound, IntegrationNotAllowed, IntegrationNotOwned.
    """
    if not integration_id and not target_url:
        raise IntegrationNotNamed
    before = _named(kind, integration_id, target_url if kind == OUTGOING else "")
    if before is None:
        raise IntegrationNotFound
    if not (caller.may(_ALL) or caller.may(_OWN)):
        raise IntegrationNotAllowed
    _check_owned(caller, before)
    integration_store.remove(before.id, also=[jobs.request("forget_calls", integration_id=before.id)])
    return before


def get(caller: Caller, integration_id: str) -> Integration:
    """One integration, the caller's own or, with manage-integrations, anybody's.

    Raises:
        IntegrationNotFound, IntegrationNotAllowed, IntegrationNotOwned.
    """
    if not (caller.may(_ALL) or caller.may(_OWN)):
        raise IntegrationNotAllowed
    found = workspace.current().integrations.get(integration_id)
    if found is None:
        raise IntegrationNotFound
    _check_owned(caller, found)
    return found


def listed(asked: ListQuery) -> Listed:
    """A page of all integrations, in the order in which they were made.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooCostly.
    """
    rows = [integration.document() for integration in workspace.current().integrations.values()]
    return pages.listed_in_memory(rows, asked, hidden=())


def of_room(room: Room, asked: ListQuery, *, scope: str = "") -> Listed:
    """A page of the integrations that name a room, or (`scope`) all rooms of its kind, in the order in which they were
    made.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooCostly.
    """
    wanted = {f"#{room.name}", f"#{room.id}", *([scope] if scope else [])}
    rows = [
        integration.document()
        for integration in workspace.current().integrations.values()
        if wanted & set(integration.channel)
    ]
    return pages.listed_in_memory(rows, asked, hidden=(), order="_createdAt")


def history(integration_id: str, asked: ListQuery) -> Listed:
    """A page of an outgoing integration's calls, those that changed last first; none for an unknown one.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly.
    """
    rows: list[Document] = integration_store.calls(integration_id, pages.LOOKED_THROUGH_MOST + 1)
    rows.sort(key=lambda row: str(row["_updatedAt"]), reverse=True)
    return pages.listed_in_memory(rows, asked, hidden=())


def rename_channel(old: str, new: str) -> None:
    """Integrations that name a room keep doing so under its new name (contract: integrations.yaml side_rules)."""
    for integration in integration_store.every().values():
        if f"#{old}" in integration.channel:
            integration_store.change(
                integration.id,
                lambda now: now.model_copy(
                    update={"channel": [f"#{new}" if name == f"#{old}" else name for name in now.channel]}
                ),
            )


def _named(kind: str, integration_id: str, target_url: str) -> Integration | None:
    if kind not in (INCOMING, OUTGOING):
        raise IntegrationTypeInvalid
    some = [each for each in workspace.current().integrations.values() if each.type == kind]
    if target_url:
        return next((each for each in some if target_url in (each.urls or [])), None)
    return next((each for each in some if each.id == integration_id), None)


def _check_owned(caller: Caller, integration: Integration) -> None:
    if caller.may(_ALL):
        return
    if not caller.may(_OWN):
        raise IntegrationNotAllowed
    if integration.created_by["_id"] != caller.id:
        raise IntegrationNotOwned


# --- what is checked


def _checked(caller: Caller, wanted: Wanted) -> dict[str, Any]:
    """The fields of an integration by the names of the model."""
    if wanted.type == INCOMING:
        fields = _checked_incoming(caller, wanted)
    elif wanted.type == OUTGOING:
        fields = _checked_outgoing(caller, wanted)
    else:
        raise IntegrationTypeInvalid
    return {**asdict(wanted), **fields}


def _checked_incoming(caller: Caller, wanted: Wanted) -> dict[str, Any]:
    if not (caller.may(_ALL) or caller.may(_OWN)):
        raise IntegrationNotAllowed
    channels = _split(wanted.channel)
    if not channels:
        raise IntegrationChannelMissing
    if not wanted.username.strip():
        raise IntegrationUsernameMissing
    _check_signs(channels)
    _check_script(wanted)
    _check_rooms(caller, channels)
    user = _user(wanted.username)
    if user is None:
        raise IntegrationUserUnknown
    # Only outgoing ones have these.
    nothing = dict.fromkeys(("urls", "event", "trigger_words", "retry_count", "retry_delay", "token"))
    return {**nothing, "run_on_edits": None, "channel": channels, "user_id": user.id, "username": user.username}


def _checked_outgoing(caller: Caller, wanted: Wanted) -> dict[str, Any]:
    if not (caller.may(_ALL) or caller.may(_OWN)):
        raise OutgoingIntegrationNotAllowed
    if wanted.event not in EVENTS:
        raise EventInvalid
    if not wanted.username.strip():
        raise IntegrationUsernameMissing
    if wanted.event == "userCreated" and not (wanted.target_room or "").strip():
        raise TargetRoomMissing
    urls = [url.strip() for url in wanted.urls or [] if url.strip()]
    if not urls:
        raise UrlsInvalid
    channels = _split(wanted.channel) if wanted.event in CHANNEL_EVENTS else []
    _check_signs(channels, scopes=True)
    if wanted.event not in CHANNEL_EVENTS and not caller.may(_ALL):
        raise EventNotAllowed
    _check_script(wanted)
    _check_rooms(caller, channels)
    user = _user(wanted.username)
    if user is None:
        raise OutgoingUserUnknown
    words = [word for word in wanted.trigger_words or [] if word.strip()] if wanted.event == "sendMessage" else []
    count = wanted.retry_count
    retrying = bool(wanted.retry_failed_calls)
    return {
        "urls": urls,
        "channel": channels,
        "trigger_words": words or None,
        "retry_count": (count if count and count > 0 else _RETRIES) if retrying else count,
        "retry_delay": (wanted.retry_delay or "powers-of-ten") if retrying else wanted.retry_delay,
        "user_id": user.id,
        "username": user.username,
    }


def _split(channel: str) -> list[str]:
    channels = [name for each in channel.split(",") if (name := each.strip())]
    return [name.lower() if name.lower() in SCOPES else name for name in channels][:CHANNELS_MOST]


def _check_signs(channels: list[str], *, scopes: bool = False) -> None:
    for name in channels:
        if name[0] not in "#@" and not (scopes and name in SCOPES):
            raise IntegrationChannelSign


def _check_script(wanted: Wanted) -> None:
    if wanted.script_enabled and (wanted.script or "").strip():
        raise ScriptsNotSupported


def _check_rooms(caller: Caller, channels: list[str]) -> None:
    """
    Raises:
        InvalidRoom: nobody and nothing has the name.
        IntegrationChannelRefused: the caller manages their own integrations alone, and is no member.
    """
    for name in channels:
        if name in SCOPES:
            if name != PUBLIC and not caller.may(_ALL):
                raise IntegrationChannelRefused
            continue
        if name.startswith("@"):
            if _user(name[1:]) is None:
                raise InvalidRoom
            room_id = ""
        else:
            room_id = _room_id(name[1:])
        if caller.may(_ALL) and caller.may(_OWN):
            continue
        if not room_id or memberships.find(caller.id, room_id) is None:
            raise IntegrationChannelRefused


def _room_id(name: str) -> str:
    room = room_store.find(name)
    if room:
        return room.id
    room_id = room_store.id_by_name(name)
    if room_id is None:
        raise InvalidRoom
    return room_id


def _user(name: str) -> User | None:
    prefetch.people_named([name])
    user_id = user_store.id_by_username(name) or name
    return user_store.find(user_id)


def _make_bot(user_id: str) -> None:
    def with_role(user: User) -> User:
        roles = user.roles or []
        return user if _BOT in roles else user.model_copy(update={"roles": [*roles, _BOT]})

    user_store.change(user_id, with_role)
