"""Rooms: finding them through a check, showing them, changing them. Written once for channels, groups and direct
rooms."""

from collections.abc import Callable
from typing import Any, Final

from pimentachat import clock, ids
from pimentachat.auth import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    ArchivedRoomNameTaken,
    ChatError,
    CustomFieldsNotAnObject,
    EditingDiscussionNotAllowed,
    EditingRoomNotAllowed,
    Forbidden,
    InvalidRoomName,
    MatchError,
    MembersNotAList,
    NameBlank,
    NameParamRequired,
    NotAllowed,
    NotAuthorized,
    RoomArchived,
    RoomNameTaken,
    RoomNotFound,
    SameValue,
)
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import for_viewer
from pimentachat.models.params import RoomParams, javascript_type
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, KINDS, CreateRoom, ListRooms, RenameRoom, Room, RoomKind, SetTopic
from pimentachat.models.users import User
from pimentachat.services import listing, names, system_messages
from pimentachat.services.listing import Listed
from pimentachat.store import counters, memberships, messages, table, users
from pimentachat.store import rooms as store
from pimentachat.store.writes import Write

_COUNTERS: Final[dict[str, counters.Name]] = {"c": "channels", "p": "groups", "d": "directs"}
_MEMBERS_AT_ONCE: Final = 40
_NAME_MOST: Final = 255


# --- finding


def visible_to(caller: Caller, room: Room) -> bool:
    """Whether the caller may read the room: a channel, a membership, or a discussion of a room they may read.

    Being an administrator opens no private room (contract: rooms.yaml access_rule).
    """
    if room.t == "c" and caller.may("view-c-room"):
        return True
    if memberships.find(caller.id, room.id):
        return True
    if room.prid:
        parent = store.find(room.prid)
        return parent is not None and visible_to(caller, parent)
    return False


def named(
    kind: RoomKind, caller: Caller, params: RoomParams, *, archived: bool = False, access: bool | None = None
) -> Room:
    """The room of this kind that the parameters name: by id alone when one is given, else by its exact name.

    `archived` lets archived rooms through. `access` (by default as the kind has it) hides rooms that the caller may
    not see.

    Raises:
        ChatError: the kind's param_missing or not_found; RoomArchived.
    """
    room = _found(params, kind.param_missing)
    if room is None or room.t != kind.type:
        raise kind.not_found
    if (kind.members_only if access is None else access) and not visible_to(caller, room):
        raise kind.not_found
    if room.archived and not archived:
        raise RoomArchived(title=kind.title, name=room.title)
    return room


def _found(params: RoomParams, param_missing: ChatError) -> Room | None:
    if params.room_id.strip():
        return store.find(params.room_id)
    if params.room_name.strip():
        room_id = store.id_by_name(params.room_name)
        if room_id is None:
            return None
        return store.find(room_id)
    raise param_missing


def to_invite_to(kind: RoomKind, caller: Caller, params: RoomParams) -> Room:
    """The room to add somebody to. Groups look it up in a way of their own: by id or name, whoever asks, archived or
    not; a stranger is refused afterwards (contract: groups.yaml groups.invite).

    Raises:
        ChatError: as `named`.
    """
    if not kind.members_only:
        return named(kind, caller, params)
    value = params.room_id if params.room_id.strip() else params.room_name
    try:
        return named(kind, caller, RoomParams(room_id=value), archived=True, access=False)
    except RoomNotFound:
        return named(kind, caller, RoomParams(room_name=value), archived=True, access=False)


def check_may_preview(caller: Caller, room: Room) -> None:
    """
    Raises:
        Forbidden: the caller may not read the room, or is no member and may not look into channels without joining.
    """
    if not visible_to(caller, room):
        raise Forbidden
    if room.t == "c" and not caller.may("preview-c-room") and memberships.find(caller.id, room.id) is None:
        raise Forbidden


def check_may_list_messages(caller: Caller, room: Room) -> None:
    """
    Raises:
        Forbidden: a channel, and the caller may not see channels, or only those they have joined.
    """
    if room.t != "c":
        return
    if caller.may("view-joined-room") and memberships.find(caller.id, room.id) is None:
        raise Forbidden
    if not caller.may("view-c-room"):
        raise Forbidden


def document(room: Room, viewer_id: str) -> Document:
    """The room as clients see it."""
    wire = room.document()
    if room.last_message:
        wire["lastMessage"] = for_viewer(room.last_message, viewer_id)
    return wire


