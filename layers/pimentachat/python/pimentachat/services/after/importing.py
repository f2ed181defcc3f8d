"""What came from another server, stored as if it had been said here: with its authors and times, and without telling
anybody (docs/cli.md).

Ids are kept or derived, so that a second import of the same finds everything there and makes nothing twice; one that
was cut off goes on where it stopped, for the same reason.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from pimentachat import clock, ids
from pimentachat.clock import Instant
from pimentachat.cloud import files
from pimentachat.errors.base import ChatError
from pimentachat.errors.rooms import RoomNameTaken
from pimentachat.errors.users import UsernameInUse
from pimentachat.models.kinds import DIRECT, KINDS, RoomType
from pimentachat.models.memberships import Membership, ReadMark
from pimentachat.models.messages import EVERYBODY, Edit, FileReference, Message, Person
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.uploads import Upload
from pimentachat.models.users import NAME_MOST, User
from pimentachat.services.accounts import enrolment
from pimentachat.services.files import files as file_service
from pimentachat.services.messages import attachments, meaning, posting
from pimentachat.services.rooms import direct, room_names
from pimentachat.services.search import packing
from pimentachat.services.text import addresses, names
from pimentachat.store import counters, memberships, search_segments, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as upload_store
from pimentachat.store import users as user_store
from pimentachat.store.rooms import Imported

_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NO_NAME: Final = re.compile(r"[^0-9a-zA-Z._-]+")
_NAMES_MOST: Final = 100
"""How many suffixes of a name are tried."""
_TOGETHER: Final = 16
_GENERAL: Final = "GENERAL"
_REACTIONS_MOST: Final = 50
_MEMBERS_AT_ONCE: Final = 50
_TEXT_MOST: Final = 500
"""Characters of topics and the like, which are bounded in bytes where people write them."""


@dataclass(frozen=True)
class NewPerson:
    """A user of the other server. Ids in these records are that server's."""

    id: str
    username: str
    name: str = ""
    email: str = ""
    bot: bool = False
    active: bool = True
    created_at: Instant = ""


@dataclass(frozen=True)
class NewRoom:
    id: str
    t: RoomType
    name: str = ""
    members: Sequence[str] = ()
    owners: Sequence[str] = ()
    topic: str = ""
    description: str = ""
    archived: bool = False
    read_only: bool = False
    created_at: Instant = ""
    title: str = ""
    """What people see, where that is not the name."""
    parent: str = ""
    """The room that it is a discussion of, which comes before it."""
    announcement: str = ""
    general: bool = False
    """The room that everybody is in: its messages go into ours."""


@dataclass(frozen=True)
class NewFile:
    id: str
    name: str
    type: str
    data: bytes
    description: str | None = None


