"""What happens once a day: a list of steps, each of which fails by itself and may run twice."""

from collections.abc import Callable, Mapping
from typing import Final

from aws_lambda_powertools import Logger

from pimentachat.services.after import jobs
from pimentachat.store import table

logger: Final = Logger()


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
        raise HousekeepingFailed(", ".join(failed))
    return [*STEPS]


STEPS: Final[Mapping[str, Callable[[], None]]] = {"statistics": jobs.begin_statistics}
