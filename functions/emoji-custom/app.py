"""Custom emoji."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.emoji import (
    CreateEmoji,
    DeleteEmoji,
    EmojiChangesReply,
    EmojiReply,
    EmojiSince,
    ListEmoji,
    UpdateEmoji,
)
from pimentachat.services.files import emoji

api = Api("emoji-custom")


@api.get("emoji-custom")
def every(caller: Caller, params: ListEmoji) -> EmojiReply:
    """All custom emoji"""
    return {"emojis": emoji.every(params.query)}


@api.get("emoji-custom.list")
def list_emoji(caller: Caller, params: EmojiSince) -> EmojiChangesReply:
    """Custom emoji, or what changed since a date"""
    update, remove = emoji.changes(params.updated_since or "", params.query)
    return {"emojis": {"update": update, "remove": remove}}


@api.post("emoji-custom.create")
def create(caller: Caller, params: CreateEmoji) -> None:
    """Add a custom emoji"""
    emoji.create(caller, params.wanted, params.files)


@api.post("emoji-custom.update")
def update(caller: Caller, params: UpdateEmoji) -> None:
    """Change a custom emoji"""
    emoji.update(caller, params.id, params.wanted, params.files)


@api.post("emoji-custom.delete")
def delete(caller: Caller, params: DeleteEmoji) -> None:
    """Delete a custom emoji"""
    emoji.delete(caller, params.emoji_id)


handler = api.handler
