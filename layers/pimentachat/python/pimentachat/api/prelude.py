"""The one read at the start of a request: who calls, the workspace version, and the records that the parameters name.

One BatchGetItem fetches them all, consistently (docs/data-model.md); the stores then find them without
another read.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pimentachat import ids
from pimentachat.api import limits
from pimentachat.store import invites as invite_store
from pimentachat.store import links as link_store
from pimentachat.store import messages as message_store
from pimentachat.store import prefetch, table
from pimentachat.store import rooms as room_store
from pimentachat.store import search_segments as search_segment_store
from pimentachat.store import tokens as token_store
from pimentachat.store import users as user_store
from pimentachat.store import workspace as workspace_store
from pimentachat.store.items import Key

Reference = tuple[str, str]
"""What a parameter names ("room", "username" ...; see requests/params.py Refers) and the text it was given."""

# Mentions and hashtags as far as they are worth looking ahead for; what a message really mentions is decided by its
# service.
_MENTIONS: Final = re.compile(r"(?:^|\s)([@#])([\w.-]{1,100})")
_SEARCHED: Final = re.compile(r"(?:^|\s)(?:from|mention):\"?@?([\w.-]{1,100})", re.IGNORECASE)
_MENTIONS_MOST: Final = 20


def _room(text: str, caller_id: str) -> Iterator[Key]:
    yield from prefetch.room_keys(caller_id, text)


def _search(text: str, caller_id: str) -> Iterator[Key]:
    """A room, and how far its search index has come."""
    yield from _room(text, caller_id)
    yield search_segment_store.state_key(text)


def _searched(text: str, caller_id: str) -> Iterator[Key]:
    """People whom a search names; what it means is for its service to say."""
    del caller_id
    for name in _SEARCHED.findall(text)[:_MENTIONS_MOST]:
        if name.lower() != "me":
            yield user_store.username_key(name)


def _room_name(text: str, caller_id: str) -> Iterator[Key]:
    yield room_store.name_key(text)
    # What this name meant the last time; the entry of the name, fetched with it, tells what it means now.
    known = room_store.remembered.find(text)
    if known:
        yield from _room(known, caller_id)


def _user(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield user_store.key(text)


def _username(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield user_store.username_key(text)


def _pictured(text: str, caller_id: str) -> Iterator[Key]:
    yield from _username(text, caller_id)
    known = user_store.remembered.find(text.lower())
    if known:
        yield user_store.key(known)


def _login(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield user_store.email_key(text) if "@" in text else user_store.username_key(text)


def _token(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield token_store.key(ids.fingerprint(text))


def _link(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield link_store.key(ids.fingerprint(text))


def _person(text: str, caller_id: str) -> Iterator[Key]:
    """A user by id or name, or the id of a direct room, as the im family takes them."""
    name = text.removeprefix("@")
    yield from _somebody(name, caller_id)
    yield from _room(name, caller_id)


def _somebody(name: str, caller_id: str) -> Iterator[Key]:
    yield user_store.username_key(name)
    yield user_store.key(name)
    known = user_store.remembered.find(name.lower())
    if known:
        yield from prefetch.direct_room_keys(caller_id, known)


def _target(text: str, caller_id: str) -> Iterator[Key]:
    """Where chat.postMessage posts: #channel, @person, or a bare id or name."""
    if text.startswith("@"):
        yield from _somebody(text.removeprefix("@"), caller_id)
        return
    name = text.removeprefix("#")
    yield from _room(name, caller_id)
    yield from _room_name(name, caller_id)


def _message(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield message_store.id_key(text)


def _invite(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield invite_store.key(text)


def _mentions(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    for sign, name in _MENTIONS.findall(text)[:_MENTIONS_MOST]:
        yield user_store.username_key(name) if sign == "@" else room_store.name_key(name)


_KEYS: Final[dict[str, Callable[[str, str], Iterator[Key]]]] = {
    "room": _room,
    "room name": _room_name,
    "search": _search,
    "search text": _searched,
    "target": _target,
    "message": _message,
    "user": _user,
    "username": _username,
    "login": _login,
    "token": _token,
    "link": _link,
    "person": _person,
    "pictured": _pictured,
    "mentions": _mentions,
    "invite": _invite,
}


def fetch(token: str, caller_id: str, references: Iterable[Reference]) -> None:
    """Reads who calls, the workspace version and what the parameters name, up to limits.PREFETCHED_KEYS_MOST keys."""
    keys = dict.fromkeys([workspace_store.VERSION])
    if token and caller_id:
        keys |= dict.fromkeys([token_store.key(ids.fingerprint(token)), user_store.key(caller_id)])
    for kind, text in references:
        for key in _KEYS[kind](text, caller_id):
            if len(keys) >= limits.PREFETCHED_KEYS_MOST:
                break
            keys[key] = None
    table.prefetch(keys)
