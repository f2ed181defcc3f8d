"""Badges for pages elsewhere (contract: misc.yaml shield.svg)."""

import html
from dataclasses import dataclass, field
from typing import Final

from pimentachat import clock, workspace
from pimentachat.config import config
from pimentachat.errors.misc import EndpointDisabled, ShieldChannelMissing, ShieldDisabled, ShieldNameMissing
from pimentachat.listing.pages import LOOKED_THROUGH_MOST
from pimentachat.services.accounts import users
from pimentachat.services.accounts.users import UserReference
from pimentachat.store import users as user_store

_LETTER: Final = 6
"""Pixels; the letters of this face are about as wide."""
_COUNTED_SECONDS: Final = 60
_JOIN: Final = "JOIN CHAT"
_LEFT: Final = "#555"
_RIGHT: Final = "#4c1"
_STATUS: Final = {"online": "#1fb31f", "away": "#dc9b01", "busy": "#bc2031"}
_OFFLINE: Final = "#a5a1a1"


@dataclass(frozen=True)
class Wanted:
    kind: str = ""
    """online, user, channel; anything else invites to the chat."""
    icon: bool = True
    name: str = ""
    """The text on the left."""
    channel: str = ""
    user: UserReference = field(default_factory=UserReference)


def drawn(wanted: Wanted) -> bytes:
    """The badge as SVG.

    Raises:
        EndpointDisabled, ShieldDisabled, ShieldNameMissing, ShieldChannelMissing, UserParamMissing, UserNotFound.
    """
    space = workspace.current()
    if not space.flag("API_Enable_Shields"):
        raise EndpointDisabled
    allowed = space.text("API_Shield_Types").strip()
    if wanted.kind and allowed != "*" and wanted.kind not in {one.strip() for one in allowed.split(",")}:
        raise ShieldDisabled
    if not wanted.icon and not wanted.name:
        raise ShieldNameMissing
    text, colour = _said(wanted)
    return _svg(wanted.name, text, colour, icon=wanted.icon).encode()


def _said(wanted: Wanted) -> tuple[str, str]:
    if wanted.kind == "online":
        return f"{_online()} Online", _RIGHT
    if wanted.kind == "channel":
        if not wanted.channel:
            raise ShieldChannelMissing
        return f"#{wanted.channel}", _RIGHT
    if wanted.kind == "user":
        user = users.named(wanted.user)
        by_name = workspace.current().flag("UI_Use_Real_Name") and user.name
        return str(by_name or f"@{user.username}"), _STATUS.get(user.status, _OFFLINE)
    return _JOIN, _RIGHT


_counted: tuple[float, int, str] | None = None
"""When (in seconds) how many were online, and in which workspace."""


def _online() -> int:
    """How many people are online, away or busy, as of a minute ago; of the first 5,000."""
    global _counted
    now, here = clock.now().timestamp(), config().accounts_table
    if _counted is None or _counted[2] != here or not 0 <= now - _counted[0] < _COUNTED_SECONDS:
        people = user_store.find_many(user_store.active_ids(limit=LOOKED_THROUGH_MOST))
        _counted = (now, sum(user.status in _STATUS for user in people), here)
    return _counted[1]


def _svg(name: str, text: str, colour: str, *, icon: bool) -> str:
    picture = 24 if icon else 7
    left = picture + (len(name) * _LETTER + 7 if name else 0)
    right = len(text) * _LETTER + 20
    image = (
        f'<image x="5" y="3" width="14" height="14" href="{html.escape(_address("assets/favicon.svg"))}"/>'
        if icon
        else ""
    )
    label = f'<text x="{picture}" y="14">{html.escape(name)}</text>' if name else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20">'
        f'<rect width="{left}" height="20" fill="{_LEFT}"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        f"{image}"
        '<g fill="#ffffff" font-family="DejaVu Sans, Verdana, Geneva, sans-serif" font-size="11">'
        f'{label}<text x="{left + 7}" y="14">{html.escape(text)}</text></g></svg>'
    )


def _address(path: str) -> str:
    return f"{workspace.current().text('Site_Url').rstrip('/')}/{path}"
