"""Long jobs, step by step. A step is bounded, may run twice, and remembers how far it came: whatever dies, the queue
brings the same step again."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final, cast

from pimentachat.cloud import files
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.models.jobs import Job
from pimentachat.models.kinds import RoomType
from pimentachat.services.accounts import activation, identity, preferences, removal
from pimentachat.services.after import accounts, orphans, removals, renames
from pimentachat.services.messages import cleaning, deleting, pruning
from pimentachat.services.rooms import changes, members
from pimentachat.services.search import forgetting
from pimentachat.services.server import statistics
from pimentachat.services.server.statistics import Walk
from pimentachat.store import calls as call_store
from pimentachat.store import integrations as integration_store
from pimentachat.store import invites as invite_store
from pimentachat.store import jobs as job_store
from pimentachat.store import memberships, table
from pimentachat.store import messages as message_store
from pimentachat.store import rooms as room_store
from pimentachat.store import uploads as upload_store

JOB: Final = "job"
_AT_ONCE: Final = 500
"""How many records of each kind one step takes."""
_ROOMS_AT_ONCE: Final = 25
_VISITED_ROOMS_AT_ONCE: Final = 20
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
    after = act(job)
    if after is None:
        job_store.remove(job)
        return True
    job_store.advance(after)
    return False


def _empty_room(job: Job) -> str | None:
    """Takes away what was in a room that is gone. What is taken away is the progress."""
    room_id = job.facts["room_id"]
    if room_store.reread(room_id) is not None:
        # A direct room of the same two people was made again: what is there now is theirs.
        return None
    if _take_discussions_away(room_id):
        return ""
    stored = list(upload_store.of_room(room_id, _AT_ONCE))
    for upload in stored:
        files.remove(upload.object_key)
        upload_store.remove(upload)
    some = list(memberships.member_ids(room_id, limit=_AT_ONCE))
    for membership in memberships.find_many((user_id, room_id) for user_id in some):
        memberships.end(membership)
    invite_store.remove_all(room_id)
    room_store.remove_holders(room_id)
    none_left = call_store.remove_of_room(room_id, most=_AT_ONCE) and message_store.remove_all(room_id, most=_AT_ONCE)
    return None if none_left and max(len(some), len(stored)) < _AT_ONCE else ""


def _take_discussions_away(room_id: str) -> bool:
    """The first of the discussions of a room that is gone; whether there were any. Each asks for a job of its own."""
    found = room_store.discussions(room_id, most=_ROOMS_AT_ONCE)
    for discussion in found:
        room = room_store.reread(discussion.room_id)
        with suppress(InvalidRoom):
            if room:
                changes.take_away(room, gone=InvalidRoom())
        room_store.forget_discussion(room_id, discussion.room_id)
    return bool(found)


def _retitle(job: Job) -> str | None:
    """Gives the next discussions of a room its new name as their topic."""
    room = room_store.reread(job.facts["room_id"])
    if room is None:
        return None
    found = room_store.discussions(room.id, most=_ROOMS_AT_ONCE, after=job.progress)
    for discussion in found:
        changes.retitle(room, discussion.room_id)
    return found[-1].room_id if len(found) == _ROOMS_AT_ONCE else None


def _add_all(job: Job) -> str | None:
    """Adds the next users to a room. Who is in already is left alone: a step that died is taken once more."""
    room = room_store.reread(job.facts["room_id"])
    if room is None or room.archived:
        return None
    after = job.progress or job.facts["after"]
    try:
        _, last = members.add_some(room, after=after, active_only=bool(job.facts["active_only"]))
    except InvalidRoom:
        return None
    return last or None


def _free_replies(job: Job) -> str | None:
    """Makes the replies to a message that is gone messages like any other. What is freed is the progress."""
    done = deleting.free_replies(job.facts["room_id"], job.facts["message_id"], most=_AT_ONCE)
    return None if done else ""


def _statistics(job: Job) -> str | None:
    """Walks over people and rooms; what was found is the progress."""
    walk = Walk.of(job.progress)
    walk.go_on()
    if not walk.done:
        return walk.progress()
    statistics.keep(walk, job.id, job.asked_at)
    return None


def begin_statistics() -> None:
    """Asks for the statistics of the day."""
    table.write(job_store.request(statistics.STATISTICS))


def _forget_calls(job: Job) -> str | None:
    """Forgets the history of an integration that is gone."""
    return None if integration_store.remove_calls(job.facts["integration_id"], most=_AT_ONCE) else ""


def _prune(job: Job) -> str | None:
    """Asks for a cleaning of the next rooms."""

    def visit(t: RoomType, room_id: str) -> bool:
        pruning.ask(room_id, t)
        return True

    return _over_rooms(job, visit, wanted=pruning.applies)


def _forget_words(job: Job) -> str | None:
    """Puts the search index of the next rooms right; one where something changed is enough for a step."""
    done = forgetting.Step(over=True)

    def visit(_: RoomType, room_id: str) -> bool:
        nonlocal done
        if done.looked_at:
            return False
        done = forgetting.step(room_id)
        return done.over

    return _over_rooms(job, visit)


def _over_rooms(
    job: Job, visit: Callable[[RoomType, str], bool], *, wanted: Callable[[RoomType], bool] = lambda _: True
) -> str | None:
    """Visits the next rooms of the kinds that are wanted; one that is not done with (False) begins the next step. The
    progress: the kind of room, and the place of the last one."""
    kind, _, place = job.progress.partition(_PROGRESS)
    t = cast(RoomType, kind or pruning.KINDS[0])
    rooms = room_store.ids_after(t, place, _VISITED_ROOMS_AT_ONCE) if wanted(t) else []
    for here, room_id in rooms:
        if not visit(t, room_id):
            break
        place = here
    if rooms:
        return _PROGRESS.join((t, place))
    following = pruning.KINDS[pruning.KINDS.index(t) + 1 :]
    return _PROGRESS.join((following[0], "")) if following else None


_SAYING_HOW_FAR: Final[Mapping[str, Callable[[Job], str | None]]] = {
    "empty_room": _empty_room,
    "forget_calls": _forget_calls,
    "prune": _prune,
    forgetting.FORGET: _forget_words,
    deleting.FREE_REPLIES: _free_replies,
    changes.RETITLE: _retitle,
    members.ADD_ALL: _add_all,
    removal.REMOVE: removals.step,
    identity.RENAME: renames.step,
    orphans.REMOVE: orphans.step,
    identity.FORGET_TOKENS: accounts.forget_tokens,
    accounts.MEND: accounts.mend,
    preferences.FOLLOW_WISHES: accounts.follow_wishes,
    activation.ARCHIVE_DIRECT_ROOMS: accounts.archive_direct_rooms,
    statistics.STATISTICS: _statistics,
}
"""Each does a step and says how far it came, for the next one (`Job.progress`); None: there is nothing left to do."""


def _noting(act: Callable[[Job], str | None], job: Job) -> Job | None:
    progress = act(job)
    return None if progress is None else replace(job, progress=progress)


_KINDS: Final[Mapping[str, Callable[[Job], Job | None]]] = {
    cleaning.CLEAN: cleaning.step,
    **{kind: partial(_noting, act) for kind, act in _SAYING_HOW_FAR.items()},
}
"""Each does a step and returns the job with its progress, which is still to be noted; None: it is finished."""
