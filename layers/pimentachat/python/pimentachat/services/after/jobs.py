"""Long jobs, step by step. A step is bounded, may run twice, and remembers how far it came: whatever dies, the queue
brings the same step again."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from pimentachat.cloud import files
from pimentachat.models.jobs import Job
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP, RoomType
from pimentachat.services.messages import pruning
from pimentachat.store import calls as call_store
from pimentachat.store import integrations as integration_store
from pimentachat.store import jobs as job_store
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as upload_store

JOB: Final = "job"
_AT_ONCE: Final = 500
"""How many records of each kind one step takes."""
PRUNED: Final[tuple[RoomType, ...]] = (CHANNEL.t, GROUP.t, DIRECT.t)
"""Kinds of rooms, in the order in which they are pruned."""
_ROOMS_AT_ONCE: Final = 20
_PRUNED_AT_ONCE: Final = 100
_PROGRESS: Final = "\n"


class UnknownJob(Exception):
    """Nobody knows this kind of job."""


def step(job_id: str) -> bool:
    """Does the next step of a job. True: it is finished, or was before.

    Raises:
        UnknownJob, Unavailable, ClientError: the step should be tried again.
    """
    job = job_store.find(job_id)
    if job is None:
        return True
    act = _KINDS.get(job.kind)
    if act is None:
        raise UnknownJob(job.kind)
    if act(job):
        job_store.remove(job)
        return True
    job_store.advance(job)
    return False


def _empty_room(job: Job) -> bool:
    """Takes away what was in a room that is gone. What is taken away is the progress."""
    room_id = job.facts["room_id"]
    if room_store.reread(room_id) is not None:
        # A direct room of the same two people was made again: what is there now is theirs.
        return True
    stored = list(upload_store.of_room(room_id, _AT_ONCE))
    for upload in stored:
        files.remove(upload.object_key)
        upload_store.remove(upload)
    some = list(memberships.member_ids(room_id, limit=_AT_ONCE))
    for membership in memberships.find_many((user_id, room_id) for user_id in some):
        memberships.end(membership)
    room_store.remove_holders(room_id)
    none_left = call_store.remove_of_room(room_id, most=_AT_ONCE) and message_store.remove_all(room_id, most=_AT_ONCE)
    return none_left and max(len(some), len(stored)) < _AT_ONCE


def _forget_calls(job: Job) -> bool:
    """Forgets the history of an integration that is gone."""
    return integration_store.remove_calls(job.facts["integration_id"], most=_AT_ONCE)


def _prune(job: Job) -> bool:
    """Takes away what rooms do not keep, one room after the other. Its progress: the kind of room, the place of the
    last room that is done, and after which instant the next one goes on."""
    t, place, after = _progress(job)
    rule = pruning.rule(t)
    rooms = room_store.ids_after(t, place, _ROOMS_AT_ONCE) if rule else []
    if rule is None or not rooms:
        if t == PRUNED[-1]:
            return True
        job.progress = _PROGRESS.join((PRUNED[PRUNED.index(t) + 1], "", ""))
        return False
    for here, room_id in rooms:
        left = pruning.prune(room_id, rule, after=after, most=_PRUNED_AT_ONCE)
        if left:
            job.progress = _PROGRESS.join((t, place, left))
            return False
        place, after = here, ""
    job.progress = _PROGRESS.join((t, place, ""))
    return False


def _progress(job: Job) -> tuple[RoomType, str, str]:
    if not job.progress:
        return PRUNED[0], "", ""
    t, place, after = job.progress.split(_PROGRESS)
    return cast(RoomType, t), place, after


_KINDS: Final[Mapping[str, Callable[[Job], bool]]] = {
    "empty_room": _empty_room,
    "forget_calls": _forget_calls,
    "prune": _prune,
}
