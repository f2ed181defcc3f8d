"""What a deleted user leaves behind, taken away step by step (contract: users.yaml users.delete effects):

- devices, so that nothing rings any more; their picture; integrations, which go on belonging to nobody and are
  switched off;
- memberships: direct rooms go, and groups in which nobody else is; others lose a member without a word;
- messages, as Message_ErasureType said at that moment: deleted with their files, given to rocket.cat, or kept.

What is taken away is the progress, until the walk over the messages begins.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from pimentachat.cloud import push
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.jobs import Job
from pimentachat.models.kinds import CHANNEL, DIRECT
from pimentachat.models.memberships import Membership
from pimentachat.models.messages import Message, Person
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.after import walks
from pimentachat.services.files import avatars
from pimentachat.services.integrations import outgoing
from pimentachat.services.messages import deleting
from pimentachat.services.rooms import changes, members
from pimentachat.store import devices as device_store
from pimentachat.store import integrations as integration_store
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

_AT_ONCE: Final = 50
"""Memberships that one step takes."""
_CAT: Final = "rocket.cat"
_ALIAS: Final = "Removed User"
_MESSAGES: Final = "messages"
"""The progress when the walk over all messages begins."""
_AGAIN: Final = "again"
"""The progress after that walk: what a request that still knew the user has added meanwhile goes too."""


def step(job: Job) -> str | None:
    """The next step; how far it came, None when nothing is left."""
    gone = User(_id=job.facts["user_id"], username=job.facts["username"])
    if not job.progress or job.progress == _AGAIN:
        _remove_devices(gone.id)
        if job.facts.get("picture"):
            avatars.take_away(gone.id, job.facts["picture"])
        _switch_off_integrations(gone.id)
        some = list(memberships.some_of_user(gone.id, most=_AT_ONCE))
        for membership in some:
            _leave(membership, gone)
        if len(some) == _AT_ONCE:
            return job.progress
        if job.progress == _AGAIN:
            return None
        return _AGAIN if job.facts["erasure"] == "Keep" else _MESSAGES
    act = _erase if job.facts["erasure"] == "Delete" else _unlink
    done = walks.step(
        "" if job.progress == _MESSAGES else job.progress,
        job.asked_at,
        enter=lambda _: True,
        visit=lambda message: act(message) if _is_theirs(message, gone) else None,
    )
    return done or _AGAIN


def _remove_devices(user_id: str) -> None:
    for device in device_store.of_user(user_id):
        push.forget(device.endpoint)
        device_store.remove(device)


def _switch_off_integrations(user_id: str) -> None:
    """Those that post as the user: what they call would be told of messages, and nothing could be posted."""
    for integration in integration_store.every().values():
        if integration.user_id == user_id and integration.enabled:
            outgoing.disable(integration.id)


def _leave(membership: Membership, gone: User) -> None:
    room = None if membership.ended else room_store.reread(membership.room_id)
    if room and (room.kind is DIRECT or _is_alone(room)):
        with suppress(InvalidRoom):
            changes.take_away(room, gone=InvalidRoom())
        room = None
    if room:
        members.withdraw(room, membership, gone)
    else:
        memberships.remove(membership)


def _is_alone(room: Room) -> bool:
    return room.kind is not CHANNEL and room.users_count <= 1


def _is_theirs(message: Message, gone: User) -> bool:
    counted_only = message.tally is not None and message.tally.silent
    return message.author.id == gone.id and not counted_only


def _erase(message: Message) -> None:
    deleting.erase(message)


def _unlink(message: Message) -> None:
    cat = user_store.find(_CAT)
    author = cat.brief() if cat else Person(_CAT, _CAT)

    def unlinked(now: Message) -> Message:
        return now if now.author.id == author.id else replace(now, author=author, more={**now.more, "alias": _ALIAS})

    changed = message_store.change(message, unlinked)
    if changed:
        room_store.replace_last_message(changed.room_id, changed)
