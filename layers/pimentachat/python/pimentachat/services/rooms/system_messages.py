"""What a room says about itself: who joined, a new topic, another name (contract: models.yaml
message.system_messages)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from pimentachat import clock, ids
from pimentachat.models.messages import Message, Person, Tally
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store.writes import Write

_COUNTED_AT_ONCE: Final = 25


def compose(
    room: Room,
    by: User,
    kind: str,
    text: str,
    *,
    members: int = 0,
    silent: bool = False,
    after_ms: int = 0,
    more: Mapping[str, str] | None = None,
    attachments: list[Document] | None = None,
) -> Message:
    """The message, with what it adds to the room's members. A silent one, or one in a room without system messages, is
    no message that anybody sees: only the addition is kept."""
    now = clock.text_of(clock.now() + timedelta(milliseconds=after_ms))
    silent = silent or not room.takes_system_messages
    return Message(
        ids.new_id(),
        room.id,
        now,
        Person(by.id, by.username),
        now,
        text,
        type=kind,
        attachments=attachments,
        hidden=silent,
        more={"groupable": False, **(more or {})},
        tally=Tally(members=members, silent=silent),
    )


def count(room: Room, message: Message) -> Room:
    """Adds a stored message to the numbers of its room, and returns the room with it."""
    assert message.tally
    return room_store.count(room.id, message, message.tally, tracked=True)


def count_all(room: Room, some: Sequence[Message]) -> Room:
    """Adds stored messages to the numbers of their room, and returns the room with them."""
    for start in range(0, len(some), _COUNTED_AT_ONCE):
        room = room_store.count_together(room.id, some[start : start + _COUNTED_AT_ONCE])
    return room


def announcement(room: Room, by: User, kind: str, text: str, **more: str) -> list[Message]:
    """The system message about a change, for the transaction that makes it (`additions`) and to be counted after it
    (`count_all`); none in a room that takes none."""
    return [compose(room, by, kind, text, more=more)] if room.takes_system_messages else []


def additions(some: Sequence[Message]) -> list[Write]:
    return [write for message in some for write in message_store.additions(message)]
