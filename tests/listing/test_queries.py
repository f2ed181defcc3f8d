"""The `query` parameter: MongoDB's answers on our documents, and refusals for everything else."""

import json
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimentachat.errors.requests import InvalidQuery
from pimentachat.listing import queries
from pimentachat.listing.budgets import STEPS_MOST, Budget

ALICE = {
    "_id": "nSYqWzZ4GsKTX4dyK",
    "username": "alice",
    "name": "Alice Example",
    "active": True,
    "type": "user",
    "status": "online",
    "roles": ["user", "admin"],
    "emails": [{"address": "alice@example.org", "verified": True}, {"address": "a@example.org", "verified": False}],
    "utcOffset": 2,
    "createdAt": "2019-04-11T10:00:00.000Z",
    "services": {"password": {"bcrypt": "secret"}},
    "statusText": None,
}
MESSAGE = {"_id": "m1", "t": "uj", "starred": [{"_id": "x"}, {"_id": "y"}], "mentions": [], "grid": [[1, 2], [3]]}


def matches(query: dict[str, Any], document: dict[str, Any], hidden: tuple[str, ...] = ()) -> bool:
    return queries.compile_query(query, hidden)(document)


@pytest.mark.parametrize(
    "query",
    [
        {},
        # what clients send (users.yaml, channels.yaml, settings.yaml)
        {"active": True, "type": {"$in": ["user", "bot"]}},
        {"username": {"$regex": "LIC", "$options": "i"}},
        {"name": {"$regex": "^Alice"}},
        {"status": {"$ne": "offline"}},
        {"emails.address": "alice@example.org"},
        {"roles": "admin"},
        {"createdAt": {"$gt": {"$date": "2019-01-01T00:00:00Z"}}},
        {"createdAt": {"$lt": {"$date": 1555000000000}}},
        {"createdAt": {"$gte": "2019-04-11T10:00:00.000Z"}},
        # equality
        {"utcOffset": 2.0},
        {"roles": ["user", "admin"]},
        {"roles.1": "admin"},
        {"emails.0.verified": True},
        {"emails": {"verified": False, "address": "a@example.org"}},
        {"services.password.bcrypt": "secret"},
        {"createdAt": {"$date": "2019-04-11T12:00:00+02:00"}},
        # null and missing
        {"statusText": None},
        {"bio": None},
        {"bio.short": None},
        {"bio": {"$gte": None}},
        {"bio": {"$in": [None]}},
        {"statusText": {"$exists": True}},
        {"bio": {"$exists": 0}},
        # comparison
        {"utcOffset": {"$gt": 1, "$lte": 2}},
        {"name": {"$gte": "Alice"}},
        {"active": {"$gt": False}},
        {"roles": {"$gt": "admin"}},
        {"createdAt": {"$lt": {"$date": 8.64e15}}},
        {"createdAt": {"$gt": {"$date": -8.64e15}}},
        # arrays
        {"roles": {"$all": ["admin", "user"]}},
        {"roles": {"$size": 2}},
        {"roles": {"$nin": ["bot", "guest"]}},
        {"emails": {"$elemMatch": {"address": {"$regex": "^a@"}, "verified": False}}},
        {"emails": {"$all": [{"$elemMatch": {"verified": True}}, {"$elemMatch": {"verified": False}}]}},
        {"roles": {"$elemMatch": {"$gte": "b", "$lt": "v"}}},
        # logic
        {"$or": [{"username": "bob"}, {"utcOffset": {"$gt": 1}}]},
        {"$and": [{"username": "alice"}, {"$nor": [{"active": False}, {"type": "bot"}]}]},
        {"username": {"$not": {"$regex": "^b"}}},
        {"emails.verified": {"$not": {"$eq": None}}},
        # options
        {"name": {"$regex": " A l i c e  # the first name\n\\ E", "$options": "x"}},
        {"name": {"$regex": "[ ]Example", "$options": "x"}},
        {"name": {"$regex": "alice.example", "$options": "is"}},
    ],
)
def test_alice_is_found(query):
    assert matches(query, ALICE)
    assert queries.compile_query(queries.parse_query(orjson.dumps(query).decode(), ()), ())(ALICE)


