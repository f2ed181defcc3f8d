"""What a viewer sees of messages."""

from collections.abc import Sequence
from typing import Final

import orjson

from pimentachat import workspace
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.services.text import lengths, markdown
from pimentachat.services.text.markdown import Syntax
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_NAMED_MOST: Final = 500
"""How many people who reacted are looked up for one answer; others are shown by their usernames."""
_NAMES_BYTES_MOST: Final = 200_000
"""By how much their real names may make one answer longer than their usernames would."""

_DISCUSSIONS_MOST: Final = 500
"""How many discussions are looked up for one answer; others show no numbers."""


def show(messages: Sequence[Message], viewer_id: str) -> list[Document]:
    """Messages as this viewer sees them: no stars but their own, what the settings Message_ShowEditedStatus and
    UI_Use_Real_Name say, and the numbers of the discussions that they tell of."""
    space = workspace.current()
    wires = [_shown(message, viewer_id) for message in messages]
    if not space.flag("Message_ShowEditedStatus"):
        for wire in wires:
            wire.pop("editedAt", None)
    if space.flag("UI_Use_Real_Name"):
        _name_reactions(wires)
    _count_discussions(wires)
    return wires


def weight(message: Message) -> int:
    """How many bytes a message takes as Lambda sends it, the names of those who reacted taken for as long as their
    usernames."""
    wire = message.wire()
    if workspace.current().flag("UI_Use_Real_Name"):
        for who in wire.get("reactions", {}).values():
            who["names"] = who["usernames"]
    return _sent_size(wire)


def _sent_size(value: object) -> int:
    return lengths.sent_size(orjson.dumps(value))


def show_one(message: Message, viewer_id: str) -> Document:
    [wire] = show([message], viewer_id)
    return wire


def _shown(message: Message, viewer_id: str) -> Document:
    wire = message.wire()
    if viewer_id in message.starred:
        wire["starred"] = [{"_id": viewer_id}]
    return wire | _drawn(message)


def _drawn(message: Message) -> Document:
    """What clients draw: the tree of the text."""
    return {"md": markdown.parse(message.text, _syntax())} if message.text and not message.system else {}


def _syntax() -> Syntax:
    space = workspace.current()
    formulas = space.flag("Katex_Enabled")
    return Syntax(
        brackets=formulas and space.flag("Katex_Parenthesis_Syntax"),
        dollars=formulas and space.flag("Katex_Dollar_Syntax"),
        colors=space.flag("HexColorPreview_Enabled"),
    )


def drawn_size(message: Message) -> int:
    """How many bytes more a message takes when it is shown than in its body, as Lambda sends it."""
    return lengths.sent_size(orjson.dumps(_drawn(message)))


def _count_discussions(wires: list[Document]) -> None:
    """Adds to messages that tell of a discussion how many messages it holds, and when the last one came. One that is
    gone is not told of any more."""
    telling = [wire for wire in wires if "drid" in wire]
    if not telling:
        return
    ids = list(dict.fromkeys(wire["drid"] for wire in telling))[:_DISCUSSIONS_MOST]
    rooms = {room.id: room for room in room_store.find_many(ids)}
    for wire in telling:
        room = rooms.get(wire["drid"])
        if room:
            wire |= {"dcount": room.msgs} | ({"dlm": room.lm} if room.lm else {})
        elif wire["drid"] in ids:
            del wire["drid"]


def _name_reactions(wires: list[Document]) -> None:
    """Adds the real names of those who reacted; authors and people mentioned carry theirs from the start."""
    usernames = {name for wire in wires for who in wire.get("reactions", {}).values() for name in who["usernames"]}
    people = user_store.people(sorted(usernames)[:_NAMED_MOST])
    named = {person.username: person.name or person.username for person in people}
    longer = {username: max(0, _sent_size(name) - _sent_size(username)) for username, name in named.items()}
    left = _NAMES_BYTES_MOST
    for wire in wires:
        for who in wire.get("reactions", {}).values():
            left -= sum(longer.get(name, 0) for name in who["usernames"])
            who["names"] = [named.get(name, name) for name in who["usernames"]] if left >= 0 else who["usernames"]
