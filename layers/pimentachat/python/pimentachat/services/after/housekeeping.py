"""What happens once a day: a list of steps, each of which fails by itself and may run twice."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from aws_lambda_powertools import Logger

from pimentachat.cloud import metrics, queues
from pimentachat.models.kinds import CHANNEL, DIRECT, GROUP
from pimentachat.services.after import accounts, jobs, orphans
from pimentachat.services.messages import pruning
from pimentachat.services.search import forgetting
from pimentachat.services.server import first_password
from pimentachat.store import counters, table
from pimentachat.store import jobs as job_store
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store

logger: Final = Logger()
_STUCK_SECONDS: Final = 3600
"""A job that has not come further for so long was lost on its way: a step takes less than a minute."""


class HousekeepingFailed(Exception):
    """Some steps could not be done; the others were."""


def run() -> list[str]:
    """Takes every step; the names of all of them.

    Raises:
        HousekeepingFailed: names those that failed, after all others were done.
    """
    failed = []
    for name, step in STEPS.items():
        try:
            with table.request_view():
                step()
        except Exception:
            logger.exception("step of housekeeping failed", step=name)
            failed.append(name)
    if failed:
        metrics.count_internal_error()
        raise HousekeepingFailed(", ".join(failed))
    return [*STEPS]


def _resume_jobs() -> None:
    """Long jobs whose next step got lost are asked for again."""
    stuck = job_store.untouched_for(_STUCK_SECONDS)
    queues.send_effects([{"effect": jobs.JOB, "job_id": job_id} for job_id in stuck])


def _prune() -> None:
    """Asks for the job that takes away what rooms do not keep, where some rule says so."""
    if any(map(pruning.applies, pruning.KINDS)):
        job_store.ask("prune")


def _repair_totals() -> None:
    """Totals that lists report, counted anew: a request that died between a record and its total left it one off."""
    for name, count in (
        ("users", user_store.count),
        (CHANNEL.total, partial(room_store.count_of_kind, CHANNEL.t)),
        (GROUP.total, partial(room_store.count_of_kind, GROUP.t)),
        (DIRECT.total, partial(room_store.count_of_kind, DIRECT.t)),
    ):
        before = counters.total(name)  # type: ignore[arg-type]
        now = count()
        if now != before and counters.repair(name, before, now):  # type: ignore[arg-type]
            logger.info("total repaired", total=name, was=before, now=now)


STEPS: Final[Mapping[str, Callable[[], None]]] = {
    "jobs": _resume_jobs,
    "retention": _prune,
    "files": partial(job_store.ask, orphans.REMOVE),
    "words": partial(job_store.ask, forgetting.FORGET),
    "totals": _repair_totals,
    "people": partial(job_store.ask, accounts.MEND),
    "statistics": jobs.begin_statistics,
    "first password": first_password.forget_unless_valid,
}
