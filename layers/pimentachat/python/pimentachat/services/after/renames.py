"""A new username or name, wherever the old one is written: a job, step by step (contract: users.yaml users.update
effects).

The old username stays its owner's until the job is done, so that it means nobody else meanwhile: a mention of it
reaches them, and what is found under it is theirs. Every step writes the name that the user has at that moment.
"""

import re
from dataclasses import replace
from typing import Final

from pimentachat.models.jobs import Job
from pimentachat.models.kinds import DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message, Person
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.after import walks
from pimentachat.services.rooms import direct
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_AT_ONCE: Final = 100
"""Memberships that one step takes."""
_OWN: Final = "own "
"""Begins the progress while memberships are renamed; behind it the last room."""
_EVERYWHERE: Final = "everywhere"
"""The progress when the walk over all messages begins."""
_OWN_AGAIN: Final = "again "
"""As _OWN, after that walk: rooms that were joined meanwhile, by a request that knew the former name."""
_NAMES_SOMEBODY: Final = {
    "uj", "ul", "au", "ru", "subscription-role-added", "subscription-role-removed", "user-muted", "user-unmuted",
}  # fmt: skip
"""System messages whose text is a username."""


def step(job: Job) -> str | None:
    """The next step; how far it came, None when the new name is everywhere."""
    former = job.facts["former"]
    user = user_store.reread(job.facts["user_id"])
    if user is None:
        user_store.release(former, job.facts["user_id"])
        return None
    if not job.progress or job.progress.startswith(_OWN):
        after = _rename_memberships(user, former, job.progress.removeprefix(_OWN))
        return f"{_OWN}{after}" if after else _EVERYWHERE
    if job.progress.startswith(_OWN_AGAIN):
        after = _rename_memberships(user, former, job.progress.removeprefix(_OWN_AGAIN))
        if after:
            return f"{_OWN_AGAIN}{after}"
        user_store.release(former, user.id)
        return None
    done = walks.step(
        "" if job.progress == _EVERYWHERE else job.progress,
        job.asked_at,
        enter=lambda room: _rename_in_room(room, user, former),
        visit=lambda message: _rename_in_message(message, user, former),
    )
    return done or _OWN_AGAIN


def _rename_memberships(user: User, former: str, after: str) -> str:
    """Those behind the room `after`; returns the last one, "" when there are no more."""
    some = list(memberships.some_of_user(user.id, after=after, most=_AT_ONCE))
    for membership in some:
        if not membership.ended:
            memberships.rename(membership, user.username, user.name)
            if membership.kind is DIRECT:
                _rename_direct(membership, user, former)
    return some[-1].room_id if len(some) == _AT_ONCE else ""


def _rename_direct(membership: Membership, user: User, former: str) -> None:
    """What a direct room is called for the others follows its people."""
    room = room_store.reread(membership.room_id)
    if room is None:
        return
    people = user_store.find_many(room.uids or [], consistent=True)
    for person in people:
        held = memberships.reread(person.id, room.id)
        if held and person.id != user.id:
            memberships.prefer(held, **direct.called(person, people))


def _rename_in_room(room: Room, user: User, former: str) -> bool:
    """The room's own fields. Whether its messages may name the user."""
    if room.kind is DIRECT and user.id not in (room.uids or []):
        return False
    room_store.change(room.id, lambda now: _renamed_room(now, user, former))
    return True


def _renamed_room(room: Room, user: User, former: str) -> Room:
    changes: dict[str, object] = {}
    if room.u and room.u.get("_id") == user.id:
        changes["u"] = {**room.u, "username": user.username}
    for name in ("usernames", "muted", "unmuted"):
        held: list[str] | None = getattr(room, name)
        if held and former in held:
            changes[name] = [user.username if each == former else each for each in held]
    same = all(getattr(room, name) == value for name, value in changes.items())
    return room if same else room.model_copy(update=changes)


def _rename_in_message(message: Message, user: User, former: str) -> None:
    changed = message
    if renamed(message, user, former) is not message:
        changed = message_store.change(message, lambda now: renamed(now, user, former)) or message
    for emoji, names in message.reactions.items():
        if former and former != user.username and former in names:
            changed = message_store.rename_reaction(changed, emoji, former, user.username) or changed
    if changed is not message:
        room_store.replace_last_message(changed.room_id, changed)


def renamed(message: Message, user: User, former: str) -> Message:
    """The message with the user's present name; the same one, when it has that already."""
    changes: dict[str, object] = {}
    if message.author.id == user.id:
        changes["author"] = _renamed_person(message.author, user)
    if message.edit and message.edit.by.id == user.id:
        changes["edit"] = replace(message.edit, by=_renamed_person(message.edit.by, user))
    if any(person.id == user.id for person in message.mentions or []):
        changes["mentions"] = [
            _renamed_person(person, user) if person.id == user.id else person for person in message.mentions or []
        ]
        if former:
            changes["text"] = _with_other_mention(message.text, former, user.username)
    if former and message.type in _NAMES_SOMEBODY and message.text == former:
        changes["text"] = user.username
    same = all(getattr(message, name) == value for name, value in changes.items())
    return message if same else replace(message, **changes)  # type: ignore[arg-type]


def _renamed_person(person: Person, user: User) -> Person:
    # System messages carry no name, nor does who edited.
    return Person(person.id, user.username, None if person.name is None else user.name or None)


def _with_other_mention(text: str, former: str, username: str) -> str:
    return re.sub(rf"(?<!\S)@{re.escape(former)}(?![\w-]|\.\w)", lambda _: f"@{username}", text)
