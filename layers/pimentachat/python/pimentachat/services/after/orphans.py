"""Files in the bucket that no record names: a request died between storing one and naming it, or the effect was lost
that takes a replaced one away. A job looks at all of them page by page, once a day, and removes these.

Nothing young is looked at, since what names it may be on its way. The files of uploads are looked at for a month: later
none comes to be without its record, since a file goes before its record does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from aws_lambda_powertools import Logger

from pimentachat import clock
from pimentachat.cloud import files as bucket
from pimentachat.cloud import metrics
from pimentachat.cloud.files import Listed
from pimentachat.models.jobs import Job
from pimentachat.services.files import avatars, emoji, files
from pimentachat.services.server import assets
from pimentachat.store import table

logger: Final = Logger()

REMOVE: Final = "remove_orphans"
"""The job."""
_AT_ONCE: Final = 500
"""Files that one step looks at."""
_YOUNG: Final = 2 * clock.DAY
"""An upload that waits is named for a day."""
_UPLOADS: Final = "uploads"
_LOOKED_AT_FOR: Final = 30 * clock.DAY
_MOST: Final = 100
"""More in one page are no accident of single requests (tables of another moment, say), and files cannot be restored."""
_NAMED: Final[Mapping[str, Callable[[Sequence[str]], set[str]]]] = {
    _UPLOADS: files.named,
    "avatars": avatars.named,
    "emoji": emoji.named,
    "assets": assets.named,
}
"""What each folder's files are named by; others are left alone."""


def step(job: Job) -> str | None:
    """Looks at the next files and removes those that nothing names; the last one that was looked at."""
    page = bucket.listed(after=job.progress, most=_AT_ONCE)
    orphans = [
        key
        for folder, some in groupby((each.key for each in page if _old_enough(each)), key=_folder)
        for key in _unnamed(folder, list(some))
    ]
    if len(orphans) > _MOST:
        logger.error("too many files that nothing names: none is removed", count=len(orphans), first=orphans[0])
        metrics.count_internal_error()
    else:
        table.side_by_side(*(partial(bucket.remove, key) for key in orphans))
    return page[-1].key if len(page) == _AT_ONCE else None


def _folder(key: str) -> str:
    return key.partition("/")[0]


def _old_enough(each: Listed) -> bool:
    age = clock.epoch_seconds() - each.stored_at
    return age >= _YOUNG and (_folder(each.key) != _UPLOADS or age < _LOOKED_AT_FOR)


def _unnamed(folder: str, keys: list[str]) -> list[str]:
    named = _NAMED.get(folder)
    known = named(keys) if named else set(keys)
    return [key for key in keys if key not in known]
