"""Discussions: groups that hang on a room, whose readers may read them, and often on a message of it (contract:
rooms.yaml rooms.createDiscussion)."""

from dataclasses import dataclass, field, replace
from typing import Final

from pimentachat import ids, workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.base import ChatError
from pimentachat.errors.messages import InvalidMessage
from pimentachat.errors.requests import NotAllowed, QueryTooBroad
from pimentachat.errors.rooms import CreatingDiscussionNotAllowed, InvalidRoom, NestedDiscussion
from pimentachat.listing import pages
from pimentachat.listing.pages import LOOKED_THROUGH_MOST, Listed, ListQuery
from pimentachat.models.kinds import GROUP
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.rooms import HIDDEN, Room
from pimentachat.models.users import User
from pimentachat.services.messages import access as message_access
from pimentachat.services.messages import posting, quotes
from pimentachat.services.messages.posting import Draft
from pimentachat.services.rooms import access, changes, creation, room_names, system_messages
from pimentachat.services.rooms.room_names import RoomName
from pimentachat.services.views import messages as message_views
from pimentachat.services.views import rooms as room_views
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.rooms import Discussion

_DESCRIPTION_MOST: Final = 2048


@dataclass(frozen=True)
class NewDiscussion:
    """What a client wants to discuss, and with whom."""

    parent_id: str
    title: str
    usernames: list[str] = field(default_factory=list)
    message_id: str = ""
    """What it is about; its author takes part."""
    reply: str = ""
    """The caller's first message."""


def create(caller: Caller, wanted: NewDiscussion) -> Room:
    """Creates a discussion with the caller as its owner, and tells its room.

    Raises:
        CreatingDiscussionNotAllowed: discussions are off, or the caller may not start any.
        InvalidMessage: there is no such message in the room.
        InvalidRoom, NestedDiscussion, NotAllowed: no such room, a discussion, a room that the caller may not read.
        NameBlank, InvalidRoomName: the title is none.
        MessageTooLong: the reply is too long.
        ChatError: the caller may not write in the room (`posting.check_may_write`), or not what they reply.
    """
    _check_may_start(caller)
    message = _message(caller, wanted) if wanted.message_id else None
    parent = access.readable(caller, wanted.parent_id, otherwise=NotAllowed(), missing=InvalidRoom())
    if parent.prid:
        raise NestedDiscussion
    posting.check_may_write(caller, parent, memberships.find(caller.id, parent.id))
    name = RoomName(ids.new_id(), room_names.checked_title(wanted.title))
    posting.check_length(wanted.reply)
    quote = [quotes.of(message, _link_to(message, parent))] if message else []
    room_id, told = ids.new_id(), None
    if parent.takes_system_messages:
        told = system_messages.compose(parent, caller.user, "discussion-created", name.title)
        told = replace(told, discussion_id=room_id, attachments=quote or None)
    room = creation.make(
        GROUP,
        caller.user,
        [name],
        _people(caller, wanted, message),
        room_id=room_id,
        also=[
            room_store.discussion_entry(parent.id, room_id, told),
            *(message_store.additions(told) if told else []),
        ],
        prid=parent.id,
        topic=parent.title or None,
        description=_beginning_of(message) if message else None,
        ro=False,
        sys_mes=True,
        custom_fields={},
    )
    try:
        if told:
            system_messages.count(parent, told)
        if quote:
            _say(caller, room, Draft(attachments=quote))
        if wanted.reply.strip():
            _say(caller, room, Draft(text=wanted.reply))
    except ChatError:
        _undo(room, told)
        raise
    return room_store.find(room.id) or room


def _check_may_start(caller: Caller) -> None:
    enabled = workspace.current().flag("Discussion_enabled")
    if not enabled or not any(map(caller.may, ("start-discussion", "start-discussion-other-user"))):
        raise CreatingDiscussionNotAllowed


def _message(caller: Caller, wanted: NewDiscussion) -> Message:
    message, room = message_access.readable(caller, wanted.message_id, otherwise=InvalidMessage())
    if message.hidden or room.id != wanted.parent_id:
        raise InvalidMessage
    return message


def _people(caller: Caller, wanted: NewDiscussion, message: Message | None) -> list[User]:
    people = creation.people_named([name for name in wanted.usernames if name.strip()], caller.user)
    author = user_store.find(message.author.id) if message else None
    return [*people, author] if author and author.id not in {user.id for user in people} else people


def _beginning_of(message: Message) -> str:
    return message.text.encode()[:_DESCRIPTION_MOST].decode(errors="ignore")


def _link_to(message: Message, room: Room) -> str:
    site = workspace.current().text("Site_Url").rstrip("/")
    place = {"c": "channel", "p": "group", "d": "direct"}[room.t]
    return f"{site}/{place}/{room.name or room.id}?msg={message.id}"


def _say(caller: Caller, room: Room, draft: Draft) -> None:
    posting.post(caller, room_store.find(room.id) or room, memberships.find(caller.id, room.id), draft)


def _undo(room: Room, told: Message | None) -> None:
    """Who is refused has created nothing."""
    changes.take_away(room, gone=InvalidRoom())
    if told and message_store.remove(told):
        room_store.count_gone(told.room_id)


def of_room(caller: Caller, room: Room, asked: ListQuery) -> Listed:
    """A page of the discussions of a room, by their display names unless `sort` says otherwise.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad, QueryTooCostly.
    """
    found = room_store.find_many(discussion.room_id for discussion in _all_of(room))
    return pages.listed_in_memory(room_views.show(found, caller.id), asked, hidden=HIDDEN, order="fname")


def messages_of_room(caller: Caller, room_id: str, asked: ListQuery, text: str) -> Listed:
    """A page of the messages of a room that tell of discussions, newest first unless `sort` says otherwise; those whose
    text contains `text`.

    Raises:
        NotAllowed: there is no such room, or the caller may not read it.
        InvalidSort, QueryTooBroad, QueryTooCostly.
    """
    room = access.readable(caller, room_id, otherwise=NotAllowed())
    told = sorted((each for each in _all_of(room) if each.ts), key=lambda each: (each.ts, each.message_id))

    def in_order(offset: int, limit: int | None, forward: bool) -> list[Document]:
        ordered = told if forward else told[::-1]
        some = ordered[offset : None if limit is None else offset + limit]
        found = message_store.find_at(room.id, ((each.ts, each.message_id) for each in some))
        return message_views.show([message for message in found if not message.hidden], caller.id)

    if text:
        rows = [row for row in in_order(0, None, False) if text.lower() in row["msg"].lower()]
        return pages.listed_in_memory(rows, asked, hidden=HIDDEN, query=False)
    return pages.listed(asked, hidden=HIDDEN, in_order=in_order, total=lambda: len(told), order="ts", rising=False)


def _all_of(room: Room) -> list[Discussion]:
    found = room_store.discussions(room.id, most=LOOKED_THROUGH_MOST + 1)
    if len(found) > LOOKED_THROUGH_MOST:
        raise QueryTooBroad(limit=LOOKED_THROUGH_MOST)
    return found
