"""The one read at the start of a request: who calls, the workspace version, and the records that the parameters name.

One BatchGetItem fetches them all, consistently (docs/data-model.md); the stores then find them without
another read.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pimentachat import ids
from pimentachat.store import memberships, messages, rooms, table, tokens, users, workspace
from pimentachat.store.items import Key

Reference = tuple[str, str]
"""What a parameter names ("room", "username" ...; see models/params.py Refers) and the text it was given."""

# Mentions and hashtags as far as they are worth looking ahead for; what a message really mentions is decided by its
# service.
_MENTIONS: Final = re.compile(r"(?:^|\s)([@#])([\w.-]{1,100})")
_MENTIONS_MOST: Final = 20


def _room(text: str, caller_id: str) -> Iterator[Key]:
    yield rooms.key(text)
    yield memberships.key(caller_id, text)


def _room_name(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield rooms.name_key(text)


def _user(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield users.key(text)


def _username(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield users.username_key(text)


def _login(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield users.email_key(text) if "@" in text else users.username_key(text)


def _token(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield tokens.key(ids.fingerprint(text))


def _person(text: str, caller_id: str) -> Iterator[Key]:
    """A user by id or name, or the id of a direct room, as the im family takes them."""
    name = text.removeprefix("@")
    yield users.username_key(name)
    yield users.key(name)
    yield from _room(name, caller_id)
    yield from _room(ids.direct_room_id(caller_id, name), caller_id)


def _target(text: str, caller_id: str) -> Iterator[Key]:
    """Where chat.postMessage posts: #channel, @person, or a bare id or name."""
    if text.startswith("@"):
        yield from _person(text, caller_id)
        return
    name = text.removeprefix("#")
    yield from _room(name, caller_id)
    yield from _room_name(name, caller_id)


def _message(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    yield messages.id_key(text)


def _mentions(text: str, caller_id: str) -> Iterator[Key]:
    del caller_id
    for sign, name in _MENTIONS.findall(text)[:_MENTIONS_MOST]:
        yield users.username_key(name) if sign == "@" else rooms.name_key(name)


_KEYS: Final[dict[str, Callable[[str, str], Iterator[Key]]]] = {
    "room": _room,
    "room name": _room_name,
    "target": _target,
    "message": _message,
    "user": _user,
    "username": _username,
    "login": _login,
    "token": _token,
    "person": _person,
    "mentions": _mentions,
}


def fetch(token: str, caller_id: str, references: Iterable[Reference]) -> None:
    keys = [workspace.VERSION]
    if token and caller_id:
        keys += [tokens.key(ids.fingerprint(token)), users.key(caller_id)]
    for kind, text in references:
        keys += _KEYS[kind](text, caller_id)
    table.look_ahead(keys)
