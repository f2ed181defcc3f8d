"""Reactions to messages (contract: chat.yaml chat.react)."""

from typing import Final

from pimentachat.auth.callers import Caller
from pimentachat.errors.messages import EmojiMissing, InvalidEmoji, MessageNotFound, TooManyReactions
from pimentachat.errors.requests import NotAllowed
from pimentachat.services.messages import posting
from pimentachat.services.rooms import access as room_access
from pimentachat.services.text import emoji as emoji_names
from pimentachat.store import memberships, prefetch
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store

_DIFFERENT_MOST: Final = 50
"""How many different reactions a message takes; the room's copy of it carries them too."""


def react(caller: Caller, message_id: str, emoji: str, *, wanted: bool | None = None) -> None:
    """Sets (`wanted`), takes away or toggles (None) the caller's reaction; a state that is already as asked stays.

    Raises:
        MessageNotFound, EmojiMissing, InvalidEmoji, NotAllowed, TooManyReactions.
        ChatError: the caller may not write in the room (`posting.check_may_write`), and it takes no reactions of
        those who only read.
    """
    prefetch.message(caller.id, message_id)
    message = message_store.find(message_id)
    if message is None:
        raise MessageNotFound
    name = emoji.strip().strip(":")
    if not name:
        raise EmojiMissing
    room = room_access.readable(caller, message.room_id, otherwise=NotAllowed())
    emoji = f":{name}:"
    present = caller.username in message.reactions.get(emoji, [])
    # Somebody may still take back a reaction whose emoji is no longer known.
    if not emoji_names.exists(name) and not present:
        raise InvalidEmoji
    posting.check_may_write(
        caller,
        room,
        memberships.find(caller.id, room.id),
        muted=NotAllowed,
        open_to_readers=bool(room.react_when_read_only),
    )
    if emoji not in message.reactions and len(message.reactions) >= _DIFFERENT_MOST:
        raise TooManyReactions(most=_DIFFERENT_MOST)
    act = message_store.react if (not present if wanted is None else wanted) else message_store.unreact
    changed = act(message, emoji, caller.username)
    if changed and room.last_id == changed.id:
        room_store.replace_last_message(room.id, changed)
