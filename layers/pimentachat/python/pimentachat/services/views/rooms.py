"""What a viewer sees of rooms."""

from collections.abc import Sequence

from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services.views import messages


def show(rooms: Sequence[Room], viewer_id: str) -> list[Document]:
    """Rooms as this viewer sees them, with their last messages."""
    last = [room.last_message for room in rooms if room.last_message]
    shown = {wire["_id"]: wire for wire in messages.show(last, viewer_id)} if last else {}
    return [_shown(room, shown) for room in rooms]


def show_one(room: Room, viewer_id: str) -> Document:
    [wire] = show([room], viewer_id)
    return wire


def _shown(room: Room, last: dict[str, Document]) -> Document:
    wire = room.document()
    if room.last_message:
        wire["lastMessage"] = last[room.last_message.id]
    return wire
