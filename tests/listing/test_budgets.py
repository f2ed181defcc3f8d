"""What a list request may cost: all its work is counted, and within the budget nothing but the count is different."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pimentachat.errors.requests import InvalidQuery, QueryTooCostly
from pimentachat.listing import fields, queries
from pimentachat.listing.budgets import STEPS_MOST, Budget
from tests.listing import naive
from tests.listing.drawn import DEEP, FIELDS, QUERIES, SORTS

Rows = list[dict[str, Any]]
Work = Callable[[Budget], Any]

CALLS_A_STEP = 10
"""How many calls of functions, ours and Python's, one step may stand for."""
CALLS_ANYWAY = 20
"""For each document and each thing that is done to it."""
ROWS = st.lists(DEEP, min_size=1, max_size=4)


def filtering(query: dict[str, Any], rows: Rows, budget: Budget) -> Rows:
    matches = queries.compile_query(query, (), budget)
    return [row for row in rows if matches(row)]


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called, so that work is measured by something else than its own count."""
    seen = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal seen
        seen += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return seen


def nested(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = [{"0": value}]
    return value


# --- the same answers


def compiled(query: dict[str, Any]) -> None:
    try:
        queries.compile_query(query)
    except InvalidQuery:
        assume(False)


@given(ROWS, QUERIES)
@example([{"a": nested(1, 9)}], {"a." + ".".join("0" * 18): 1})
def test_a_query_finds_what_it_should(rows, query):
    compiled(query)
    assert filtering(query, rows, Budget(10**9)) == [row for row in rows if naive.matches(query, row)]


@given(ROWS, SORTS)
def test_a_sort_gives_the_order_it_should(rows, sort):
    ordered = fields.sort_documents(rows, sort, Budget(10**9))
    assert list(map(id, ordered)) == list(map(id, naive.in_order(rows, sort)))


# --- the count


def doing(rows: Rows, query: dict[str, Any], sort: list[tuple[str, int]], asked: dict[str, int]) -> Work:
    """A whole request over documents."""

    def work(budget: Budget) -> Rows:
        found = filtering(query, rows, budget)
        return [*map(fields.projection(asked, ("b.a",), budget), fields.sort_documents(found, sort, budget))]

    return work


@given(ROWS, QUERIES, SORTS, FIELDS, st.integers(0, 2000))
def test_the_budget_changes_no_answer_and_is_not_exceeded(rows, query, sort, asked, most):
    compiled(query)
    work = doing(rows, query, sort, asked)
    whole = Budget(10**9)
    answer = work(whole)
    again = Budget(10**9)
    assert work(again) == answer
    assert again.spent == whole.spent
    tight = Budget(most)
    if whole.spent <= most:
        assert work(tight) == answer
    else:
        with pytest.raises(QueryTooCostly):
            work(tight)


@given(ROWS, QUERIES)
@example([{"a": nested(1, 12)}], {"a." + ".".join("0" * 18): {"$gt": 1}})
@example([{}] * 50, {"$and": [{}] * 500})
@example([{}] * 50, {"$or": [{"$or": [{"$or": [{"$or": [{"$or": [{"a": {"$not": {"$not": {"$gt": 1}}}}]}]}]}]}]})
@example([{"a": [[[[1] * 9] * 9] * 9]}], {"a": {"$elemMatch": {"$elemMatch": {"$elemMatch": {"$gt": 1}}}}})
@example([{"a": [[]] * 2000}], {"a": {"$in": [[number] for number in range(300)]}})
@example([{"a": [{"b": "b"}] * 2000}], {"a.b": {"$regex": "a"}})
def test_no_work_of_a_query_goes_uncounted(rows, query):
    compiled(query)
    budget = Budget(10**9)
    matches = queries.compile_query(query, (), budget)
    budget.spent = 0
    called = calls(lambda: [matches(row) for row in rows])
    assert called <= CALLS_A_STEP * budget.spent + CALLS_ANYWAY * len(rows)


@given(ROWS, SORTS)
@example([{"a": nested(1, 12)}], [("a." + ".".join("0" * 18), 1)])
@example([{"a": [[[number] * 20] * 20]} for number in range(30)], [("a", 1)])
def test_no_work_of_a_sort_goes_uncounted(rows, sort):
    budget = Budget(10**9)
    called = calls(lambda: fields.sort_documents(rows, sort, budget))
    assert called <= CALLS_A_STEP * budget.spent + CALLS_ANYWAY * len(rows) * len(sort)


@given(ROWS, FIELDS)
@example([{"a": [[[{"b": 1, "0": 2}] * 9] * 9] * 9}], {"a.b": 1})
@example([{"a": [[[{"b": 1, "0": 2}] * 9] * 9] * 9}], {"a.b": 0})
def test_no_work_of_fields_goes_uncounted(rows, asked):
    budget = Budget(10**9)
    project = fields.projection(asked, ("b.a",), budget)
    called = calls(lambda: [project(row) for row in rows])
    assert called <= CALLS_A_STEP * budget.spent + CALLS_ANYWAY * len(rows)


# --- the bound


def ordinary(number: int) -> dict[str, Any]:
    text = "the roses bloom in the garden behind the house, said alice, and it rains on them "
    return {
        "_id": f"message{number}",
        "rid": "GENERAL",
        "msg": text * (1 + number % 5),
        "ts": f"2019-04-11T10:{number // 100:02}:00.000Z",
        "u": {"_id": "alice-id", "username": "alice", "name": "Alice"},
        "mentions": [{"_id": "bob-id", "username": "bob"}],
        "channels": [],
        "_updatedAt": "2019-04-11T10:00:00.000Z",
    }


@pytest.mark.parametrize(
    "query",
    [
        {"u.username": "alice", "ts": {"$gt": {"$date": "2019-04-11T10:05:00.000Z"}}},
        {"msg": {"$regex": "GARDEN", "$options": "i"}, "u.username": {"$in": ["alice", "bob", "carol"]}},
        {"msg": {"$regex": "^.*rain.*$"}, "t": {"$exists": False}},
        {"msg": {"$regex": "rains? on"}},
        {"$or": [{"mentions.username": "carol"}, {"mentions._id": {"$ne": "carol-id"}}, {"msg": "hi"}]},
        {"mentions": {"$elemMatch": {"username": "bob", "_id": {"$ne": "carol-id"}}}},
    ],
    ids=str,
)
def test_ordinary_use_is_within_it(query):
    rows = [ordinary(number) for number in range(5000)]
    work = doing(rows, query, [("u.username", 1), ("ts", -1)], {"msg": 1, "u.username": 1})
    assert len(work(Budget())) > 3000


@pytest.mark.parametrize(
    ("rows", "query"),
    [
        ([{"a": nested(1, 30)}], {"$or": [{"a." + ".".join("0" * 19): number} for number in range(2, 90)]}),
        ([{"a": [[]] * 40_000}] * 60, {"a": {"$gt": [[]]}}),
        ([{"a": list(range(30_000))}] * 60, {"a": {"$in": [number + 0.5 for number in range(1000)]}}),
        ([{"a": list(range(30_000))}] * 60, {"a": {"$all": [number + 0.5 for number in range(1000)]}}),
        ([{"a": [{"b": 1}] * 14_000}] * 60, {"$or": [{"a.b": {"$gt": number}} for number in range(2, 40)]}),
        ([{"a": [["x"] * 200] * 200}] * 60, {"a": {"$elemMatch": {"$elemMatch": {"$regex": "y"}}}}),
        ([{"a": "ab" * 2500}] * 100, {"a": {"$regex": "(?:a*b*){300}c"}}),
        ([{"a": "ab" * 2500}] * 100, {"a": {"$regex": "a.{0,60}b[^c]{0,60}c"}}),
        ([{"a": "ä" * 5000}] * 1000, {"a": {"$regex": "a[ab]{9}c"}}),
        ([{"a": "a" * 999}] * 5000, {"a": {"$regex": "a" * 1000}}),
        ([{"a": 1}] * 5000, {"$and": [{}] * 4000}),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else "",
)
def test_a_query_that_is_too_much_is_refused(rows, query):
    with pytest.raises(QueryTooCostly) as refusal:
        filtering(query, rows, Budget())
    assert refusal.value.code == "error-query-too-broad"


@pytest.mark.parametrize(
    ("rows", "sort"),
    [
        ([{"a": [[]] * 40_000}] * 60, [("a", 1)]),
        ([{"a": nested(1, 30)}] * 10, [("a." + ".".join("0" * 19), -1)]),
        ([{"a": {"b": [1] * 400}}] * 3000, [("a", 1)]),
        ([{"a": 1}] * 5000, [(f"x{number}", 1) for number in range(32)]),
    ],
    ids=["arrays of arrays", "numbers", "wide", "many keys"],
)
def test_a_sort_that_is_too_much_is_refused(rows, sort):
    with pytest.raises(QueryTooCostly):
        fields.sort_documents(rows, sort, Budget())


@pytest.mark.parametrize("shown", [0, 1])
def test_fields_that_are_too_much_are_refused(shown):
    rows = [{"a": [{"b": 1}] * 14_000}] * 100
    project = fields.projection({"a.b": shown}, (), Budget())
    with pytest.raises(QueryTooCostly):
        [*map(project, rows)]


def test_compiling_counts_too():
    budget = Budget()
    queries.compile_query({"$or": [{"a": {"$regex": "(?:a*b*){300}c"}}, {"a": {"$in": [*range(1000)]}}]}, (), budget)
    assert 2000 < budget.spent < STEPS_MOST // 100
