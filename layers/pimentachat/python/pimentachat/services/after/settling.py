"""Settling: what the stream of the Messages table brings is made whole, and what follows from it is handed on.

For each message: its room has counted it, its author too, its thread and the people it concerns know of it, and effects
(pushes) are in their queue. The stream brings a record at least once and a room's records in order; a room remembers
the highest position that is settled (its watermark), so nothing is done again. Each record fails on its own: one that
can never be settled is put aside as a dead letter with its reason, and its neighbours go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from aws_lambda_powertools import Logger

from pimentachat.clock import Instant
from pimentachat.cloud import queues
from pimentachat.errors.requests import Unavailable
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.kinds import CHANNEL
from pimentachat.models.messages import EVERYBODY, Message, Tally
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.services.after import mentions
from pimentachat.services.integrations import triggers
from pimentachat.services.mail import digests
from pimentachat.services.messages import posting, previews
from pimentachat.services.push import notifications
from pimentachat.services.rooms import members
from pimentachat.services.search import packing
from pimentachat.store import jobs, memberships, outbox, prefetch, table
from pimentachat.store import message_lists as message_list_store
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store.items import Item, Key, incoming

logger: Final = Logger()

SETTLE: Final = "settle"
"""The effect that settles by hand what was put aside (services/after/effects.py)."""
_SEQUENCE_DIGITS: Final = 40


@dataclass(frozen=True)
class Record:
    """A new item in the stream."""

    sequence: str
    """Its number, by which a failure is reported."""
    position: str
    """Its place, comparable within a room: a table that was restored has a stream of its own, named by its time."""
    item: Item

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Record":
        sequence = str(record["dynamodb"]["SequenceNumber"])
        position = _position(record.get("eventSourceARN", ""), sequence)
        return cls(sequence, position, incoming(record["dynamodb"]["NewImage"]))


def _position(stream_arn: str, sequence: str) -> str:
    stream = "".join(filter(str.isdigit, stream_arn.rpartition("/stream/")[2]))
    return f"{stream}#{sequence:0>{_SEQUENCE_DIGITS}}"


def settle(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Settles new items of the stream, as Lambda delivers them; returns the sequence numbers of those that should come
    again."""
    with table.request_view():
        return _settle(records)


def _settle(records: Sequence[Mapping[str, Any]]) -> list[str]:
    again: list[str] = []
    messages: list[tuple[Record, Message]] = []
    effects: list[tuple[Record, Document]] = []
    for raw in records:
        try:
            record = Record.of(raw)
            if effect := _effect_in(record.item):
                effects.append((record, effect))
            elif message_store.is_message(record.item) and not message_store.is_imported(record.item):
                messages.append((record, message_store.message_of(record.item)))
        except Exception as problem:
            again += _put_aside(raw, problem)
    again += _hand_on(effects)
    rooms = list(dict.fromkeys(message.room_id for _, message in messages))
    try:
        prefetch.rooms(rooms)
    except Unavailable:
        return [*again, *(record.sequence for record, _ in messages)]
    for room_id, some in groupby(sorted(messages, key=_by_room), key=_by_room):
        again += _Settling(room_id).settle(list(some))
    return again


def _by_room(pair: tuple[Record, Message]) -> str:
    return pair[1].room_id


def _effect_in(item: Item) -> Document | None:
    """The effect that an item of the outbox, or a new job, asks for."""
    job_id = jobs.id_in(item)
    return {"effect": "job", "job_id": job_id} if job_id else outbox.effect_in(item)


def _hand_on(effects: Sequence[tuple[Record, Document]]) -> list[str]:
    try:
        queues.send_effects([effect for _, effect in effects])
    except Unavailable:
        return [record.sequence for record, _ in effects]
    return []