# --- creating


def create(kind: RoomKind, caller: Caller, params: CreateRoom) -> Room:
    """Creates a channel or group with the caller as its owner.

    Raises:
        ChatError: a parameter is missing or wrong; the name is not valid or taken.
    """
    name = _checked_name(kind, params)
    members = _checked_members(kind, params.members)
    if params.custom_fields is not None and not isinstance(params.custom_fields, dict):
        raise CustomFieldsNotAnObject(place=kind.place)
    people = _people(members, caller.user)
    now = clock.now_text()
    read_only = params.read_only is True
    room = Room(
        _id=ids.new_id(),
        name=name,
        fname=name,
        t=kind.type,
        u={"_id": caller.id, "username": caller.username},
        ts=now,
        ro=read_only,
        sys_mes=not read_only,
        default=False,
        custom_fields=params.custom_fields or {},
        users_count=len(people),
        muted=_muted(people, caller.user) if read_only else None,
        _updatedAt=now,
    )
    first = [_first_membership(room, user, owner=user.id == caller.id) for user in people]
    taken = RoomNameTaken(name=name)
    try:
        table.transact(
            *store.additions(room, caller.id, name_taken=taken),
            *_additions(first[:_MEMBERS_AT_ONCE]),
        )
    except RoomNameTaken:
        raise _name_refusal(name) from None
    _add_further(first[_MEMBERS_AT_ONCE:])
    counters.add(_COUNTERS[kind.type], 1)
    return room


def _checked_name(kind: RoomKind, params: CreateRoom) -> str:
    if params.name is None or params.name == "":
        raise NameParamRequired(place=kind.place)
    if not isinstance(params.name, str):
        raise MatchError(problem=f"Expected string, got {javascript_type(params.name)}")
    return valid_name(params.name)


def valid_name(text: str) -> str:
    """The trimmed name.

    Raises:
        NameBlank, InvalidRoomName: it is only blanks, too long, or holds characters that names may not.
    """
    name = text.strip()
    if not name:
        raise NameBlank
    if len(name) > _NAME_MOST or not names.valid(name):
        raise InvalidRoomName(name=name)
    return name


def _name_refusal(name: str) -> ChatError:
    room_id = store.id_by_name(name)
    held = store.find(room_id, fresh=True) if room_id else None
    return ArchivedRoomNameTaken(name=name) if held and held.archived else RoomNameTaken(name=name)


def _checked_members(kind: RoomKind, members: Any) -> list[str]:
    if members is None:
        return []
    if not isinstance(members, list):
        raise MembersNotAList(place=kind.place)
    for member in members:
        if not isinstance(member, str):
            raise MatchError(problem=f"Expected string, got {javascript_type(member)}")
    return [member for member in members if member.strip()]


def _people(usernames: list[str], owner: User) -> list[User]:
    """The owner and those of the usernames that exist, each once."""
    found = users.find_many(person["_id"] for person in users.mentioned(usernames)) if usernames else []
    return [owner, *(user for user in found if user.id != owner.id)]


def _muted(people: list[User], owner: User) -> list[str] | None:
    return [user.username for user in people if user.id != owner.id and would_be_muted(user)] or None


def would_be_muted(user: User) -> bool:
    """Whether a read-only room mutes the user: none of their global roles has post-readonly."""
    return not workspace.current().grants("post-readonly") & set(user.roles or [])


def _first_membership(room: Room, user: User, *, owner: bool) -> Membership:
    return Membership(
        id=ids.new_id(),
        user_id=user.id,
        username=user.username,
        user_name=user.name,
        room_id=room.id,
        t=room.t,
        ts=room.ts,
        updated_at=room.ts,
        ls=room.ts if owner else None,
        roles={"owner"} if owner else set(),
        preferences=notification_preferences(user),
    )


def _add_further(rest: list[Membership]) -> None:
    for start in range(0, len(rest), _MEMBERS_AT_ONCE):
        table.transact(*_additions(rest[start : start + _MEMBERS_AT_ONCE]))


def _additions(some: list[Membership]) -> list[Write]:
    return [write for membership in some for write in memberships.additions(membership)]


def notification_preferences(user: User) -> Document:
    """What a new subscription takes over from the user's own preferences (contract: channels.yaml
    subscription_preferences)."""
    taken: Document = {}
    for preference, name, origin in (
        ("desktopNotifications", "desktopNotifications", "desktopPrefOrigin"),
        ("mobileNotifications", "mobilePushNotifications", "mobilePrefOrigin"),
        ("emailNotificationMode", "emailNotifications", "emailPrefOrigin"),
    ):
        value = user.preference(preference)
        if value and value != "default":
            taken |= {name: value, origin: "user"}
    return taken


