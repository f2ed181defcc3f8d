"""Cleaning the history of rooms of what is older than they keep it (settings RetentionPolicy_*)."""

from datetime import timedelta
from itertools import chain
from typing import Final

from pimentachat import clock, workspace
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP, RoomType
from pimentachat.services.messages import cleaning
from pimentachat.services.messages.cleaning import Cleaning
from pimentachat.store import messages as message_store

KINDS: Final[tuple[RoomType, ...]] = (CHANNEL.t, GROUP.t, DIRECT.t)
"""Kinds of rooms, in the order in which they are pruned."""
_SETTINGS: Final = {CHANNEL.t: "Channels", GROUP.t: "Groups", DIRECT.t: "DMs"}


def applies(t: RoomType) -> bool:
    """Whether rooms of a kind do not keep everything."""
    space, name = workspace.current(), _SETTINGS[t]
    wanted = space.flag("RetentionPolicy_Enabled") and space.flag(f"RetentionPolicy_AppliesTo{name}")
    return wanted and space.number(f"RetentionPolicy_MaxAge_{name}") > 0


def ask(room_id: str, t: RoomType) -> None:
    """Asks for a cleaning of a room, as its kind has it, unless nothing in it is old enough."""
    space = workspace.current()
    days = space.number(f"RetentionPolicy_MaxAge_{_SETTINGS[t]}")
    before = clock.text_of(clock.now() - timedelta(days=days))
    old = chain(
        message_store.walk(room_id, before=before, forward=True, batch=1, hidden=True),
        message_store.walk_earlier(room_id, before=before, batch=1),
    )
    if next(old, None) is None:
        return
    cleaning.ask(
        Cleaning(
            room_id,
            after="",
            before=before,
            exclude_pinned=space.flag("RetentionPolicy_ExcludePinned"),
            files_only=space.flag("RetentionPolicy_FilesOnly"),
            ignore_discussion=False,
        )
    )