def _put_aside(raw: Mapping[str, Any], problem: Exception) -> list[str]:
    """Puts a record aside that nobody can read. Nothing is known of it but its keys."""
    change = raw["dynamodb"]
    logger.exception("record not readable", sequence=change["SequenceNumber"])
    keys = incoming(change["Keys"])
    try:
        queues.send_dead_letters([_letter(keys["pk"], keys["sk"], problem, counted=False)])
    except Unavailable:
        return [str(change["SequenceNumber"])]
    return []


def _letter(pk: str, sk: str, problem: Exception, *, counted: bool) -> Document:
    reason = f"{type(problem).__name__}: {problem}"[:1000]
    return {"effect": SETTLE, "pk": pk, "sk": sk, "counted": counted, "reason": reason}


def _log_unavailable(problem: Unavailable, room_id: str) -> None:
    logger.warning("room comes again", room_id=room_id, cause=repr(problem.__cause__))


class _Settling:
    """The messages of one room in one batch."""

    def __init__(self, room_id: str) -> None:
        self._room_id = room_id
        self._effects: list[Document] = []
        self._letters: list[Document] = []

    def settle(self, some: Sequence[tuple[Record, Message]]) -> list[str]:
        """Returns the sequence numbers of those that should come again: all from the first one on that could not be
        settled now, since the watermark knows no gaps."""
        try:
            # As of a moment ago, which is enough to settle by; a room that is not there yet is asked for once more.
            room = room_store.find(self._room_id) or room_store.reread(self._room_id)
            if room is None:
                return []
            due = [(record, message) for record, message in some if record.position > room.settled]
            done = self._settle_due(room, due)
            if done:
                if packing.due(done, at=room.msgs):
                    self._effects.append({"effect": packing.PACK, "room_id": room.id})
                queues.send_dead_letters(self._letters)
                queues.send_effects(digests.without_repeats(self._effects))
                self._move_on(due[:done])
        except InvalidRoom:
            return []
        except Exception as problem:
            if isinstance(problem, Unavailable):
                _log_unavailable(problem, self._room_id)
            else:
                logger.exception("room not settled", room_id=self._room_id)
            return [record.sequence for record, _ in some]
        return [record.sequence for record, _ in due[done:]]

    def _settle_due(self, room: Room, due: Sequence[tuple[Record, Message]]) -> int:
        """Settles one after the other; returns how many are done with."""
        audience = notifications.Audience(room)
        for number, (record, message) in enumerate(due):
            counted = message.tally is None or room_store.mark_of(message) in room.counted
            try:
                if not counted:
                    count_late(room.id, message, record.position)
                    counted = True
                self._effects += follow(message, room, audience)
            except Unavailable as problem:
                _log_unavailable(problem, room.id)
                return number
            except InvalidRoom:
                raise
            except Exception as problem:
                logger.exception("not settled", room_id=room.id, message_id=message.id)
                if not counted:
                    # It may have been, before something else failed.
                    now = room_store.reread(room.id)
                    counted = now is None or room_store.mark_of(message) in now.counted
                item = record.item
                self._letters.append(_letter(item["pk"], item["sk"], problem, counted=counted))
        return len(due)

    def _move_on(self, done: Sequence[tuple[Record, Message]]) -> None:
        room = room_store.find(self._room_id)
        if room is None:
            return
        newest: Instant = max(message.sent_at for _, message in done)
        room_store.settle(room, done[-1][0].position, [message for _, message in done], newest=newest)


# --- one message


def count_late(room_id: str, message: Message, position: str) -> None:
    """Counts a message whose request did not, in its room and as its author's own.

    Raises:
        InvalidRoom: the room is gone.
    """
    counts = message.tally
    assert counts
    now = message_store.reread(message)
    if now is None or now.system or now.hidden:
        counts = replace(counts, latest=False, shown=False)
    after = room_store.count(room_id, now or message, counts, tracked=True, position=position)
    if room_store.mark_of(message) not in after.counted_late:
        # The request was on its way after all.
        return
    _finish_post(now, message, counts)


