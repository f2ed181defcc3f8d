"""Lists: paged by an index, or filtered and sorted in memory within a bound (contract: common.yaml pagination)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict, TypeVar

import orjson

from pimentachat import workspace
from pimentachat.errors.requests import QueryTooBroad, TooMuchToRead
from pimentachat.listing.budgets import Budget
from pimentachat.listing.fields import parse_fields, parse_sort, projection, sort_documents
from pimentachat.listing.queries import compile_query, parse_query
from pimentachat.models.records import Document

LOOKED_THROUGH_MOST: Final = 5000
"""How many entries a list with `query`, `sort` or count=0 may read. Beyond it the answer is error-query-too-broad,
never a wrong page."""
READ_BYTES_MOST: Final = 8_000_000
"""How large the entries together may be that a list reads: 5,000 of 1,600 bytes. As above beyond it."""
_READ_AT_ONCE: Final = 400
"""Entries that are read and weighed together, so that no more than these lie in memory beyond the bound."""
OFFSET_MOST: Final = 100_000
"""How far a list can be paged; the entries before a page are read with it."""


T = TypeVar("T")


@dataclass(frozen=True)
class ListQuery:
    """How a client wants a list: as it wrote the parameters (contract: common.yaml pagination, query_and_fields)."""

    offset: int | None = None
    count: int | None = None
    sort: str = ""
    query: str = ""
    fields: str = ""


@dataclass(frozen=True)
class Page:
    offset: int
    limit: int | None
    """None: no limit."""

    def cut(self, rows: list[T]) -> list[T]:
        return rows[self.offset :] if self.limit is None else rows[self.offset : self.offset + self.limit]


def page_of(offset: int | None, count: int | None, *, default: int | None = None, capped: bool = True) -> Page:
    """The page asked for, by the settings API_Default_Count, API_Upper_Count_Limit and API_Allow_Infinite_Count.

    `default` replaces API_Default_Count; without `capped` any count goes.
    """
    space = workspace.current()
    usual = default or _positive(space.number("API_Default_Count"), 50)
    start = max(0, offset or 0)
    if count == 0:
        return Page(start, None if space.flag("API_Allow_Infinite_Count") else usual)
    wanted = usual if count is None or count < 0 else count
    return Page(start, min(wanted, _positive(space.number("API_Upper_Count_Limit"), 100)) if capped else wanted)


def _positive(value: int, otherwise: int) -> int:
    return value if value > 0 else otherwise


class Numbers(TypedDict):
    count: int
    offset: int
    total: int


@dataclass(frozen=True)
class Listed:
    rows: list[Document]
    offset: int
    total: int

    @property
    def numbers(self) -> Numbers:
        """What the reply of a list has beside its rows."""
        return {"count": len(self.rows), "offset": self.offset, "total": self.total}


def listed(
    asked: ListQuery,
    *,
    hidden: Collection[str],
    in_order: Callable[[int, int | None, bool], list[Document]],
    total: Callable[[], int],
    order: str,
    rising: bool = True,
    conditions: Mapping[str, Any] | None = None,
) -> Listed:
    """A page of documents that an index keeps in the order of the field `order`, `rising` unless `sort` says otherwise.
    `conditions` of the endpoint are laid over the client's query.

    `in_order(offset, limit, forward)` reads from that index, the entries before a page with it: up to OFFSET_MOST.
    `total()` is asked for more than once, after the first page: what reads it beside that page saves a round trip. A
    `sort` by another field or a `query` reads everything, up to LOOKED_THROUGH_MOST, and works in memory.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery: a parameter is not what it should be.
        QueryTooBroad: more would have to be read, or worked through, than one request may.
    """
    page = page_of(asked.offset, asked.count)
    sort = parse_sort(asked.sort, hidden) if asked.sort else []
    fields = parse_fields(asked.fields) if asked.fields else {}
    wanted = {**(parse_query(asked.query, hidden) if asked.query else {}), **(conditions or {})}
    if not wanted and (not sort or (len(sort) == 1 and sort[0][0] == order)):
        forward = sort[0][1] > 0 if sort else rising
        if page.offset:
            if page.offset >= total():
                return Listed([], page.offset, total())
            _check_bound(page.offset, OFFSET_MOST)
        rows = in_order(page.offset, page.limit or LOOKED_THROUGH_MOST + 1, forward)
        if page.limit is None:
            _check_bound(len(rows), LOOKED_THROUGH_MOST)
        return Listed([*map(projection(fields, hidden, Budget()), rows)], page.offset, total())
    rows = in_order(0, LOOKED_THROUGH_MOST + 1, rising)
    _check_bound(len(rows), LOOKED_THROUGH_MOST)
    return in_memory(rows, page, sort=sort, wanted=wanted, fields=fields, hidden=hidden)


def read_within(entries: Sequence[T], read: Callable[[Sequence[T]], list[Document]]) -> list[Document]:
    """What `read` makes of the entries, some hundreds at a time.

    Raises:
        TooMuchToRead: together they are larger than READ_BYTES_MOST.
    """
    rows: list[Document] = []
    left = READ_BYTES_MOST
    for start in range(0, len(entries), _READ_AT_ONCE):
        some = read(entries[start : start + _READ_AT_ONCE])
        left -= sum(len(orjson.dumps(row)) for row in some)
        if left < 0:
            raise TooMuchToRead(limit=READ_BYTES_MOST // 1_000_000)
        rows += some
    return rows


def _check_bound(read: int, most: int) -> None:
    if read > most:
        raise QueryTooBroad(limit=most)


def in_memory(
    rows: Iterable[Document],
    page: Page,
    *,
    sort: list[tuple[str, int]],
    wanted: Document,
    fields: dict[str, int],
    hidden: Collection[str],
) -> Listed:
    """A page of documents that are all at hand.

    Raises:
        QueryTooCostly: query, sort and fields take more work over these documents than one request may.
    """
    budget = Budget()
    if wanted:
        matches = compile_query(wanted, hidden, budget)
        rows = [row for row in rows if matches(row)]
    found = sort_documents(rows, sort, budget) if sort else list(rows)
    return Listed([*map(projection(fields, hidden, budget), page.cut(found))], page.offset, len(found))


def listed_in_memory(
    rows: list[Document], asked: ListQuery, *, hidden: Collection[str], order: str = "", query: bool = True
) -> Listed:
    """A page of documents that the caller's own records bound (their rooms, for example); `order` is the default
    sort field.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooBroad.
    """
    _check_bound(len(rows), LOOKED_THROUGH_MOST)
    sort = parse_sort(asked.sort, hidden) if asked.sort else [(order, 1)] if order else []
    return in_memory(
        rows,
        page_of(asked.offset, asked.count),
        sort=sort,
        wanted=parse_query(asked.query, hidden) if query and asked.query else {},
        fields=parse_fields(asked.fields) if asked.fields else {},
        hidden=hidden,
    )
