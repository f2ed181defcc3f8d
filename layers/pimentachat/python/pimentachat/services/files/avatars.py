"""Pictures of people and rooms (contract: users.yaml users.setAvatar, users.resetAvatar, users.getAvatar)."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from aws_lambda_powertools import Logger

from pimentachat import ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.cloud import files, outgoing
from pimentachat.cloud.outgoing import Outgoing, OutgoingFailed
from pimentachat.config import config
from pimentachat.errors.base import ChatError
from pimentachat.errors.files import FileForbidden, FileRequired, FileTooLarge, NoPicture, WrongFileField
from pimentachat.errors.requests import Forbidden, NotAllowed
from pimentachat.errors.rooms import RoomNotFound
from pimentachat.errors.users import (
    AvatarAddressFailed,
    AvatarAddressInvalid,
    AvatarChangeNotAllowed,
    AvatarUserNotFound,
)
from pimentachat.models.uploads import FilePart
from pimentachat.models.users import User
from pimentachat.services.accounts import users
from pimentachat.services.accounts.users import UserReference
from pimentachat.services.files import letters, pictures
from pimentachat.services.files.pictures import Picture, Served
from pimentachat.services.rooms import access
from pimentachat.store import outbox
from pimentachat.store import users as user_store
from pimentachat.store.writes import Write

logger: Final = Logger()

_FETCHED_BYTES_MOST: Final = 8_000_000
_FETCHED_SECONDS: Final = 10
_STORED_BYTES_MOST: Final = 1_000_000
"""Where pictures are not resized (Accounts_AvatarResize off)."""
_EDGE_LEAST, _EDGE_MOST = 16, 1024
_FIELD: Final = "image"


# --- changing


def set_from_files(caller: Caller, whom: UserReference, parts: list[FilePart]) -> None:
    """Makes the first file a user's picture.

    Raises:
        AvatarChangeNotAllowed, AvatarUserNotFound, NotAllowed, FileRequired, WrongFileField, NoPicture,
        TooManyPixels, FileTooLarge.
    """
    _check_open(AvatarChangeNotAllowed())
    user = _whose(caller, whom, unknown=AvatarUserNotFound(), otherwise=NotAllowed())
    if not parts:
        raise FileRequired
    if parts[0].field != _FIELD:
        raise WrongFileField
    _replace(user, _made_ready(parts[0].data), "rest")


def set_from_address(caller: Caller, whom: UserReference, address: str) -> None:
    """Makes what another server has at an address a user's picture.

    Raises:
        AvatarChangeNotAllowed, UserNotFound, Forbidden, AvatarAddressFailed, AvatarAddressInvalid, TooManyPixels,
        FileTooLarge.
    """
    _check_open(AvatarChangeNotAllowed())
    user = _whose(caller, whom, unknown=None, otherwise=Forbidden())
    _replace(user, _fetched(address, user), "url")


def _fetched(address: str, user: User) -> Picture:
    """
    Raises:
        AvatarAddressFailed, AvatarAddressInvalid, TooManyPixels, FileTooLarge.
    """
    asked = Outgoing(address, seconds=_FETCHED_SECONDS, bytes_most=_FETCHED_BYTES_MOST)
    try:
        answer = outgoing.send(asked, allowed=workspace.current().hosts_anywhere)
    except OutgoingFailed as problem:
        raise AvatarAddressFailed(url=address, username=user.username) from problem
    if answer.status != 200 or not answer.headers.get("content-type", "").strip().lower().startswith("image/"):
        raise AvatarAddressInvalid(url=address)
    try:
        return _made_ready(answer.body)
    except NoPicture as problem:
        raise AvatarAddressInvalid(url=address) from problem


def take_from_elsewhere(user_id: str) -> None:
    """Makes the picture that a new user has at Gravatar, or wherever this deployment looks, theirs; there may be none.
    Nobody waits for it, and nobody is told: whoever has set a picture meanwhile keeps it. May run twice."""
    user = user_store.find(user_id)
    if user is None or user.avatar_etag or not user.emails:
        return
    address = str(user.emails[0]["address"]).strip().lower()
    # The other side's way to name an address; it keeps no secret.
    name = hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
    asked = f"{config().gravatar_url}/{name}?default=404&size={_edge()}"
    try:
        picture = _fetched(asked, user)
    except ChatError as problem:
        logger.info("no picture elsewhere", user_id=user_id, refusal=type(problem).__name__)
        return
    _replace(user, picture, "gravatar", unless_any=True)


def reset(caller: Caller, whom: UserReference) -> None:
    """Takes a user's picture away; that of another one needs edit-other-user-info.

    Raises:
        UserParamMissing, UserNotFound, Forbidden, NotAllowed.
    """
    user = users.named(whom)
    if user.id != caller.id and not caller.may("edit-other-user-info"):
        raise Forbidden
    _check_open(NotAllowed())
    _save(user, "", None)


def _check_open(otherwise: ChatError) -> None:
    if not workspace.current().flag("Accounts_AllowUserAvatarChange"):
        raise otherwise


def _whose(caller: Caller, whom: UserReference, *, unknown: ChatError | None, otherwise: ChatError) -> User:
    if not whom.id.strip() and not whom.username.strip():
        return caller.user
    if not _is(caller, whom) and not (caller.may("edit-other-user-avatar") or caller.may("edit-other-user-info")):
        raise otherwise
    return users.named(whom, otherwise=unknown)


def _is(caller: Caller, whom: UserReference) -> bool:
    if whom.id.strip():
        return whom.id == caller.id
    return whom.username.strip().lower() == caller.username.lower()


def _made_ready(data: bytes) -> Picture:
    space = workspace.current()
    if pictures.is_svg(data):
        # One that is sanitised could be stored, but no client shows it beside messages.
        raise NoPicture
    if space.flag("Accounts_AvatarResize"):
        return pictures.fitted(data, _edge())
    if len(data) > _STORED_BYTES_MOST:
        raise FileTooLarge.beyond(_STORED_BYTES_MOST)
    return pictures.checked(data)


def _edge() -> int:
    wanted = workspace.current().number("Accounts_AvatarSize") or letters.SIZE
    return max(_EDGE_LEAST, min(wanted, _EDGE_MOST))


def _replace(user: User, picture: Picture, origin: str, *, unless_any: bool = False) -> None:
    """`unless_any`: a picture that is there stays."""
    version = ids.new_id()
    files.save(_key(user.id, version), picture.data, picture.type)
    saved = False
    try:
        saved = _save(user, version, origin, unless_any=unless_any)
    finally:
        if not saved:
            files.remove(_key(user.id, version))


def _save(user: User, version: str, origin: str | None, *, unless_any: bool = False) -> bool:
    """Notes the new version of a picture (none: ""), and that the old one is to be taken away. False: the user is
    gone, or keeps another picture."""

    def edit(before: User) -> User:
        if (not version and not before.avatar_etag) or (unless_any and before.avatar_etag):
            return before
        return before.model_copy(update={"avatar_etag": version or None, "avatar_origin": origin})

    after = user_store.change(user.id, edit, also=_outdated)
    return after is not None and after.avatar_etag == (version or None)


def _outdated(before: User, after: User) -> list[Write]:
    if not before.avatar_etag or before.avatar_etag == after.avatar_etag:
        return []
    return [outbox.entry(pictures.REMOVE_FILE, key=_key(before.id, before.avatar_etag))]


def _key(user_id: str, version: str) -> str:
    return f"avatars/{user_id}/{version}"


def named(keys: Sequence[str]) -> set[str]:
    """Those of these keys (`avatars/<user id>/<version>`) that are somebody's picture."""
    ids_of = {key: key.removeprefix("avatars/").rpartition("/")[0] for key in keys}
    people = user_store.find_many(dict.fromkeys(ids_of.values()))
    return {_key(user.id, user.avatar_etag) for user in people if user.avatar_etag} & set(keys)


