"""Which outgoing webhooks something triggers: an effect for each address to call (contract: integrations.yaml
outgoing_webhooks)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pimentachat import clock, workspace
from pimentachat.cloud.queues import WEBHOOK
from pimentachat.models.integrations import CHANNEL_EVENTS, DIRECTS, EDITS, PRIVATE, PUBLIC, Integration
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store

_SCOPES: Final = {CHANNEL.t: PUBLIC, GROUP.t: PRIVATE, DIRECT.t: DIRECTS}
_COMING_AND_GOING: Final = {"uj": "roomJoined", "au": "roomJoined", "ul": "roomLeft"}
"""System messages, hidden ones too, that tell of an event."""


def of_message(message: Message, room: Room) -> list[Document]:
    """What a new message triggers. While nobody listens to its event, nothing is read."""
    if message.type in _COMING_AND_GOING:
        return _of_member(_COMING_AND_GOING[str(message.type)], message, room)
    if message.system or message.hidden:
        return []
    events = ["sendMessage", *(["fileUploaded"] if message.file else [])]
    return [effect for event in events for effect in _of_post(event, message, room, edited=False)]


def _of_member(event: str, message: Message, room: Room) -> list[Document]:
    if room.kind is DIRECT:
        return []
    facts = {**_place(message), "username": message.text, "at": message.sent_at}
    return [
        _effect(one, url, event, facts)
        for one in _listening(event)
        if _concerns(one, room, message.author.id)
        for url in one.urls or []
    ]


def _of_post(event: str, message: Message, room: Room, *, edited: bool) -> Iterator[Document]:
    made_by = str((message.more.get("bot") or {}).get("i") or "")
    known = workspace.current().integrations if event in workspace.current().listened else {}
    if made_by in known and known[made_by].outgoing:
        # The answer to a webhook triggers none: two that answer each other would never end.
        return
    for one in _listening(event):
        if one.id == made_by or (edited and not one.run_on_edits) or not _concerns(one, room, message.author.id):
            continue
        word = _word(one, message.text) if event == "sendMessage" else ""
        if word is None:
            continue
        facts = {**_place(message), "at": message.updated_at if edited else message.sent_at, "word": word}
        if edited:
            facts["edited"] = message.version
        yield from (_effect(one, url, event, facts) for url in one.urls or [])


def of_event(happened: Mapping[str, Any]) -> list[Document]:
    """What an entry of services/events/listeners.py triggers."""
    event = str(happened["event"])
    facts = {name: value for name, value in happened.items() if name not in ("effect", "event")}
    if event == EDITS:
        message = message_store.find(facts["message_id"])
        room = room_store.find(message.room_id) if message else None
        if message is None or room is None or message.system or message.hidden:
            return []
        return list(_of_post("sendMessage", message, room, edited=True))
    return [_effect(one, url, event, facts) for one in _listening(event) for url in one.urls or []]


def _listening(event: str) -> Iterable[Integration]:
    space = workspace.current()
    if event not in space.listened:
        return []
    return [one for one in space.integrations.values() if one.outgoing and one.enabled and one.event == event]


def _concerns(integration: Integration, room: Room, author_id: str) -> bool:
    if integration.event not in CHANNEL_EVENTS:
        return True
    names = {_SCOPES[room.t]}
    if room.kind is DIRECT:
        others = [user_id for user_id in room.uids or [] if user_id != author_id] or room.uids or []
        names |= {f"@{user_id}" for user_id in others}
        named = dict(zip(room.uids or [], room.usernames or [], strict=False))
        names |= {f"@{named[user_id]}" for user_id in others if user_id in named}
    else:
        names |= {f"#{room.id}", f"#{room.name}"}
    return bool(names & set(integration.channel or [PUBLIC]))


def _word(integration: Integration, text: str) -> str | None:
    """The first of its trigger words that the text begins with, or contains; "" without any. None: no match."""
    if not integration.trigger_words:
        return ""
    if integration.trigger_word_anywhere:
        return next((word for word in integration.trigger_words if word in text), None)
    return next((word for word in integration.trigger_words if text.startswith(word)), None)


def _place(message: Message) -> Document:
    return {"room_id": message.room_id, "ts": message.sent_at, "message_id": message.id}


def _effect(integration: Integration, url: str, event: str, facts: Document) -> Document:
    # `first_at` names the delivery, whatever is tried again; `at` is when this try was asked for.
    return {
        "effect": WEBHOOK,
        "integration_id": integration.id,
        "url": url,
        "event": event,
        "try": 0,
        **facts,
        "first_at": facts.get("at") or clock.now_text(),
    }