# --- listing


def every(kind: RoomKind, caller: Caller, params: ListRooms) -> Listed:
    """All rooms of a kind, in the order of their names.

    Without view-c-room only those joined (contract: channels.yaml channels.list).

    Raises:
        Forbidden: the caller may see neither.
    """
    if not caller.may("view-c-room"):
        if not caller.may("view-joined-room"):
            raise Forbidden
        return joined(kind, caller, params, query=True)
    return listing.listed(
        params,
        hidden=HIDDEN,
        in_order=lambda offset, limit, forward: [
            document(room, caller.id) for room in store.page(kind.type, offset, limit, forward=forward)
        ],
        total=lambda: counters.total(_COUNTERS[kind.type]),
        order="name",
    )


def joined(kind: RoomKind, caller: Caller, params: ListRooms, *, query: bool = False) -> Listed:
    """The caller's rooms of a kind, hidden and archived ones too."""
    mine = [held.room_id for held in memberships.of_user(caller.id) if held.t == kind.type and not held.ended]
    # As the index of all rooms has them. Direct rooms have no name: their ids keep the order of pages stable.
    found = sorted(store.find_many(mine), key=lambda room: (room.name or room.id).lower())
    rows = [document(room, caller.id) for room in found]
    return listing.listed_in_memory(rows, params, hidden=HIDDEN, query=query)


# --- changing


def check_may_edit(caller: Caller, room: Room) -> None:
    """
    Raises:
        EditingRoomNotAllowed, EditingDiscussionNotAllowed: edit-room is missing; the room is a discussion.
    """
    if not caller.may("edit-room", room.id):
        raise EditingRoomNotAllowed
    if room.prid:
        raise EditingDiscussionNotAllowed


def set_topic(kind: RoomKind, caller: Caller, room: Room, params: SetTopic) -> str:
    """Sets the topic and says so in the room. The topic it has already: refused or ignored, as the kind has it."""
    topic = params.topic
    if topic == (room.topic or "") and kind.refuses_same_value:
        raise SameValue(what="topic", done="changed")
    check_may_edit(caller, room)
    if topic != (room.topic or ""):
        changed = store.change(room.id, _setting(topic=topic))
        system_messages.post(changed, caller.user, "room_changed_topic", topic)
    return topic


def _setting(**values: Any) -> Callable[[Room], Room]:
    return lambda room: room.model_copy(update=values)


def rename(kind: RoomKind, caller: Caller, params: RenameRoom) -> Room:
    """Gives the room another name and says so in it; every member's subscription shows it as news.

    Raises:
        ChatError: no such room, no right to, or a name that is not valid, taken, or the present one (where the kind
        refuses that).
    """
    room = named(kind, caller, RoomParams(room_id=params.room_id))
    name = params.name.strip()
    if name == room.name:
        if kind.refuses_same_value:
            raise SameValue(what="name", done="renamed")
        check_may_edit(caller, room)
        return room
    check_may_edit(caller, room)
    name = valid_name(name)
    now = clock.now_text()
    try:
        renamed = store.change(
            room.id,
            _setting(name=name, fname=name, renamed_at=now, touched_at=now),
            also=lambda before, after: store.renaming(before, after, RoomNameTaken(name=name)),
        )
    except RoomNameTaken:
        raise _name_refusal(name) from None
    system_messages.post(renamed, caller.user, "r", name)
    return store.find(room.id, fresh=True) or renamed


def archive(caller: Caller, room: Room) -> None:
    """Archives a room; every subscription shows as archived and hidden from then on. No system message (contract)."""
    if not caller.may("archive-room", room.id):
        raise NotAuthorized
    now = clock.now_text()
    store.change(room.id, _setting(archived=True, archived_at=now, touched_at=now))


def remove(caller: Caller, room: Room) -> None:
    """Removes a room: it is gone with the answer; its messages, memberships and files are purged by the stream
    worker."""
    kind = KINDS[room.t]
    if not caller.may(kind.delete_permission, room.id):
        raise NotAllowed
    store.remove(room, also=[messages.purge_request(room.id)], gone=kind.not_found)
    counters.add(_COUNTERS[room.t], -1)