@pytest.mark.parametrize(
    "query",
    [
        {"username": "Alice"},
        {"active": 1},
        {"utcOffset": "2"},
        {"utcOffset": True},
        {"emails.address": None},
        {"roles": {"$size": 1}},
        {"roles": ["admin", "user"]},
        {"roles": {"$all": []}},
        {"roles": {"$in": []}},
        {"roles": {"$ne": "admin"}},
        {"roles.7": "admin"},
        {"username": {"$gt": 1}},
        {"utcOffset": {"$gt": None}},
        {"utcOffset": {"$lt": "9"}},
        {"utcOffset": {"$regex": "2"}},
        {"createdAt": {"$gt": "2018"}},
        {"name": {"$regex": "alice"}},
        {"emails": {"$elemMatch": {"address": "alice@example.org", "verified": False}}},
        {"roles": {"$elemMatch": {"$in": ["bot"]}}},
        {"username": {"$elemMatch": {"$eq": "alice"}}},
        {"$nor": [{"username": "alice"}]},
        {"bio": {"$exists": True}},
    ],
)
def test_alice_is_not_found(query):
    assert not matches(query, ALICE)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"starred._id": "x"}, True),
        ({"starred._id": "z"}, False),
        ({"starred._id": {"$all": ["x", "y"]}}, True),
        ({"starred._id": {"$ne": "x"}}, False),
        ({"starred.since": None}, True),
        ({"starred.since": {"$exists": False}}, True),
        ({"t": "uj"}, True),
        ({"mentions": None}, False),
        ({"mentions": []}, True),
        ({"mentions": {"$size": 0}}, True),
        ({"mentions._id": None}, False),
        ({"mentions._id": {"$exists": False}}, True),
        ({"grid": [3]}, True),
        ({"grid": 3}, False),
        ({"grid.0": 2}, True),
        ({"grid": {"$elemMatch": {"$size": 1}}}, True),
        ({"grid": {"$elemMatch": {"$eq": 3}}}, False),
    ],
)
def test_arrays_of_a_message(query, found):
    assert matches(query, MESSAGE) is found


def test_a_date_may_be_text_or_a_datetime_on_both_sides():
    moment, text = datetime(2019, 4, 11, 10, tzinfo=UTC), "2019-04-11T10:00:00.000Z"
    for stored in (moment, text):
        for asked in (moment, text, {"$date": text}, {"$date": 1554976800000}):
            assert matches({"ts": asked}, {"ts": stored})
            assert matches({"ts": {"$lte": asked, "$nin": [None]}}, {"ts": stored})
            assert not matches({"ts": {"$lt": asked}}, {"ts": stored})


def test_lines_are_told_apart_by_option_m():
    document = {"msg": "first\nsecond"}
    assert matches({"msg": {"$regex": "^second$", "$options": "m"}}, document)
    assert not matches({"msg": {"$regex": "^second$"}}, document)
    assert matches({"msg": {"$regex": "first.second", "$options": "s"}}, document)
    assert not matches({"msg": {"$regex": "first.second"}}, document)


