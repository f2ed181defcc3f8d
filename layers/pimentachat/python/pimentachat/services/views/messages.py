"""What a viewer sees of messages."""

from collections.abc import Sequence
from typing import Final

import orjson

from pimentachat import workspace
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.services.text import lengths, markdown
from pimentachat.store import users as user_store

_NAMED_MOST: Final = 500
"""How many people who reacted are looked up for one answer; others are shown by their usernames."""


def show(messages: Sequence[Message], viewer_id: str) -> list[Document]:
    """Messages as this viewer sees them: no stars but their own, and what the settings Message_ShowEditedStatus and
    UI_Use_Real_Name say."""
    space = workspace.current()
    wires = [_shown(message, viewer_id) for message in messages]
    if not space.flag("Message_ShowEditedStatus"):
        for wire in wires:
            wire.pop("editedAt", None)
    if space.flag("UI_Use_Real_Name"):
        _name_reactions(wires)
    return wires


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
    return {"md": markdown.parse(message.text)} if message.text and not message.system else {}


def drawn_size(message: Message) -> int:
    """How many bytes more a message takes when it is shown than in its body, as Lambda sends it."""
    return lengths.sent_size(orjson.dumps(_drawn(message)))


def _name_reactions(wires: list[Document]) -> None:
    """Adds the real names of those who reacted; authors and people mentioned carry theirs from the start."""
    usernames = {name for wire in wires for who in wire.get("reactions", {}).values() for name in who["usernames"]}
    people = user_store.people(sorted(usernames)[:_NAMED_MOST])
    named = {person.username: person.name or person.username for person in people}
    for wire in wires:
        for who in wire.get("reactions", {}).values():
            who["names"] = [named.get(name, name) for name in who["usernames"]]
