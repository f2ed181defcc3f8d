"""Video calls by Jitsi: the room remembers until when one is going on (contract: video-conference.yaml)."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from pimentachat import clock, ids
from pimentachat.auth.callers import Caller
from pimentachat.clock import Instant
from pimentachat.errors.calls import JitsiNotAllowed, JitsiRoomUnknown
from pimentachat.models.messages import Message, Person, Tally
from pimentachat.models.rooms import Room
from pimentachat.services.rooms import access
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store

STARTED: Final = "jitsi_call_started"
_SECONDS: Final = 30
_RENEWED_BEFORE: Final = timedelta(seconds=15)
_ANNOUNCED: Final = "Started a Video Call"
_LINK: Final = {"icon": "icon-videocam", "label": "Click to Join!", "method_id": "joinJitsiCall", "params": ""}


def keep_going(caller: Caller, room_id: str) -> Instant:
    """Until when the room's call goes on from now; who begins one announces it.

    Raises:
        JitsiRoomUnknown, JitsiNotAllowed.
        InvalidRoom: the room was removed at this moment.
    """
    access.readable(caller, room_id, otherwise=JitsiNotAllowed(), missing=JitsiRoomUnknown())
    until, begins = clock.text_after(_SECONDS), False

    def edit(now: Room) -> Room:
        nonlocal until, begins
        before = now.jitsi_timeout
        begins = before is None or clock.parse(before) <= clock.now()
        if before and not begins and clock.now() <= clock.parse(before) - _RENEWED_BEFORE:
            until = before
            return now
        until = clock.text_after(_SECONDS)
        return now.model_copy(update={"jitsi_timeout": until})

    room = room_store.change(room_id, edit)
    if room is None:
        raise JitsiRoomUnknown
    if begins and room.takes_system_messages:
        _announce(caller, room)
    return until


def _announce(caller: Caller, room: Room) -> None:
    """Tells the room, as a message that mentions everybody who is here; what it says is in the room's copy alone."""
    now = clock.now_text()
    by = caller.user
    message = Message(
        ids.new_id(),
        room.id,
        now,
        Person(by.id, by.username),
        now,
        type=STARTED,
        more={"groupable": False, "actionLinks": [_LINK]},
        tally=Tally(latest=True, shown=True, alls=True),
    )
    message_store.add(message)
    shown = replace(message, text=_ANNOUNCED, mentions=[Person("here", "here")])
    assert message.tally
    room_store.count(room.id, shown, message.tally, tracked=True)
