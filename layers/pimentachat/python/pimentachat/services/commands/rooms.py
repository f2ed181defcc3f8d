"""Commands about rooms."""

import re

from pimentachat import workspace
from pimentachat.errors.base import ChatError
from pimentachat.errors.commands import AlreadyInChannel
from pimentachat.errors.requests import NotAllowed
from pimentachat.errors.rooms import EditingRoomNotAllowed, RoomNameTaken
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP
from pimentachat.services.commands.running import Run
from pimentachat.services.rooms import changes, creation, members
from pimentachat.services.rooms.creation import NewRoom
from pimentachat.store import memberships


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
