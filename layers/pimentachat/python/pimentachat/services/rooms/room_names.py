"""Names of rooms: what they may look like, and why one cannot be had (contract: channels.yaml common.errors)."""

from typing import Final

from pimentachat.errors.base import ChatError
from pimentachat.errors.rooms import ArchivedRoomNameTaken, InvalidRoomName, NameBlank, RoomNameTaken
from pimentachat.services.text import names
from pimentachat.store import rooms as room_store

_NAME_MOST: Final = 255


def checked(text: str) -> str:
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


def refusal(name: str) -> ChatError:
    room_id = room_store.id_by_name(name)
    held = room_store.reread(room_id) if room_id else None
    return ArchivedRoomNameTaken(name=name) if held and held.archived else RoomNameTaken(name=name)
