"""Long jobs: work that one request or one message could not do, done in steps that remember how far they came. Key in
the Messages table: pk `JOBS`, sk `<id>`, all in one partition so that those that got stuck are found. The stream brings
a new one to the settle worker, which hands it to the queue of effects; each step asks for the next one there.
"""

from typing import Final

from pimentachat import clock, ids
from pimentachat.errors.base import ChatError
from pimentachat.models.jobs import Job
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, dump, load
from pimentachat.store.table import ConditionFailed
from pimentachat.store.writes import Write

_PK: Final = "JOBS"
_STUCK_MOST: Final = 1000


def key(job_id: str) -> Key:
    return Key("messages", _PK, job_id)


def _job(item: Item) -> Job:
    return Job(id=item["sk"], version=item["version"], **load(item["doc"]))


def request(kind: str, **facts: str) -> Write:
    """Asks for a job of a kind (services/after/jobs.py), for the transaction that makes it due, or by itself."""
    doc = dump({"kind": kind, "facts": facts, "asked_at": clock.now_text()})
    return writes.put_new(key(ids.new_id()), {"doc": doc, "version": 0, "touched": clock.epoch_seconds()})


def ask(kind: str, **facts: str) -> None:
    """Asks for a job that no transaction makes due."""
    table.write(request(kind, **facts))


def id_in(item: Item) -> str | None:
    """The id of the job that an item of the stream is, if it is one."""
    return str(item["sk"]) if item["pk"] == _PK else None


def find(job_id: str) -> Job | None:
    item = table.reread(key(job_id))
    return _job(item) if item else None


def progressed(job: Job, *, otherwise: ChatError | None = None) -> Write:
    """Notes how far a job came (`job.progress`), for a transaction: only while no other run of the same step did."""
    doc = dump({"kind": job.kind, "facts": job.facts, "asked_at": job.asked_at, "progress": job.progress})
    return writes.update(
        key(job.id),
        {"doc": doc, "version": job.version + 1, "touched": clock.epoch_seconds()},
        only_if="version = :was",
        values={"was": job.version},
        otherwise=otherwise,
    )


def advance(job: Job) -> None:
    """Notes how far a job came (`job.progress`), unless another run of the same step was faster."""
    try:
        table.write(progressed(job))
    except ConditionFailed:
        return


def remove(job: Job) -> None:
    table.write(writes.delete(key(job.id)))


def untouched_for(seconds: int) -> list[str]:
    """Ids of jobs that nobody has brought further for so long."""
    since = clock.epoch_seconds(-seconds)
    items = table.query("messages", _PK, limit=_STUCK_MOST, consistent=True)
    return [str(item["sk"]) for item in items if item.get("touched", 0) <= since]
