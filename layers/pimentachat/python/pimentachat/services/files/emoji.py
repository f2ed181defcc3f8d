"""Custom emoji: making, changing and showing them (contract: emoji-custom.yaml).

They are in memory with the settings, so that looking one up reads nothing. A change is made for the version of the
workspace that it was checked against: two that want one name do not both get it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from pimentachat import ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import files
from pimentachat.errors.emoji import (
    EmojiAliasesInvalid,
    EmojiInUse,
    EmojiNameInvalid,
    EmojiNotFound,
    ManagingEmojiNotAllowed,
    NoSuchEmoji,
    TooManyEmoji,
)
from pimentachat.errors.files import FileForbidden, FileRequired, FileTooLarge, WrongFileField
from pimentachat.errors.users import FieldRequired
from pimentachat.listing import pages
from pimentachat.listing.pages import Page
from pimentachat.listing.queries import parse_query
from pimentachat.models.records import Document
from pimentachat.models.uploads import FilePart
from pimentachat.services.files import pictures
from pimentachat.services.files.pictures import Picture, Served
from pimentachat.store import outbox, table
from pimentachat.store import workspace as workspace_store
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

EMOJI_MOST: Final = 1000
"""Each function instance keeps all of them in memory."""
BYTES_MOST: Final = 256 * 1024
_CACHED_SECONDS: Final = 3600
_FIELD: Final = "emoji"
_NOT_IN_NAMES: Final = re.compile(r"[\s,:><&\"'/\\()]")
_NOT_IN_ALIASES: Final = re.compile(r"[:><&|\"'/\\()]")
_UNKNOWN: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 50" width="50" height="50">'
    b'<rect width="50" height="50" fill="#000000"/><text x="25" y="25" dy="0.36em" text-anchor="middle" '
    b'font-family="Helvetica, Arial, sans-serif" font-size="32" fill="#ffffff">?</text></svg>'
)


@dataclass(frozen=True)
class Wanted:
    """An emoji as a client describes it."""

    name: str
    aliases: str = ""
    """Separated by commas or blanks."""


# --- listing


def every(query: str = "") -> list[Document]:
    """All custom emoji that a query wants, by name.

    Raises:
        InvalidQuery, QueryTooCostly.
    """
    rows = sorted(map(_shown, workspace.current().stored.emoji.values()), key=lambda emoji: str(emoji["name"]))
    wanted = parse_query(query, ()) if query else {}
    return pages.in_memory(rows, Page(0, None), sort=[], wanted=wanted, fields={}, hidden=()).rows


def changes(moment: str = "", query: str = "") -> tuple[list[Document], list[Document]]:
    """The emoji changed after a moment and those deleted after it (30 days at most); without one, all and none.

    Raises:
        InvalidQuery, QueryTooCostly.
    """
    update = [emoji for emoji in every(query) if emoji["_updatedAt"] > moment]
    return update, [_shown(emoji) for emoji in workspace_store.removed_since("EMOJI", moment)] if moment else []


def _shown(emoji: Document) -> Document:
    return {name: value for name, value in emoji.items() if name != "file"}


# --- changing


def create(caller: Caller, wanted: Wanted, parts: list[FilePart]) -> None:
    """
    Raises:
        WrongFileField, ManagingEmojiNotAllowed, FieldRequired, EmojiNameInvalid, EmojiAliasesInvalid, EmojiInUse,
        FileRequired, NoPicture, TooManyPixels, FileTooLarge, TooManyEmoji.
    """
    names = _allowed(caller, wanted, parts)
    _check_free("", names)
    if not parts:
        raise FileRequired
    _keep(ids.new_id(), names, parts)


def update(caller: Caller, emoji_id: str, wanted: Wanted, parts: list[FilePart]) -> None:
    """Replaces the names of an emoji, and with a file its picture.

    Raises:
        WrongFileField, ManagingEmojiNotAllowed, EmojiNotFound, FieldRequired, EmojiNameInvalid, EmojiAliasesInvalid,
        EmojiInUse, NoPicture, TooManyPixels, FileTooLarge.
    """
    names = _allowed(caller, wanted, parts)
    if emoji_id not in workspace.current().stored.emoji:
        raise EmojiNotFound
    _check_free(emoji_id, names)
    _keep(emoji_id, names, parts)


def delete(caller: Caller, emoji_id: str) -> None:
    """
    Raises:
        ManagingEmojiNotAllowed, NoSuchEmoji.
    """
    _check_may(caller)
    emoji = workspace.current().stored.emoji.get(emoji_id)
    if emoji is None:
        raise NoSuchEmoji
    workspace_store.remove("EMOJI", emoji, also=[_removal(emoji)])


def _check_may(caller: Caller) -> None:
    if not caller.may("manage-emoji"):
        raise ManagingEmojiNotAllowed


def _allowed(caller: Caller, wanted: Wanted, parts: list[FilePart]) -> list[str]:
    """The name and the aliases, where the caller may have them as they are written."""
    if parts and parts[0].field != _FIELD:
        raise WrongFileField
    _check_may(caller)
    name = wanted.name.replace(":", "")
    aliases = wanted.aliases.replace(":", "")
    if not name.strip():
        raise FieldRequired(field="Name")
    if _NOT_IN_NAMES.search(name):
        raise EmojiNameInvalid(name=name)
    if _NOT_IN_ALIASES.search(aliases):
        raise EmojiAliasesInvalid(aliases=aliases)
    return list(dict.fromkeys([name, *filter(None, re.split(r"[\s,]+", aliases))]))


def _check_free(emoji_id: str, names: list[str]) -> None:
    space = workspace.current()
    if any(name in space.emoji and space.emoji[name]["_id"] != emoji_id for name in names):
        raise EmojiInUse
    if not emoji_id and len(space.stored.emoji) >= EMOJI_MOST:
        raise TooManyEmoji(limit=EMOJI_MOST)


def _keep(emoji_id: str, names: list[str], parts: list[FilePart]) -> None:
    picture = _picture(parts[0].data) if parts else None
    changed: Document = {"_id": emoji_id, "name": names[0], "aliases": names[1:]}
    file = f"emoji/{emoji_id}/{ids.new_id()}"
    if picture:
        files.save(file, picture.data, picture.type)
        changed |= {"extension": picture.type.partition("/")[2], "file": file}
    saved = False
    try:
        _save(emoji_id, names, changed)
        saved = True
    finally:
        if picture and not saved:
            files.remove(file)


def _save(emoji_id: str, names: list[str], changed: Document) -> None:
    for _ in table.attempts():
        space = workspace.current()
        before: dict[str, Any] = space.stored.emoji.get(emoji_id) or {}
        if not before and "file" not in changed:
            # Somebody has deleted it meanwhile.
            raise EmojiNotFound
        _check_free(emoji_id if before else "", names)
        after = {**before, **changed}
        outdated = before and before["file"] != after["file"]
        try:
            workspace_store.save(
                "EMOJI", {emoji_id: after}, at=space.version, also=[_removal(before)] if outdated else []
            )
        except ConditionFailed:
            continue
        return


def _removal(emoji: Document) -> Write:
    return outbox.entry(pictures.REMOVE_FILE, key=emoji["file"])


def _picture(data: bytes) -> Picture:
    if len(data) > BYTES_MOST:
        raise FileTooLarge.beyond(BYTES_MOST)
    return pictures.checked(data)


# --- showing


def served(file_name: str) -> Served:
    """The picture of an emoji by its name or an alias; what stands behind the last dot does not matter. A question mark
    for one that nobody knows.

    Raises:
        FileForbidden: no name at all.
    """
    known = workspace.current().emoji
    name = file_name.rpartition(".")[0] if "." in file_name else file_name
    if not name:
        raise FileForbidden
    emoji = known.get(name) or known.get(file_name)
    if emoji is None:
        return Served("unknown", _unknown)
    return Served(emoji["file"].rpartition("/")[2], partial(_stored, emoji["file"]), _CACHED_SECONDS)


def _stored(key: str) -> Picture:
    return pictures.stored(key) or _unknown()


def _unknown() -> Picture:
    return Picture(_UNKNOWN, pictures.SVG)


def named(keys: Sequence[str]) -> set[str]:
    """Those of these keys (`emoji/<emoji id>/<version>`) that are the picture of an emoji."""
    return {emoji["file"] for emoji in workspace.current().stored.emoji.values()} & set(keys)
