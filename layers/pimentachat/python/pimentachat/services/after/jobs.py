"""Long jobs, step by step. A step is bounded, may run twice, and remembers how far it came: whatever dies, the queue
brings the same step again."""

from collections.abc import Callable, Mapping
from typing import Final

from pimentachat.cloud import files
from pimentachat.models.jobs import Job
from pimentachat.services.messages import cleaning
from pimentachat.store import jobs as job_store
from pimentachat.store import memberships
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as upload_store

JOB: Final = "job"
_AT_ONCE: Final = 500
"""How many records of each kind one step takes."""


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
    after = act(job)
    if after is None:
        job_store.remove(job)
        return True
    job_store.advance(after)
    return False


def _empty_room(job: Job) -> Job | None:
    """Takes away what was in a room that is gone. What is taken away is the progress."""
    room_id = job.facts["room_id"]
    if room_store.reread(room_id) is not None:
        # A direct room of the same two people was made again: what is there now is theirs.
        return None
    stored = list(upload_store.of_room(room_id, _AT_ONCE))
    for upload in stored:
        files.remove(upload.object_key)
        upload_store.remove(upload)
    some = list(memberships.member_ids(room_id, limit=_AT_ONCE))
    for membership in memberships.find_many((user_id, room_id) for user_id in some):
        memberships.end(membership)
    room_store.remove_holders(room_id)
    none_left = message_store.remove_all(room_id, most=_AT_ONCE)
    return None if none_left and max(len(some), len(stored)) < _AT_ONCE else job


_KINDS: Final[Mapping[str, Callable[[Job], Job | None]]] = {
    "empty_room": _empty_room,
    cleaning.CLEAN: cleaning.step,
}
"""What does a step, and returns the job with its progress, which is still to be noted: None when it is finished."""
