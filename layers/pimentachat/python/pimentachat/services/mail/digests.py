"""Mails about messages that somebody missed: who gets one, when, and what it says (contract: models.yaml subscription
`emailNotifications`, users.yaml `emailNotificationMode`).

The time of a room is cut into windows of ten minutes. All that a person missed in one of them comes in one mail, five
minutes after its end: whoever has read the room or was there since then gets none. So nobody gets more than one mail
for a room in ten minutes, and none waits for more than fifteen, which is as long as a message may wait in SQS.

The settle worker asks for a mail for each person and message; of those for the same window one is sent.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from html import escape
from itertools import islice
from typing import Final
from urllib.parse import quote

from pimentachat import clock, workspace
from pimentachat.clock import Instant
from pimentachat.cloud import queues
from pimentachat.models.kinds import CHANNEL, DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import EVERYBODY, Message, Person
from pimentachat.models.records import Document
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.accounts import mails
from pimentachat.services.mail import feedback, unsubscribing
from pimentachat.services.push import notifications
from pimentachat.store import memberships, once, prefetch
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

MAIL: Final = "mail"
"""The effect that mails one person what they missed in a room."""
MAIL_MANY: Final = "mail_many"
"""The effect that finds the recipients among the next of those whom a message concerns."""
_WINDOW: Final = 10 * 60
_GRACE: Final = 5 * 60
_PAGE: Final = 100
_SHOWN_MOST: Final = 20
_LOOKED_AT_MOST: Final = 200
_TEXT_MOST: Final = 1000
_OFF: Final = {"nothing", "disabled"}
_DEFAULT_MODE: Final = "Accounts_Default_User_Preferences_emailNotificationMode"


# --- who


def effects_of(message: Message, room: Room, audience: notifications.Audience) -> list[Document]:
    """An effect for each recipient. Where no sender is configured nothing is looked at."""
    if not mails.configured() or message.system or message.hidden:
        return []
    return _effects(message, room, audience, after="")


def more_of(room_id: str, ts: Instant, message_id: str, after: str) -> list[Document]:
    """Effects for the next of those whom a message concerns, behind a user id."""
    room, message = room_store.find(room_id), message_store.at(room_id, ts, message_id)
    if room is None or message is None or message.hidden or not mails.configured():
        return []
    return _effects(message, room, notifications.Audience(room), after=after)


def _effects(message: Message, room: Room, audience: notifications.Audience, *, after: str) -> list[Document]:
    nobody = {message.author.id, *EVERYBODY}
    some = sorted(user_id for user_id in audience.candidates(message) if user_id > after and user_id not in nobody)
    page = some[:_PAGE]
    found = [
        _effect(user_id, message.room_id, message.sent_at, message.id) for user_id in _wanting(page, message, room)
    ]
    if len(some) > _PAGE:
        place = {"room_id": message.room_id, "ts": message.sent_at, "message_id": message.id}
        found.append({"effect": MAIL_MANY, "after": page[-1], **place})
    return found


def _effect(user_id: str, room_id: str, ts: Instant, message_id: str) -> Document:
    place = {"room_id": room_id, "ts": ts, "message_id": message_id}
    wait = min(_seconds_left(ts), queues.DELAY_SECONDS_MOST)
    return {"effect": MAIL, "user_id": user_id, **place, "delay_seconds": wait}


def without_repeats(effects: Iterable[Document]) -> list[Document]:
    """Effects without those that ask for the same mail again."""
    kept: dict[object, Document] = {}
    for number, effect in enumerate(effects):
        same = effect["effect"] == MAIL
        kept.setdefault((effect["user_id"], effect["room_id"], _window(effect["ts"])) if same else number, effect)
    return list(kept.values())


def _wanting(user_ids: Sequence[str], message: Message, room: Room) -> Iterator[str]:
    prefetch.people_in(room.id, user_ids)
    for user_id in user_ids:
        held, user = memberships.find(user_id, room.id), user_store.find(user_id)
        if held and user and wants(held, user, message, room):
            yield user_id


def wants(held: Membership, user: User, message: Message, room: Room) -> bool:
    """Whether this member wants a mail about this message, should they miss it."""
    chosen = held.chosen(user)
    if not user.active or user.unsubscribed or chosen.get("disableNotifications"):
        return False
    if message.author.id == user.id or message.author.id in chosen.get("ignored", []):
        return False
    address = user.verified_email
    if address is None or not user.reachable(address):
        return False
    wish = chosen.get("emailNotifications", "default")
    if wish == "default":
        wish = workspace.current().text(_DEFAULT_MODE)
    if wish in _OFF:
        return False
    if room.kind is DIRECT or notifications.is_for(user, message):
        return True
    return wish == "all" and not (message.to_everybody and chosen.get("muteGroupMentions"))


# --- when


def _window(ts: Instant) -> int:
    return clock.milliseconds(ts) // (_WINDOW * 1000)


def _instant(seconds: int) -> Instant:
    return clock.text_of(datetime.fromtimestamp(seconds, UTC))


def _seconds_left(ts: Instant) -> int:
    """Until the mail about a message of this time is due."""
    return max(0, (_window(ts) + 1) * _WINDOW + _GRACE - clock.epoch_seconds())


def send(user_id: str, room_id: str, ts: Instant, message_id: str) -> None:
    """Mails somebody what they missed in a room while a message was sent there, once for each window.

    Raises:
        EmailSendFailed: SES did not take the mail.
        Unavailable: somebody else is at it.
    """
    if _seconds_left(ts):
        # A message may be of its client's time, a little ahead of ours, and a queue waits no longer than it can.
        queues.send_effects([_effect(user_id, room_id, ts, message_id)])
        return
    prefetch.push(user_id, room_id, ts, message_id)
    room, user, held = room_store.find(room_id), user_store.find(user_id), memberships.find(user_id, room_id)
    if room is None or user is None or held is None or not mails.configured():
        return
    if user.status_connection == "online":
        return
    missed = _missed(user, held, room, message_store.at(room_id, ts, message_id), _window(ts))
    address = user.verified_email
    if not missed or address is None:
        return
    if not feedback.mailable(address):
        feedback.mark(user.id, address)
        return
    once.perform(f"mail#{user.id}#{room.id}#{_window(ts)}", partial(_send, user, held, room, address, missed))


def _missed(user: User, held: Membership, room: Room, asked: Message | None, window: int) -> list[Message]:
    """The messages of a window that count for somebody and that they have not met, in order: up to one more than a
    mail shows. The one that the mail was asked for is among them, however busy the room was."""
    start, end = _instant(window * _WINDOW), _instant((window + 1) * _WINDOW)
    after = max(held.ls or "", _instant(user.seen_at) if user.seen_at else "")

    def counts(message: Message) -> bool:
        fresh = message.sent_at > after and not message.system and not message.hidden
        return fresh and wants(held, user, message, room)

    within = message_store.walk(room.id, after=max(start, after), before=end, inclusive=True, forward=True, batch=_PAGE)
    # The end belongs to the next window.
    looked_at = (message for message in islice(within, _LOOKED_AT_MOST) if message.sent_at < end)
    found = list(islice(filter(counts, looked_at), _SHOWN_MOST + 1))
    if asked and counts(asked) and not any(message.id == asked.id for message in found):
        found = [*found[:_SHOWN_MOST], asked]
    return found


# --- what


def _send(user: User, held: Membership, room: Room, address: str, missed: Sequence[Message]) -> None:
    leave = unsubscribing.link(user, address)
    where = _address_of(room, held, missed[0])
    shown, more = missed[:_SHOWN_MOST], len(missed) > _SHOWN_MOST
    title, values = _subject(user, room, missed)
    why = f"You get this mail because you were not there. Say what you want mails for: {leave}"
    rest = "There are more messages." if more else ""
    said = [(_called(message.author), _time(message.sent_at), _text_of(message)) for message in shown]
    mails.send(
        address,
        mails.subject_of(title, values),
        _html(said, rest, where, leave),
        text=_plain(said, rest, where, why),
        headers=unsubscribing.headers(leave),
    )


def _subject(user: User, room: Room, missed: Sequence[Message]) -> tuple[str, dict[str, str]]:
    """The setting that holds the subject, and what it may say: of the message that is most for this person."""
    space = workspace.current()
    named = next((message for message in missed if notifications.is_for(user, message)), None)
    if room.kind is DIRECT:
        setting = "Offline_DM_Email"
    else:
        setting = "Offline_Mention_Email" if named else "Offline_Mention_All_Email"
    author = _called((named or missed[0]).author)
    return space.text(setting), {"User": author, "Room": "" if room.kind is DIRECT else room.title}


def _called(person: Person) -> str:
    return (person.name if workspace.current().flag("UI_Use_Real_Name") else None) or person.username


def _time(instant: Instant) -> str:
    return f"{clock.parse(instant):%Y-%m-%d %H:%M} UTC"


def _text_of(message: Message) -> str:
    """What a message says, as much as a mail shows."""
    text = message.text or (message.file.name if message.file else "") or "(attachment)"
    plain = "".join(sign for sign in text if sign.isprintable() or sign == "\n")
    return plain if len(plain) <= _TEXT_MOST else f"{plain[:_TEXT_MOST]}…"


def _address_of(room: Room, held: Membership, message: Message) -> str:
    """Where clients show a room, at a message."""
    if room.kind is DIRECT:
        # Two people find their room by the other's name.
        two = len(room.uids or []) <= 2
        path = f"direct/{quote(str(held.preferences.get('name') or room.id) if two else room.id, safe='')}"
    else:
        path = f"{'channel' if room.kind is CHANNEL else 'group'}/{quote(room.name or room.id, safe='')}"
    return f"{mails.site_url()}/{path}?msg={quote(message.id, safe='')}"


def _plain(said: Sequence[tuple[str, str, str]], rest: str, where: str, why: str) -> str:
    blocks = [f"{author}, {time}:\n{text}" for author, time, text in said]
    return "\n\n".join([*blocks, *([rest] if rest else []), where, f"-- \n{why}"])


def _html(said: Sequence[tuple[str, str, str]], rest: str, where: str, leave: str) -> str:
    """What people wrote is text in it, never markup."""
    blocks = [
        f"<p><b>{escape(author)}</b> <small>{escape(time)}</small><br>{_lines(text)}</p>" for author, time, text in said
    ]
    return "".join(
        [
            *blocks,
            *([f"<p>{escape(rest)}</p>"] if rest else []),
            f'<p><a href="{escape(where)}">Read them in {escape(workspace.current().text("Site_Name"))}</a></p>',
            "<hr><p><small>You get this mail because you were not there. ",
            f'<a href="{escape(leave)}">No more of these mails</a></small></p>',
        ]
    )


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