@pytest.mark.parametrize(
    "query",
    [
        {"$where": "sleep(1000)"},
        {"$expr": {"$eq": [1, 1]}},
        {"$text": {"$search": "x"}},
        {"$comment": "x"},
        {"a": {"$where": "1"}},
        {"a": {"$type": 2}},
        {"a": {"$gt": 1, "b": 2}},
        {"a": {"b": {"$gt": 1}}},
        {"a": {"$in": [{"$regex": "x"}]}},
        {"a": {"$in": "x"}},
        {"a": {"$nin": {}}},
        {"a": {"$all": 1}},
        {"a": {"$size": -1}},
        {"a": {"$size": 1.5}},
        {"a": {"$size": True}},
        {"a": {"$exists": "yes"}},
        {"a": {"$regex": 1}},
        {"a": {"$regex": "x", "$options": "g"}},
        {"a": {"$regex": "x", "$options": 1}},
        {"a": {"$options": "i"}},
        {"a": {"$regex": "("}},
        {"a": {"$regex": "(?=a)"}},
        {"a": {"$regex": "(a)\\1"}},
        {"a": {"$regex": "a" * 1001}},
        {"a": {"$regex": "(?i)\\pL{100}"}},
        {"a": {"$not": 1}},
        {"a": {"$not": {}}},
        {"a": {"$not": {"b": 1}}},
        {"a": {"$not": {"$date": 1}}},
        {"a": {"$elemMatch": 1}},
        {"a": {"$elemMatch": {"$date": 1}}},
        {"a": {"$date": "yesterday"}},
        {"a": {"$date": 1e300}},
        {"a": {"$date": None}},
        {"a": {"$date": True}},
        {"a": {"$date": 1, "$gt": 2}},
        {"$or": []},
        {"$or": {}},
        {"$and": [1]},
        {"$nor": [None]},
        {".".join("a" * 21): 1},
        {f"field{number}": 1 for number in range(101)},
    ],
)
def test_what_is_refused(query):
    text = orjson.dumps(query).decode()
    with pytest.raises(InvalidQuery) as refusal:
        queries.compile_query(query)
    assert refusal.value.status == 400
    with pytest.raises(InvalidQuery) as refusal:
        queries.parse_query(text, ())
    assert refusal.value.message == f'Invalid query parameter provided: "{text}"'


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '"a"', "{'a': 1}", '{"a": NaN}', "\ud800", "[" * 100_000])
def test_text_that_is_no_object_is_refused(text):
    with pytest.raises(InvalidQuery):
        queries.parse_query(text, ())


@pytest.mark.parametrize(
    "nest",
    [
        lambda inner: {"$or": [inner]},
        lambda inner: {"a": {"$elemMatch": inner}},
        lambda inner: {"a": inner},
        lambda inner: {"a": [inner]},
    ],
)
@pytest.mark.parametrize("depth", [11, 400])
def test_depth_is_bounded(nest, depth):
    query = {"a": 1}
    for _ in range(depth):
        query = nest(query)
    with pytest.raises(InvalidQuery):
        queries.compile_query(query)


def test_not_is_bounded_too():
    operand: object = {"$eq": 1}
    for _ in range(400):
        operand = {"$not": operand}
    with pytest.raises(InvalidQuery):
        queries.compile_query({"a": operand})


def test_a_long_list_of_values_is_one_condition():
    wanted = [f"Setting_{number}" for number in range(5000)]
    assert matches({"_id": {"$in": wanted}}, {"_id": "Setting_4999"})


# --- hidden fields


def test_conditions_on_hidden_fields_are_dropped():
    hidden = ("services", "emails")
    query = {"services.password.bcrypt": "x", "emails": {"$size": 9}, "username": "alice"}
    assert matches(query, ALICE, hidden)
    assert queries.parse_query(orjson.dumps(query).decode(), hidden) == {"username": "alice"}


def test_a_name_that_only_begins_alike_is_not_hidden():
    assert not matches({"servicesUsed": "x"}, ALICE, ("services",))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"$or": [{"services.x": 1}, {"username": "bob"}]}, {"$or": [{"username": "bob"}]}),
        ({"$and": [{"services.x": 1}]}, {}),
        ({"$nor": [{"$or": [{"services": 1}, {"services.a": 1}]}], "a": 1}, {"a": 1}),
        ({"$or": [{}, {"services": 1}]}, {"$or": [{}]}),
        ({"$and": [{"services": 1, "a": 1}]}, {"$and": [{"a": 1}]}),
    ],
)
def test_a_branch_that_held_nothing_else_goes_with_them(query, left):
    assert queries.parse_query(orjson.dumps(query).decode(), ("services",)) == left


def test_hidden_conditions_are_not_even_checked():
    assert queries.parse_query('{"services": {"$where": "1"}}', ("services",)) == {}


# --- work


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a*)*b", "(.*)(.*)(.*)(.*)(.*)[^a]$", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_an_evil_pattern_is_no_trouble(pattern):
    budget = Budget()
    matching = queries.compile_query({"msg": {"$regex": pattern}}, (), budget)
    for _ in range(20):
        assert matching({"msg": "a" * 5000 + "!"}) in (True, False)
    assert budget.spent <= STEPS_MOST // 10


