"""Reactions to messages (contract: chat.yaml chat.react)."""

from pimentachat import defaults
from pimentachat.auth.callers import Caller
from pimentachat.errors import (
    EmojiMissing,
    InvalidEmoji,
    MessageNotFound,
    NotAllowed,
)
from pimentachat.models.messages import React
from pimentachat.services import messages
from pimentachat.store import messages as store
from pimentachat.store import rooms as room_store


def react(caller: Caller, params: React) -> None:
    """Sets, takes away or toggles the caller's reaction; a state that is already as asked stays.

    Raises:
        MessageNotFound, EmojiMissing, InvalidEmoji, NotAllowed.
    """
    message = store.find(params.message_id)
    if message is None:
        raise MessageNotFound
    name = (params.emoji or params.reaction).strip().strip(":")
    if not name:
        raise EmojiMissing
    emoji = f":{name}:"
    room = messages.readable_room(caller, message)
    present = caller.username in message.reactions.get(emoji, [])
    wanted = not present if params.should_react is None else params.should_react
    # Somebody may still take back a reaction whose emoji is no longer known.
    if not defaults.is_emoji(name) and not present:
        raise InvalidEmoji
    if caller.username in (room.muted or []) and not room.react_when_read_only:
        raise NotAllowed
    act = store.react if wanted else store.unreact
    changed = act(message, emoji, caller.username)
    if changed:
        room_store.replace_last_message(room.id, changed)
