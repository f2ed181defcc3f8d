"""Reading a room's messages: by time range, and as a pageable list (contract: channels.yaml channels.history,
channels.messages)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from pimentachat.auth import workspace
from pimentachat.models.messages import HistoryReply, Message
from pimentachat.models.params import PageParams
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, HistoryRange, Room
from pimentachat.services import lengths, listing
from pimentachat.services.listing import LOOKED_THROUGH_MOST, Listed
from pimentachat.store import messages as store
from pimentachat.store import users

_HISTORY_COUNT: Final = 20
_ANSWER_BYTES_MOST: Final = 4_500_000
_UNREAD_MOST: Final = 1000


def shown(messages: list[Message], viewer_id: str) -> list[Document]:
    """Messages as this viewer sees them, by the settings Message_ShowEditedStatus and UI_Use_Real_Name."""
    space = workspace.current()
    wires = [message.wire(viewer_id) for message in messages]
    if not space.flag("Message_ShowEditedStatus"):
        for wire in wires:
            wire.pop("editedAt", None)
    if space.flag("UI_Use_Real_Name"):
        _name_reactions(wires)
    return wires


def _name_reactions(wires: list[Document]) -> None:
    """Adds the real names of those who reacted; authors and people mentioned carry theirs from the start."""
    usernames = {name for wire in wires for who in wire.get("reactions", {}).values() for name in who["usernames"]}
    named = {
        person["username"]: person.get("name", person["username"]) for person in users.mentioned(sorted(usernames))
    }
    for wire in wires:
        for who in wire.get("reactions", {}).values():
            who["names"] = [named.get(name, name) for name in who["usernames"]]


def of_range(room: Room, viewer_id: str, params: HistoryRange) -> HistoryReply:
    """A room's messages in a range of time, newest first; nothing is marked as read."""
    page = listing.page_of(params.offset, params.count, default=_HISTORY_COUNT, capped=False)
    end = None if page.limit is None else page.offset + page.limit
    walked = store.walk(
        room.id, after=params.oldest or "", before=params.latest or "", inclusive=params.inclusive, batch=end or None
    )
    some = (message for message in walked if params.show_thread_messages or not message.document.get("tmid"))
    found = list(_fitting(islice(some, page.offset, end)))
    reply: HistoryReply = {"messages": shown(found, viewer_id)}
    if params.unreads:
        reply |= _unread_before(room, viewer_id, params, found)
    return reply


def _fitting(messages: Iterable[Message]) -> Iterator[Message]:
    """As many messages as one answer of a Lambda function (6 MB) carries; ordinary ones never come near it."""
    size = 0
    for message in messages:
        size += lengths.size(message.document)
        if size > _ANSWER_BYTES_MOST:
            return
        yield message


def _unread_before(room: Room, viewer_id: str, params: HistoryRange, found: list[Message]) -> HistoryReply:
    """The oldest message after `oldest` that the page does not reach, and how many there are (at most 1000 are
    counted)."""
    if not params.oldest or not found:
        return {"unreadNotLoaded": 0}
    before = found[-1].ts
    missed = list(islice(store.walk(room.id, after=params.oldest, before=before, forward=True), _UNREAD_MOST))
    if not missed:
        return {"unreadNotLoaded": 0}
    return {"firstUnread": shown(missed[:1], viewer_id)[0], "unreadNotLoaded": len(missed)}


def listed(room: Room, viewer_id: str, params: PageParams) -> Listed:
    """A page of a room's messages, newest first unless `sort` says otherwise.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad.
    """

    def in_order(offset: int, limit: int | None, forward: bool) -> list[Document]:
        end = None if limit is None else offset + limit
        walked = store.walk(room.id, forward=forward, batch=end or None)
        return shown(list(_fitting(islice(walked, offset, end))), viewer_id)

    return listing.listed(
        params,
        hidden=HIDDEN,
        in_order=in_order,
        total=lambda: room.msgs - room.gone,
        order="ts",
        rising=False,
    )


def count_between(room: Room, after: str, until: str) -> int:
    """How many visible messages lie between two instants, both included; counted up to 5000."""
    walked = store.walk(room.id, after=after, before=until, inclusive=True)
    return sum(1 for _ in islice(walked, LOOKED_THROUGH_MOST))
