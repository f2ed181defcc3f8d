"""Pictures of the workspace: logo, background, icons (contract: assets.yaml).

Each is the value of a setting, `{url, defaultUrl}`; the setting's document remembers the file besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from pimentachat import clock, defaults, ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import files
from pimentachat.errors.assets import (
    AssetHeightWrong,
    AssetTypeRefused,
    AssetWidthWrong,
    InvalidAsset,
    ManagingAssetsNotAllowed,
)
from pimentachat.errors.files import FileTooLarge
from pimentachat.models.records import Document
from pimentachat.models.uploads import FilePart
from pimentachat.services.files import letters, pictures
from pimentachat.services.files.files import media_type
from pimentachat.services.files.pictures import Picture, Served
from pimentachat.store import outbox, table
from pimentachat.store import workspace as workspace_store
from pimentachat.store.table import ConditionFailed

BYTES_MOST: Final = 4_000_000
"""What a function can answer."""
_DEFAULT_LETTER: Final = "pimentaCHAT"
_DEFAULT_EDGE: Final = 256
_DRAWN: Final = "drawn"
"""The version of the pictures that are drawn here."""
_EXTENSIONS: Final = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/jpg": "jpg",
    "image/x-icon": "ico",
    "image/vnd.microsoft.icon": "ico",
}
_ALIKE: Final = {"jpg": "jpeg"}


@dataclass(frozen=True)
class _Asset:
    extensions: tuple[str, ...]
    width: int = 0
    height: int = 0
    """Pixels, where only these will do."""


_PICTURE: Final = _Asset(("svg", "png", "jpg", "jpeg"))
_ASSETS: Final = {
    "logo": _PICTURE,
    "background": _PICTURE,
    "favicon_ico": _Asset(("ico",)),
    "favicon": _Asset(("svg",)),
    "favicon_16": _Asset(("png",), 16, 16),
    "favicon_32": _Asset(("png",), 32, 32),
    "favicon_192": _Asset(("png",), 192, 192),
    "favicon_512": _Asset(("png",), 512, 512),
    "touchicon_180": _Asset(("png",), 180, 180),
    "touchicon_180_pre": _Asset(("png",), 180, 180),
    "tile_70": _Asset(("png",), 70, 70),
    "tile_144": _Asset(("png",), 144, 144),
    "tile_150": _Asset(("png",), 150, 150),
    "tile_310_square": _Asset(("png",), 310, 310),
    "tile_310_wide": _Asset(("png",), 310, 150),
    "safari_pinned": _Asset(("svg",)),
}


# --- changing


def put(caller: Caller, parts: list[FilePart], name: str = "") -> None:
    """Makes a file an asset: the one that is named, else that after which the file's field of the form is called.

    Raises:
        InvalidAsset, ManagingAssetsNotAllowed, AssetTypeRefused, AssetWidthWrong, AssetHeightWrong, NoPicture,
        TooManyPixels, FileTooLarge.
    """
    if not parts:
        raise InvalidAsset
    name = name or parts[0].field
    asset = _allowed(caller, name)
    part = parts[0]
    kind = media_type(part.type)
    extension = _EXTENSIONS.get(kind, "")
    if extension not in asset.extensions:
        raise AssetTypeRefused(type=kind)
    if len(part.data) > BYTES_MOST:
        raise FileTooLarge.beyond(BYTES_MOST)
    picture = pictures.checked(part.data)
    real = _EXTENSIONS.get(picture.type, "")
    if real != _ALIKE.get(extension, extension):
        # It is another one than was said.
        raise AssetTypeRefused(type=picture.type)
    if asset.width and picture.width != asset.width:
        raise AssetWidthWrong
    if asset.height and picture.height != asset.height:
        raise AssetHeightWrong
    _keep(name, extension, picture)


def unset(caller: Caller, name: str) -> None:
    """Goes back to the default.

    Raises:
        InvalidAsset, ManagingAssetsNotAllowed.
    """
    _allowed(caller, name)
    if _file_of(name):
        _save(name, {"value": _default_value(name)})


def _allowed(caller: Caller, name: str) -> _Asset:
    asset = _ASSETS.get(name)
    if asset is None:
        raise InvalidAsset
    if not caller.may("manage-assets"):
        raise ManagingAssetsNotAllowed
    return asset


def _setting(name: str) -> str:
    return f"Assets_{name}"


def _default_value(name: str) -> Document:
    return dict(defaults.settings()[_setting(name)].default)


def _file_of(name: str) -> Document | None:
    """`{key, type, at}` of what was uploaded."""
    stored: Any = workspace.current().stored.settings.get(_setting(name), {})
    file: Document | None = stored.get("file")
    return file


def _keep(name: str, extension: str, picture: Picture) -> None:
    key = f"assets/{name}/{ids.new_id()}"
    files.save(key, picture.data, picture.type)
    value = {"url": f"assets/{name}.{extension}", **_default_value(name)}
    saved = False
    try:
        _save(name, {"value": value, "file": {"key": key, "at": clock.now_text()}})
        saved = True
    finally:
        if not saved:
            files.remove(key)


def _save(name: str, fields: Document) -> None:
    setting_id = _setting(name)
    for _ in table.attempts():
        version = workspace.current().version
        before = _file_of(name)
        gone = [outbox.entry(pictures.REMOVE_FILE, key=before["key"])] if before else []
        try:
            workspace_store.save("SETTING", {setting_id: {"_id": setting_id, **fields}}, at=version, also=gone)
        except ConditionFailed:
            continue
        return


# --- showing


def served(file_name: str) -> Served | None:
    """An asset by its name; an extension behind it asks for png, jpg or jpeg. None: there is no such asset, or it is
    not set and has no default."""
    name, _, extension = file_name.partition(".")
    if name not in _ASSETS:
        return None
    file = _file_of(name)
    if file is None:
        return _default(name)
    version = f"{file['key'].rpartition('/')[2]}{extension}"
    load = partial(_stored, file["key"], name, extension)
    return Served(version, load, changed_at=file["at"])


def default_at(path: str) -> Served | None:
    """The default picture that settings name by this path (`defaultUrl`)."""
    name = next((name for name in _ASSETS if _default_value(name).get("defaultUrl") == path), None)
    return _default(name) if name else None


def _default(name: str) -> Served | None:
    if not _default_value(name).get("defaultUrl"):
        return None
    return Served(f"{_DRAWN}-{name}", partial(_drawn, name))


def _drawn(name: str) -> Picture:
    asset = _ASSETS[name]
    kind = asset.extensions[0]
    edge = 64 if kind == "ico" else _DEFAULT_EDGE
    return letters.drawn(_DEFAULT_LETTER, size=asset.height or edge, width=asset.width or None, kind=kind)


def _stored(key: str, name: str, extension: str) -> Picture:
    found = pictures.stored(key)
    # Somebody has just set another one, and this one is gone.
    return pictures.converted(found, extension) if found else _drawn(name)


def named(keys: Sequence[str]) -> set[str]:
    """Those of these keys (`assets/<name>/<version>`) that are a picture of the workspace."""
    stored = workspace.current().stored.settings.values()
    return {setting["file"]["key"] for setting in stored if "file" in setting} & set(keys)
