"""Taking away what is older than a room keeps it (settings RetentionPolicy_*)."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Final

from pimentachat import clock, workspace
from pimentachat.clock import Instant
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP, RoomType
from pimentachat.models.messages import Message
from pimentachat.services.files import files
from pimentachat.services.messages import deleting
from pimentachat.store import messages as message_store

_PRUNED: Final = "_File removed by prune_"
_SETTINGS: Final = {CHANNEL.t: "Channels", GROUP.t: "Groups", DIRECT.t: "DMs"}


@dataclass(frozen=True)
class Rule:
    """What goes from rooms of a kind: everything sent before an instant."""

    before: Instant
    keeps_pinned: bool = False
    files_only: bool = False


def rule(t: RoomType) -> Rule | None:
    """The rule for rooms of a kind. None: they keep everything."""
    space, name = workspace.current(), _SETTINGS[t]
    days = space.number(f"RetentionPolicy_MaxAge_{name}")
    if not space.flag("RetentionPolicy_Enabled") or not space.flag(f"RetentionPolicy_AppliesTo{name}") or days <= 0:
        return None
    return Rule(
        before=clock.text_of(clock.now() - timedelta(days=days)),
        keeps_pinned=space.flag("RetentionPolicy_ExcludePinned"),
        files_only=space.flag("RetentionPolicy_FilesOnly"),
    )


def prune(room_id: str, of: Rule, *, after: Instant, most: int) -> Instant | None:
    """Takes away what a rule says of a room, looking at up to `most` messages sent after an instant.

    Returns: the instant to go on after; None when the room is done.
    """
    last = None
    walked = message_store.walk(room_id, after=after, before=of.before, forward=True, batch=most)
    for last in islice(walked, most):
        if of.keeps_pinned and last.more.get("pinned"):
            continue
        if not of.files_only:
            deleting.remove_for_good(last)
        elif last.file:
            files.withdraw(last.file.id, keep=False)
            message_store.change(last, _without_file)
    read_all = last is None or next(walked, None) is None
    return None if read_all or last is None else last.sent_at


def _without_file(message: Message) -> Message:
    return replace(message, file=None, attachments=[{"color": "#FD745E", "text": _PRUNED}])