def test_a_deeply_nested_document_is_no_trouble():
    deep: Any = 1
    for _ in range(900):
        deep = {"a": [deep]}
    for query in ({"a": 1}, {"a": {"$gt": {"a": 1}}}, {"a": {"$in": [[1]]}}, {".".join("a" * 20): 1}):
        assert matches(query, deep) in (True, False)


# --- properties

names = st.sampled_from(["a", "b", "c"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(-3, 3),
    st.sampled_from(["", "a", "b", "ab", "2019-04-11T10:00:00.000Z", "2020-01-01T00:00:00.000Z"]),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
documents = st.dictionaries(names, values, max_size=3)
paths = st.lists(st.sampled_from(["a", "b", "c", "0", "1"]), min_size=1, max_size=3).map(".".join)
operands = st.one_of(
    st.builds(lambda name, value: {name: value}, st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]), values),
    st.builds(
        lambda name, value: {name: value}, st.sampled_from(["$in", "$nin", "$all"]), st.lists(values, max_size=3)
    ),
    st.builds(lambda wanted: {"$exists": wanted}, st.booleans()),
    st.builds(lambda size: {"$size": size}, st.integers(0, 3)),
    st.builds(lambda pattern: {"$regex": pattern}, st.sampled_from(["a", "^b", "b$", "."])),
)
filters = st.recursive(
    st.dictionaries(paths, operands | values, max_size=3),
    lambda inner: st.builds(
        lambda name, branches: {name: branches},
        st.sampled_from(["$and", "$or", "$nor"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


@given(documents, paths, operands)
def test_not_is_the_complement(document, path, operand):
    assert matches({path: {"$not": operand}}, document) is not matches({path: operand}, document)


@given(documents, paths, values)
def test_ne_is_the_complement_of_eq_and_eq_is_equality(document, path, value):
    equal = matches({path: {"$eq": value}}, document)
    assert matches({path: value}, document) is equal
    assert matches({path: {"$ne": value}}, document) is not equal


@given(documents, filters, filters)
def test_de_morgan(document, one, other):
    neither = matches({"$nor": [one, other]}, document)
    assert neither is matches({"$and": [{"$nor": [one]}, {"$nor": [other]}]}, document)
    assert neither is not matches({"$or": [one, other]}, document)


@given(documents, paths, st.lists(values, min_size=1, max_size=3))
def test_in_is_or_and_all_is_and_of_equalities(document, path, wanted):
    equalities = [{path: value} for value in wanted]
    assert matches({path: {"$in": wanted}}, document) is matches({"$or": equalities}, document)
    assert matches({path: {"$nin": wanted}}, document) is matches({"$nor": equalities}, document)
    assert matches({path: {"$all": wanted}}, document) is matches({"$and": equalities}, document)


@given(documents, paths, values)
def test_at_least_is_more_or_equal(document, path, value):
    for strict, loose in (("$gt", "$gte"), ("$lt", "$lte")):
        either = matches({"$or": [{path: {strict: value}}, {path: value}]}, document)
        assert matches({path: {loose: value}}, document) is either


@given(documents)
def test_a_document_equals_itself(document):
    assert matches(document, document)


@given(documents, filters)
def test_hidden_fields_never_matter(document, query):
    visible = {name: value for name, value in document.items() if name != "a"}
    assert matches(query, document, ("a",)) is matches(query, visible, ("a",))


logic = st.sampled_from(["$and", "$or", "$nor", "$not", "$elemMatch", "$in", "$nin", "$all"])
junk_names = logic | st.sampled_from(
    ["a", "a.b", "$eq", "$gt", "$exists", "$regex", "$options", "$size", "$date", "$where"]
)
junk = st.recursive(
    scalars | st.text(max_size=5) | st.floats() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(junk_names | st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(junk, values)
def test_junk_compiles_or_is_refused(query, document):
    try:
        matching = queries.compile_query(query, ("b",))
    except InvalidQuery:
        return
    assert matching({"a": document}) in (True, False)


@given(st.text() | junk.map(json.dumps))
def test_junk_text_parses_or_is_refused(text):
    try:
        query = queries.parse_query(text, ("b",))
    except InvalidQuery:
        return
    assert queries.compile_query(query)({"a": 1}) in (True, False)
