"""Names of rooms: what they may look like, and why one cannot be had (contract: channels.yaml common.errors)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pimentachat import ids, workspace
from pimentachat.errors.base import ChatError
from pimentachat.errors.rooms import ArchivedRoomNameTaken, InvalidRoomName, NameBlank, RoomNameTaken
from pimentachat.models.rooms import Room
from pimentachat.services.text import names
from pimentachat.store import rooms as room_store

_NAME_MOST: Final = 255


_ATTEMPTS: Final = 30
_NO_SLUG: Final = re.compile(r"[^0-9a-zA-Z._-]+")


class SlugTaken(ChatError):
    """Another room has the name; with a display name beside it there is another one to try."""


@dataclass(frozen=True)
class RoomName:
    """What a room is called: the name that addresses it, and the one that people see (the same, unless the setting
    UI_Allow_room_names_with_special_chars lets them differ)."""

    name: str
    title: str


def choices(text: str) -> Iterator[RoomName]:
    """The names that a room may have that somebody calls so, the best first: the next one is for when the name of the
    one before is taken (`SlugTaken`).

    Raises:
        NameBlank, InvalidRoomName: it is only blanks, too long, or holds characters that names may not.
        RoomNameTaken, ArchivedRoomNameTaken: there is a room that people see under this name, or, where names and
        titles are one, no other choice is left.
    """
    if not workspace.current().flag("UI_Allow_room_names_with_special_chars"):
        name = checked(text)
        yield RoomName(name, name)
        raise refusal(name)
    title = checked_title(text)
    slug = _slug(title)
    for number in range(_ATTEMPTS):
        check_title_free(title)
        yield RoomName(f"{slug}-{number}" if number else slug, title)
    raise RoomNameTaken(name=title)


def checked_title(text: str) -> str:
    """The trimmed display name, with composed letters and plain spaces: what looks the same is the same.

    Raises:
        NameBlank, InvalidRoomName: it is only blanks, too long, or holds what cannot be seen.
    """
    composed = unicodedata.normalize("NFC", text)
    title = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in composed).strip()
    if not title:
        raise NameBlank
    if len(title) > _NAME_MOST or not title.isprintable():
        raise InvalidRoomName(name=title)
    return title


def _slug(title: str) -> str:
    """The title in letters, digits, dots, hyphens and underscores."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode()
    slug = _NO_SLUG.sub("-", plain).strip("-")[: _NAME_MOST - 3]
    return slug if slug and names.valid(slug) else ids.new_id()


def check_title_free(title: str) -> None:
    """
    Raises:
        RoomNameTaken, ArchivedRoomNameTaken: there is a room that people see under this name.
    """
    room_id = room_store.id_by_title(title)
    if room_id is None:
        room_id = room_store.id_by_name(title)
        held = room_store.reread(room_id) if room_id else None
        if held is None or (held.fname or held.name) != title:
            return
    else:
        held = room_store.reread(room_id)
    raise _taken(title, held)


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
    return _taken(name, room_store.reread(room_id) if room_id else None)


def _taken(name: str, held: Room | None) -> ChatError:
    return ArchivedRoomNameTaken(name=name) if held and held.archived else RoomNameTaken(name=name)
