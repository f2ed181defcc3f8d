"""Voice and video calls: ringing, answering, staying, and what was (contract: voice.yaml)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from pimentachat import clock, ids
from pimentachat.auth.callers import Caller
from pimentachat.cloud import queues
from pimentachat.errors.calls import CalleesMissing, CallNotFound
from pimentachat.errors.requests import QueryTooBroad
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.listing import pages
from pimentachat.listing.pages import Listed
from pimentachat.models.calls import RING_SECONDS, Call
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.models.users import User
from pimentachat.services.messages.posting import AlreadyThere
from pimentachat.services.rooms import access, system_messages
from pimentachat.store import calls as call_store
from pimentachat.store import devices as device_store
from pimentachat.store import memberships, outbox, prefetch, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

RING: Final = "ring"
"""The effect that tells all devices of one person something of a call."""
TIME_OUT: Final = "call_timed_out"
"""The effect that ends the ringing."""
MISSED: Final = "voice_call_missed"
"""The system message of a call that nobody took."""
_HISTORY: Final = 10


@dataclass(frozen=True)
class NewCall:
    """A call as the one who calls describes it."""

    room_url: str
    sender_name: str
    server_name: str
    message: str
    only_audio: bool
    sender_group: str | None = None
    additional_info: str | None = None
    notification_type: str = "callInvite"


@dataclass(frozen=True)
class Ringing:
    call: Call
    sent_to: dict[str, str]
    """A device token by user id."""
    busy: list[str]


def start(
    caller: Caller, room_id: str, user_ids: list[str] | None, user_names: list[str] | None, wanted: NewCall
) -> Ringing:
    """Rings every device of the people called who are in the room; those who are in another call are busy.

    Raises:
        CalleesMissing: nobody is named.
        InvalidRoom: there is none, or the caller may not read it.
    """
    if not user_ids and not user_names:
        raise CalleesMissing
    room = access.readable(caller, room_id, otherwise=InvalidRoom())
    people = _callees(caller, room.id, user_ids or [], user_names or [])
    busy = call_store.in_calls(person.id for person in people)
    now = clock.now_text()
    call = Call(
        _id=ids.new_id(),
        user_id=caller.id,
        user_name=caller.username,
        to=[person.id for person in people],
        to_names=[person.username for person in people],
        channel=wanted.room_url,
        date=now,
        room_id=room.id,
        only_audio=wanted.only_audio,
        sender_name=wanted.sender_name,
        sender_group=wanted.sender_group,
        server_name=wanted.server_name,
        additional_info=wanted.additional_info,
        notification_type=wanted.notification_type,
        _updatedAt=now,
    )
    for user_id in busy:
        call = call.answered(user_id, accepted=False, busy=True, on_web=False)
    # Kept before anybody rings: whoever dies after it, the time-out ends the ringing.
    call_store.add(call, also=[outbox.entry(TIME_OUT, call_id=call.id, delay_seconds=RING_SECONDS)])
    rung = [person.id for person in people if person.id not in busy]
    sent_to = _tell(call, rung, wanted.notification_type, wanted.message, by=caller.id)
    return Ringing(call, sent_to, sorted(busy))


def _callees(caller: Caller, room_id: str, user_ids: list[str], user_names: list[str]) -> list[User]:
    named = user_ids or [person.id for person in user_store.people(user_names)]
    some = [user_id for user_id in dict.fromkeys(named) if user_id and user_id != caller.id]
    prefetch.people_in(room_id, some, consistent=True)
    found = [user for user_id in some if memberships.find(user_id, room_id) and (user := user_store.find(user_id))]
    return [user for user in found if user.active]


def answer(
    caller: Caller, call_id: str, user_ids: Sequence[str], *, accepts: bool, busy: bool, on_web: bool
) -> dict[str, str]:
    """Notes what somebody did with a call, and tells the others; a device token by the id of each who is told.

    Raises:
        CallNotFound: there is none, or it is none of the caller's.
    """
    call = _own(caller, call_id)
    changed = call_store.change(
        call_id, lambda now: now.answered(caller.id, accepted=accepts, busy=busy, on_web=on_web)
    )
    if changed is None:
        raise CallNotFound
    kind = "callAccepted" if accepts else "callBusy" if busy else "callRejected"
    others = [user_id for user_id in dict.fromkeys(user_ids) if user_id in call.participants]
    more = {"acceptsCall": accepts, "isBusy": busy, "callHandledOnWeb": on_web, "userId": caller.id}
    told = _tell(changed, [each for each in others if each != caller.id], kind, "", by=caller.id, **more)
    if on_web:
        told |= _tell(changed, [caller.id], "callHandled", "", by=caller.id, **more)
    if changed.status == "lost":
        queues.send_effects([{"effect": TIME_OUT, "call_id": call_id}])
    return told


def ping(caller: Caller, call_id: str) -> None:
    """Keeps the caller in a call; somebody called who pings has taken it.

    Raises:
        CallNotFound: there is none, or it is none of theirs.
    """
    call = call_store.ping(call_id, caller.id)
    if call is None:
        raise CallNotFound
    if caller.id in call.to and call.on("accepted") is not call:
        call_store.change(call_id, lambda now: now.answered(caller.id, accepted=True, busy=False, on_web=False))


def history(caller: Caller, room_id: str, *, lost: bool, search: str, offset: int | None, count: int | None) -> Listed:
    """The calls of a room, newest first.

    Raises:
        InvalidRoom: there is none, or the caller may not read it.
        QueryTooBroad: more calls than one request may look through.
    """
    room = access.readable(caller, room_id, otherwise=InvalidRoom())
    page = pages.page_of(offset, count, default=_HISTORY)
    found = call_store.of_room(room.id, pages.LOOKED_THROUGH_MOST + 1)
    if len(found) > pages.LOOKED_THROUGH_MOST:
        raise QueryTooBroad(limit=pages.LOOKED_THROUGH_MOST)
    rows = [call.wire() for call in found if _matches(call, search.strip())]
    rows = [row for row in rows if row["lost"] or not lost]
    return Listed(page.cut(rows), page.offset, len(rows))


def _matches(call: Call, search: str) -> bool:
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(search, form)  # noqa: DTZ007 (days are those of UTC, as all instants)
        except ValueError:
            continue
        return call.date.startswith(day.strftime("%Y-%m-%d"))
    names = [call.user_name, *call.to_names]
    return not search or any(search.lower() in name.lower() for name in names)


def time_out(call_id: str) -> None:
    """Ends the ringing. Nobody took it: the room and those who were called hear of it, once."""
    call = call_store.change(call_id, lambda now: now.on("timed_out"))
    if call is None or call.status != "lost":
        return
    room = room_store.find(call.room_id)
    caller = user_store.find(call.user_id)
    if room is None or caller is None:
        return
    if room.takes_system_messages:
        message = system_messages.compose(room, caller, MISSED, ", ".join(call.to_names), more={"callId": call.id})
        _post_once(replace(message, id=ids.derived(MISSED, call.id)))
    missed = [user_id for user_id in call.to if user_id not in {each["userId"] for each in call.responses}]
    _tell(call, missed, "callMissed", f"Missed call from {call.sender_name}", by=call.user_id)


def _post_once(message: Message) -> None:
    room = room_store.find(message.room_id)
    try:
        message_store.add_once(message, otherwise=AlreadyThere())
    except AlreadyThere:
        return
    if room:
        system_messages.count(room, message)


def _own(caller: Caller, call_id: str) -> Call:
    call = call_store.find(call_id)
    if call is None or caller.id not in call.participants:
        raise CallNotFound
    return call


# --- devices


def _tell(call: Call, user_ids: Iterable[str], kind: str, alert: str, *, by: str, **more: object) -> dict[str, str]:
    """Asks for a push to every device of these people; a token of each who has one."""
    some = list(user_ids)
    found = table.side_by_side(*(partial(device_store.of_user, user_id) for user_id in some)) if some else []
    reached = {user_id: devices for user_id, devices in zip(some, found, strict=True) if devices}
    payload = {**_payload(call), **more, "notificationType": kind, "senderId": call.user_id}
    queues.send_effects(
        [
            {"effect": RING, "call_id": call.id, "user_id": user_id, "by": by, "alert": alert, "payload": payload}
            for user_id in reached
        ]
    )
    return {user_id: devices[0].value for user_id, devices in reached.items()}


def _payload(call: Call) -> Document:
    facts: Document = {
        "callId": call.id,
        "roomUrl": call.channel,
        "roomId": call.room_id,
        "senderName": call.sender_name,
        "senderGroup": call.sender_group,
        "serverName": call.server_name,
        "onlyAudio": call.only_audio,
        "additionalInfo": call.additional_info,
        "date": call.date,
    }
    return {name: value for name, value in facts.items() if value is not None}
