"""Links that invite into rooms: whoever has one may join, as often and as long as it says."""

from datetime import timedelta
from typing import Final

from pimentachat import clock, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.invites import (
    InvalidInviteDays,
    InvalidInviteId,
    InvalidInviteRoom,
    InvalidInviteToken,
    InvalidInviteUses,
    InviteExpired,
    InviteNotAuthorized,
    InviteRoomGone,
    InviteRoomRequired,
    RoomTypeNotAllowed,
)
from pimentachat.errors.requests import QueryTooBroad
from pimentachat.errors.rooms import RoomArchived
from pimentachat.listing.pages import LOOKED_THROUGH_MOST
from pimentachat.models.invites import Invite
from pimentachat.models.kinds import DIRECT
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services.rooms import access, members
from pimentachat.store import invites as invite_store
from pimentachat.store import memberships, prefetch, table
from pimentachat.store import rooms as room_store

_PERMISSION: Final = "create-invite-links"
_DAYS: Final = (0, 1, 7, 15, 30)
_USES: Final = (0, 5, 10, 25, 50, 100)


def find_or_create(caller: Caller, room_id: str, days: int, max_uses: int) -> Invite:
    """The caller's link into a room for so many days and uses, made when they have none that is still of use.

    Raises:
        InviteRoomRequired, InvalidInviteRoom, RoomTypeNotAllowed: no room, none that they may read, a direct room.
        InviteNotAuthorized: create-invite-links is missing.
        InvalidInviteDays, InvalidInviteUses: not one of the numbers that may be chosen.
    """
    if not room_id.strip():
        raise InviteRoomRequired
    room = access.readable(caller, room_id, otherwise=InvalidInviteRoom())
    if not caller.may(_PERMISSION, room.id):
        raise InviteNotAuthorized
    if room.kind is DIRECT:
        raise RoomTypeNotAllowed
    if days not in _DAYS:
        raise InvalidInviteDays
    if max_uses not in _USES:
        raise InvalidInviteUses
    now = clock.now()
    wanted = Invite(
        _id=ids.new_id(),
        rid=room.id,
        user_id=caller.id,
        created_at=clock.text_of(now),
        _updatedAt=clock.text_of(now),
        days=days,
        max_uses=max_uses,
        expires=clock.text_of(now + timedelta(days=days)) if days else None,
    )
    for _ in table.attempts():
        held = invite_store.like(wanted)
        if held and held.usable:
            return held
        if invite_store.add(wanted, instead_of=held):
            break
    return wanted


def visible(caller: Caller) -> list[Invite]:
    """All links, for who may make them everywhere; else the caller's own.

    Raises:
        QueryTooBroad: there are more than one request may read.
    """
    found = invite_store.every(LOOKED_THROUGH_MOST + 1)
    if len(found) > LOOKED_THROUGH_MOST:
        raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
    everywhere = caller.may(_PERMISSION)
    return [invite for invite in found if everywhere or invite.user_id == caller.id]


def remove(caller: Caller, invite_id: str) -> None:
    """Takes a link away.

    Raises:
        InvalidInviteId: there is none.
        InviteNotAuthorized: it is not the caller's, and they may make none there.
    """
    invite = invite_store.find(invite_id)
    if invite is None:
        raise InvalidInviteId
    if invite.user_id != caller.id and not caller.may(_PERMISSION, invite.rid):
        raise InviteNotAuthorized
    invite_store.remove(invite)


def use(caller: Caller, token: str) -> Room:
    """Lets the caller into the room of a link. Who is a member already uses nothing up.

    Raises:
        InvalidInviteToken, InviteRoomGone: there is no such link, or no such room any more.
        InviteExpired: its time is over, or it was used as often as it may be.
        RoomArchived.
    """
    invite, room = _valid(caller.id, token)
    if memberships.find(caller.id, room.id):
        return room
    if room.archived:
        raise RoomArchived(title=room.kind.title, name=room.title)
    told = "ut" if room.prid else "uj"
    return members.enter(
        room, caller.user, caller.user, told, also=[invite_store.use(invite, otherwise=InviteExpired())]
    )


def valid(token: str) -> bool:
    """Whether a link lets somebody in.

    Raises:
        InvalidInviteToken: nothing was shown.
    """
    if not token.strip():
        raise InvalidInviteToken
    try:
        _valid("", token)
    except (InvalidInviteToken, InviteRoomGone, InviteExpired):
        return False
    return True


def _valid(user_id: str, token: str) -> tuple[Invite, Room]:
    invite = invite_store.find(token) if token.strip() else None
    if invite is None:
        raise InvalidInviteToken
    prefetch.room(user_id, invite.rid)
    room = room_store.find(invite.rid)
    if room is None:
        raise InviteRoomGone
    if not invite.usable:
        raise InviteExpired
    return invite, room


def shown(invite: Invite) -> Document:
    """With the address of the link."""
    site = workspace.current().text("Site_Url").rstrip("/")
    return {**invite.document(), "url": f"{site}/invite/{invite.id}"}