@dataclass(frozen=True)
class NewMessage:
    id: str
    room: str
    author: str
    ts: Instant
    text: str = ""
    type: str | None = None
    discussion: str = ""
    """The room that the message tells of."""
    thread: str | None = None
    reactions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids of people by emoji."""
    starred: Sequence[str] = ()
    edited_at: Instant = ""
    edited_by: str = ""
    attachments: Sequence[Document] = ()
    file: NewFile | None = None
    parse_urls: bool | None = None
    more: Document = field(default_factory=dict)


@dataclass
class Thread:
    """What replies make of the first message."""

    replies: int = 0
    last: Instant = ""
    authors: set[str] = field(default_factory=set)


class Import:
    """One import from one source: people, then rooms, then messages, then `finish`.

    Args:
        source: names the other server, for derived ids; empty where its ids are as ours and are kept.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._people: dict[str, User] = {}
        self._by_name: dict[str, Person] = {}
        self._rooms: dict[str, Room] = {}
        self._touched: dict[str, None] = {}
        self._stored: set[str] = set()
        self._answered: set[str] = set()
        """First messages of threads that were stored, and those that were answered."""
        self.new = {"people": 0, "rooms": 0, "messages": 0, "files": 0}
        self.left_out = 0
        """Messages that are too large, or whose author or room nobody knows."""

    def _id(self, kind: str, source_id: str) -> str:
        if not self._source and _ID.fullmatch(source_id):
            return source_id
        return ids.derived("import", self._source, kind, source_id)

    # --- people

    def add_person(self, new: NewPerson) -> None:
        """Finds the account of a person by its id, username or address, else makes one without a password."""
        user = self._find(new) or self._make(new)
        self._people[new.id] = user
        self._by_name[user.username.lower()] = user.brief()
        self._by_name.setdefault(new.username.lower(), user.brief())

    def _find(self, new: NewPerson) -> User | None:
        for user_id in (
            self._id("user", new.id),
            user_store.id_by_username(new.username) if new.username else None,
            user_store.id_by_email(new.email) if new.email else None,
        ):
            user = user_store.find(user_id) if user_id else None
            if user:
                return user
        return None

    def _make(self, new: NewPerson) -> User:
        now = clock.now_text()
        user = User(
            _id=self._id("user", new.id),
            name=new.name[:NAME_MOST] or None,
            emails=[{"address": new.email, "verified": False}] if _is_address(new.email) else [],
            type="bot" if new.bot else "user",
            roles=["bot"] if new.bot else ["user"],
            active=new.active,
            created_at=new.created_at or now,
            _updatedAt=now,
        )
        taken = UsernameInUse()
        for name in _variants(new.username or new.id):
            named = user.model_copy(update={"username": name})
            if user_store.id_by_username(name) is None:
                try:
                    user_store.add(named, username_taken=taken, email_taken=taken)
                except UsernameInUse:
                    continue
                counters.add("users", 1)
                self.new["people"] += 1
                return named
        raise taken

    # --- rooms

    def add_room(self, new: NewRoom) -> None:
        """Finds the room that was made of this one before, else makes it; then lets its members in."""
        people = [self._people[each] for each in dict.fromkeys(new.members) if each in self._people]
        if new.t == DIRECT.t and not people:
            return
        room = self._room(new, people)
        self._rooms[new.id] = room
        self._touched[room.id] = None
        held = {
            each.user_id for each in memberships.find_many(((each.id, room.id) for each in people), consistent=True)
        }
        owners = {self._people[each].id for each in new.owners if each in self._people}
        admitted = [
            partial(self._admit, room, user, people, owner=user.id in owners) for user in people if user.id not in held
        ]
        for start in range(0, len(admitted), _TOGETHER):
            table.side_by_side(*admitted[start : start + _TOGETHER])

    def _room(self, new: NewRoom, people: Sequence[User]) -> Room:
        if new.general and (general := room_store.find(_GENERAL)):
            return general
        room_id = direct.id_of(people) if new.t == DIRECT.t else self._id("room", new.id)
        found = room_store.reread(room_id)
        if found:
            return found
        now, parent = clock.now_text(), self._rooms.get(new.parent)
        room = Room(
            _id=room_id,
            t=new.t,
            ts=new.created_at or now,
            topic=new.topic[:_TEXT_MOST] or None,
            description=new.description[:_TEXT_MOST] or None,
            announcement=new.announcement[:_TEXT_MOST] or None,
            prid=parent.id if parent else None,
            archived=new.archived or None,
            archived_at=now if new.archived else "",
            ro=new.read_only or None,
            default=False if new.t != DIRECT.t else None,
            _updatedAt=now,
        )
        owner = next((self._people[each] for each in new.owners if each in self._people), None)
        if owner:
            room.u = {"_id": owner.id, "username": owner.username}
        if new.t == DIRECT.t:
            both = [*people, *people] if len(people) == 1 else people
            room = room.model_copy(
                update={"usernames": [each.username for each in both], "uids": [each.id for each in both]}
            )
            table.transact(*room_store.additions(room, None, name_taken=RoomNameTaken(name=room_id)))
            counters.add(room.kind.total, 1)
            self.new["rooms"] += 1
            return room
        for name in _variants(new.name or new.id):
            named = room.model_copy(update={"name": name, "fname": new.title[:NAME_MOST] if parent else name})
            listed = [room_store.discussion_entry(parent.id, room.id, None)] if parent else []
            try:
                table.transact(*room_store.additions(named, None, name_taken=room_names.SlugTaken()), *listed)
            except room_names.SlugTaken:
                continue
            counters.add(KINDS[new.t].total, 1)
            self.new["rooms"] += 1
            return named
        raise RoomNameTaken(name=new.name)

    def _admit(self, room: Room, user: User, people: Sequence[User], *, owner: bool) -> None:
        shown: Document | None = {**direct.called(user, [*people])} if room.kind is DIRECT else None
        roles = {"owner"} if owner else set[str]()
        begun = Membership.begun(room, user, clock.now_text(), shown=shown, ls=clock.now_text(), roles=roles)
        try:
            table.transact(
                *memberships.additions(begun), *room_store.role_writes(room.id, user.id, sorted(roles), held=True)
            )
        except table.ConditionFailed:
            return

    # --- messages

    def add_messages(self, some: Iterable[NewMessage], threads: Mapping[str, Thread]) -> int:
        """Stores those that are not there yet; how many those are. Files go with them."""
        made = {message.id: (message, new) for new in some if (message := self._message(new, threads))}
        there = message_store.taken(made)
        wanted = [pair for message_id, pair in made.items() if message_id not in there]
        stored = [self._with_file(message, new) for message, new in wanted]
        parts = [stored[start::_PARTS] for start in range(min(_PARTS, len(stored)))]
        table.side_by_side(*(partial(message_store.add_imported, part) for part in parts))
        self._stored |= {message.id for message in stored if message.replies}
        self._answered |= {message.thread_id for message in stored if message.thread_id}
        self.new["messages"] += len(stored)
        return len(stored)

    def _message(self, new: NewMessage, threads: Mapping[str, Thread]) -> Message | None:
        room, author = self._rooms.get(new.room), self._people.get(new.author)
        if room is None or author is None:
            self.left_out += 1
            return None
        thread, thread_id = threads.get(new.id), None
        if new.thread in threads and new.type is None:
            thread_id = self._id("message", new.thread or "")
        edit_by = self._people.get(new.edited_by) or author
        mentions = self._mentions(new.text) if new.type is None else None
        message = Message(
            self._id("message", new.id),
            room.id,
            new.ts,
            author.brief() if new.type is None else Person(author.id, author.username),
            new.edited_at or new.ts,
            new.text,
            type=new.type,
            thread_id=thread_id,
            mentions=mentions,
            channels=self._channels(new.text) if new.type is None else None,
            urls=[{"url": link} for link in meaning.links(new.text)] or None if new.type is None else None,
            attachments=_attachments(new.attachments) or None,
            discussion_id=self._rooms[new.discussion].id if new.discussion in self._rooms else None,
            edit=Edit(new.edited_at, Person(edit_by.id, edit_by.username)) if new.edited_at else None,
            parse_urls=new.parse_urls,
            more=_more(new.more),
            reactions=self._reactions(new.reactions),
            starred={self._people[each].id for each in new.starred if each in self._people},
            replies=thread.replies if thread else 0,
            last_reply_at=thread.last if thread else None,
            followers={author.id, *(self._people[each].id for each in thread.authors if each in self._people)}
            if thread
            else set(),
        )
        try:
            posting.check_storable(message)
        except ChatError:
            self.left_out += 1
            return None
        return message

    def _mentions(self, text: str) -> list[Person]:
        named = names.mentioned(text)
        everybody = [Person(name, name) for name in EVERYBODY if name in named]
        found = (self._by_name.get(name.lower()) for name in named if name not in EVERYBODY)
        return [*everybody, *{person.id: person for person in found if person}.values()][:_NAMES_MOST]

    def _channels(self, text: str) -> list[Document]:
        named = names.hashtags(text)
        if not named:
            return []
        by_name = {room.name: room.id for room in self._rooms.values() if room.name and room.t == "c"}
        return [{"_id": by_name[name], "name": name} for name in named[:_NAMES_MOST] if name in by_name]

    def _reactions(self, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        found = {
            emoji: [self._people[each].username for each in dict.fromkeys(who) if each in self._people]
            for emoji, who in [*given.items()][:_REACTIONS_MOST]
        }
        return {emoji: who for emoji, who in found.items() if who}

    def _with_file(self, message: Message, new: NewMessage) -> Message:
        if new.file is None:
            return message
        upload_id = self._id("file", new.file.id)
        name, kind = file_service.file_name(new.file.name), file_service.media_type(new.file.type)
        stored, attachment = file_service.described(
            upload_id, message.room_id, message.author.id, name, new.file.data, kind, new.file.description
        )
        stored = stored.model_copy(update={"uploaded_at": message.sent_at})
        if upload_store.find(upload_id) is None:
            self._keep(stored, new.file.data)
        message.file = FileReference(upload_id, name, kind)
        message.attachments = [attachment, *(message.attachments or [])]
        return message

    def _keep(self, stored: Upload, data: bytes) -> None:
        etag = files.save(stored.object_key, data, stored.type)
        table.transact(*upload_store.additions(stored.model_copy(update={"etag": etag})))
        self.new["files"] += 1

    # --- the end

    def finish(self) -> Iterator[str]:
        """Counts what came, room by room (each id as it is done), shows it as read to all members, and packs it for
        search."""
        for message_id in self._answered - self._stored:
            # It came with an earlier import, which knew of fewer replies.
            first = message_store.find(message_id)
            if first:
                message_store.count_replies_anew(first)
        for room_id in self._touched:
            _finish_room(room_id)
            yield room_id


_PARTS: Final = 8


def _finish_room(room_id: str) -> None:
    before, read = room_store.imported(room_id)
    found, newest = Imported(), None
    for message in message_store.imported_in(room_id):
        ordinary = not message.system and message.thread_id is None
        found = Imported(
            found.msgs + (not message.hidden), found.ordinary + ordinary, found.alls + message.to_everybody
        )
        if not message.system and not message.hidden:
            newest = message
    # What was deleted since an earlier import is in the numbers, as what is gone is.
    now = Imported(*(max(pair) for pair in zip(before, found, strict=True)))
    members = memberships.count_members(room_id)
    room = room_store.reread(room_id)
    if room is None:
        return
    both = members + (room.kind is DIRECT and len(set(room.uids or [])) < len(room.uids or []))
    if now != before or room.users_count != both:
        room_store.count_imported(room_id, before, now, members=both, newest=newest)
        read = read and now == before
    if not read:
        _read_everything(room_id)
    if now != before:
        search_segments.forget(room_id)
        while not packing.step(room_id):
            pass


def _read_everything(room_id: str) -> None:
    room = room_store.reread(room_id)
    if room is None:
        return
    member_ids = list(memberships.member_ids(room_id))
    for start in range(0, len(member_ids), _MEMBERS_AT_ONCE):
        some = member_ids[start : start + _MEMBERS_AT_ONCE]
        held = memberships.find_many(((each, room_id) for each in some), consistent=True)
        table.side_by_side(*(partial(memberships.mark_read, each.user_id, room_id, _mark(each, room)) for each in held))
    room_store.note_imported_read(room_id)


def _mark(membership: Membership, room: Room) -> ReadMark:
    return membership.of_others(room)


def _attachments(given: Sequence[Document]) -> list[Document]:
    """Those that could have been posted here."""
    found: list[Document] = []
    for each in given:
        with suppress(ChatError):
            found += attachments.checked([each])
    return found


def _more(given: Document) -> Document:
    kept = dict(given)
    try:
        addresses.checked(str(kept.get("avatar", "")))
    except ChatError:
        del kept["avatar"]
    return kept


def _is_address(text: str) -> bool:
    try:
        enrolment.check_email(text)
    except ChatError:
        return False
    return True


def _variants(text: str) -> Iterator[str]:
    """Names that may be used here, the wished one first."""
    name = text if names.valid(text) else _NO_NAME.sub("-", text).strip("-.")
    if not name or not names.valid(name):
        name = ids.derived("name", text)
    name = name[:200]
    if name.lower() not in EVERYBODY:
        yield name
    for number in range(1, _NAMES_MOST):
        yield f"{name}-{number}"