def _finish_post(now: Message | None, message: Message, counts: Tally) -> None:
    """What a request that died leaves undone beside its room: the entry by id, and the author's own count."""
    if now:
        message_store.complete(now)
    author = memberships.find(message.author.id, message.room_id)
    if author and counts.ordinary:
        memberships.count_own_late(author, ordinary=True, alls=counts.alls, at=message.stored_at)


def follow(message: Message, room: Room, audience: notifications.Audience) -> list[Document]:
    """Everything that a new message causes beyond the numbers of its room; returns the effects to hand on."""
    hooks = triggers.of_message(message, room)
    if message.system or message.hidden:
        return hooks
    if message.thread_id:
        _reach_thread(message, message.thread_id, room)
    _reach_mentioned(message, room)
    others = mentions.reach_highlighted(message, room, audience)
    shown = [previews.effect(message)] if message.urls and previews.wanted(message) else []
    return [*others, *shown, *audience.effects_of(message), *digests.effects_of(message, room, audience), *hooks]


def _reach_thread(message: Message, parent_id: str, room: Room) -> None:
    """A reply counts as a mention for those who follow its thread (contract: chat.yaml new_message_effects)."""
    parent = message_store.find(parent_id)
    if parent is None:
        return
    if not message_list_store.has_reply(parent, message):
        now = message_store.reread(message)
        if now and now.thread_id and not (now.system or now.hidden):
            posting.reply_to(parent, message, room)
            parent = message_store.reread(parent) or parent
    for user_id in parent.followers - {message.author.id}:
        mentions.count(memberships.find(user_id, room.id), message, thread_id=parent.id)


def _reach_mentioned(message: Message, room: Room) -> None:
    """Mentions are counted with the post; here those that were cut off. Somebody mentioned in a channel they are not in
    is joined to it."""
    nobody = {*EVERYBODY, message.author.id}
    named = [person.id for person in message.mentions or [] if person.id not in nobody]
    if not named:
        return
    inside = {held.user_id: held for held in memberships.find_many((user_id, room.id) for user_id in named)}
    for held in inside.values():
        if message.id not in held.noticed and not message.to_everybody:
            mentions.count(memberships.find(held.user_id, room.id), message)
    if room.kind is not CHANNEL:
        return
    for user in user_store.find_many(user_id for user_id in named if user_id not in inside):
        if user.active and members.may_join(user, room):
            room = members.enter(room, user, user, "uj")


# --- by hand


def settle_by_hand(letter: Mapping[str, Any]) -> list[Document]:
    """Settles what was put aside, once, however often it is sent again; returns the effects to hand on.

    A letter of this worker says whether the message was `counted`. One for a record of a batch that Lambda gave up
    (`make redrive`) says where the record was: `stream` (ARN) and `sequence`.
    """
    item = table.reread(Key("messages", letter["pk"], letter["sk"]))
    if item is None:
        return []
    if effect := _effect_in(item):
        return [effect]
    if not message_store.is_message(item) or message_store.is_imported(item):
        return []
    message = message_store.message_of(item)
    room = room_store.reread(message.room_id)
    if room is None:
        return []
    try:
        if message.tally and not _is_counted(message, room, letter):
            _finish_post(message, message, message.tally)
            room_store.count_by_hand(room.id, message, message.tally)
    except InvalidRoom:
        return []
    room = room_store.reread(room.id)
    return follow(message, room, notifications.Audience(room)) if room else []


def _is_counted(message: Message, room: Room, letter: Mapping[str, Any]) -> bool:
    if letter.get("counted") or room_store.mark_of(message) in room.counted:
        return True
    if "sequence" not in letter:
        return False
    # Beyond the watermark nothing was settled: no mark, not counted. Behind it the message may have been counted and
    # its mark forgotten, as most are: one too few is better than one twice.
    return _position(letter["stream"], letter["sequence"]) <= room.settled