def take_away(user_id: str, version: str) -> None:
    """Takes the picture of a user away who is deleted."""
    files.remove(_key(user_id, version))


# --- showing


def address(whom: UserReference) -> str:
    """Where a user's picture is.

    Raises:
        UserParamMissing, UserNotFound.
    """
    return users.avatar_address(users.named(whom).username)


def elsewhere(username: str) -> str | None:
    """Where the picture is, when another server has all of them (Accounts_AvatarExternalProviderUrl)."""
    return users.external_avatar_address(username)


def of_user(caller: Caller | None, username: str, *, kind: str = "", size: int | None = None) -> Served:
    """The picture of a user: what they have set, else the first letter of their name, as of anybody else. A name that
    begins with @ is always shown as its letter.

    Raises:
        FileForbidden: not logged in, where the workspace asks for it.
    """
    _check_may_see(caller)
    if username.startswith("@"):
        return _lettered(username[1:], kind, size)
    user_id = user_store.id_by_username(username)
    user = user_store.find(user_id) if user_id else None
    if user is None:
        return _lettered(username, kind, size)
    by_name = workspace.current().flag("UI_Use_Name_Avatar")
    draw = partial(letters.drawn, (by_name and user.name) or user.username, size=size, kind=kind)
    if not user.avatar_etag:
        return _lettered((by_name and user.name) or user.username, kind, size)
    return _served(user.avatar_etag, partial(_stored_or, _key(user.id, user.avatar_etag), draw))


def of_room(caller: Caller | None, room_id: str, *, kind: str = "", size: int | None = None) -> Served:
    """The picture of a room: the first letter of its name for those who may see it, of its id for everybody else.

    Raises:
        FileForbidden: not logged in, where the workspace asks for it.
    """
    _check_may_see(caller)
    if caller is None:
        return _lettered(room_id, kind, size)
    try:
        room = access.readable(caller, room_id, otherwise=RoomNotFound())
    except RoomNotFound:
        return _lettered(room_id, kind, size, private=True)
    return _lettered(room.fname or room.name or room_id, kind, size, private=True)


def _check_may_see(caller: Caller | None) -> None:
    if caller is None and workspace.current().flag("Accounts_AvatarBlockUnauthenticatedAccess"):
        raise FileForbidden


def _lettered(name: str, kind: str, size: int | None, *, private: bool = False) -> Served:
    draw = partial(letters.drawn, name, size=size, kind=kind)
    return _served(ids.fingerprint(f"{name}\n{kind}\n{size}")[:16], draw, private=private)


def _served(etag: str, load: Callable[[], Picture], *, private: bool = False) -> Served:
    space = workspace.current()
    hidden = private or space.flag("Accounts_AvatarBlockUnauthenticatedAccess")
    return Served(etag, load, max(0, space.number("Accounts_AvatarCacheTime")), private=hidden)


def _stored_or(key: str, draw: Callable[[], Picture]) -> Picture:
    # Somebody has just set another one, and this one is gone.
    return pictures.stored(key) or draw()
