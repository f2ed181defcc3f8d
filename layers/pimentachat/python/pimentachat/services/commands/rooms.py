"""Commands about rooms."""

import re

from pimentachat import ids, workspace
from pimentachat.errors.base import ChatError
from pimentachat.errors.commands import AlreadyInChannel
from pimentachat.errors.requests import NotAllowed
from pimentachat.errors.rooms import AlreadyClosed, ClosingOutside, EditingRoomNotAllowed, RoomNameTaken
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP
from pimentachat.models.rooms import Room
from pimentachat.services.commands.running import Run
from pimentachat.services.rooms import changes, creation, members
from pimentachat.services.rooms.creation import NewRoom
from pimentachat.services.subscriptions import hiding
from pimentachat.store import memberships
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store


def archive(run: Run) -> None:
    """Archives the room that is named, else this one, and says so in it.

    Raises:
        NotAuthorized
    """
    room = run.room_named(run.name) if run.params.strip() else run.room
    if room is None or room.kind is DIRECT:
        return
    if room.archived:
        run.tell(f"An archived Channel with name `#{room.title}` exists")
        return
    changes.archive(run.caller, room, announced=True)
    run.tell(f"Channel with name `#{room.title}` has been archived successfully")


def unarchive(run: Run) -> None:
    """Brings the room that is named back, else this one, and says so in it.

    Raises:
        NotAuthorized
    """
    room = run.room_named(run.name) if run.params.strip() else run.room
    if room is None or room.kind is DIRECT:
        return
    if not room.archived:
        run.tell(f"Channel with name `#{room.title}` is already in Unarchived state")
        return
    changes.unarchive(room.kind, run.caller, room, announced=True)
    run.tell(f"Channel with name `#{room.title}` has been Unarchived successfully")


def hide(run: Run) -> None:
    """Takes a room out of the caller's list: the one that is named (`#room`, or `@user` for the direct room), else this
    one."""
    room = _to_hide(run)
    if room is None:
        return
    try:
        hiding.hide(room.kind, run.caller, room)
    except ClosingOutside:
        run.tell(f"You are not in the room `{run.params.strip()}`")
    except AlreadyClosed:
        # It is as was asked for, unless they are no member.
        if memberships.find(run.caller.id, room.id) is None:
            run.tell(f"You are not in the room `{run.params.strip()}`")


def _to_hide(run: Run) -> Room | None:
    asked = run.params.strip()
    if not asked:
        return run.room
    if not asked.startswith("@") and room_store.id_by_name(run.name):
        return run.room_named(run.name)
    user_id = user_store.id_by_username(run.name) if not asked.startswith("#") else None
    found = room_store.find(ids.direct_room_id(run.caller.id, user_id)) if user_id else None
    if found is None:
        run.tell(f"The channel `#{asked.removeprefix('#')}` does not exist.")
    return found


def create(run: Run) -> None:
    """Creates a channel, or with --private a group.

    Raises:
        NotAllowed
        ChatError: as `creation.create`.
    """
    private = "--private" in run.params
    kind = GROUP if private else CHANNEL
    try:
        found = re.search(workspace.current().text("UTF8_Names_Validation"), run.params.replace("--private", ""))
    except re.error:
        found = None
    name = found[0] if found else ""
    if not run.caller.may(kind.create_permission):
        raise NotAllowed
    try:
        creation.create(kind, run.caller, NewRoom(name))
    except RoomNameTaken:
        run.tell(f"The channel `#{name}` already exists.")


def join(run: Run) -> None:
    """Joins a channel.

    Raises:
        AlreadyInChannel, NotAllowed, JoinCodeWrong.
    """
    room = run.room_named(run.name)
    if room is None:
        return
    if memberships.find(run.caller.id, room.id):
        raise AlreadyInChannel
    members.join(run.caller, room)


def leave(run: Run) -> None:
    """Leaves this room; why not, the caller is told."""
    try:
        members.leave(run.caller, run.room)
    except ChatError as refusal:
        run.tell(refusal.message)


def set_topic(run: Run) -> None:
    """Sets the topic of this room; without edit-room nothing happens (contract)."""
    try:
        changes.set_text(GROUP, run.caller, run.room, changes.TOPIC, run.params)
    except EditingRoomNotAllowed:
        return
