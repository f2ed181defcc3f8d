"""The `fields` and `sort` parameters: what comes back of a document, and in which order documents do."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimentachat.errors.requests import InvalidFields, InvalidSort
from pimentachat.listing import fields
from pimentachat.listing.budgets import Budget

HIDDEN = ("joinCode", "members", "importIds", "e2e")
ROOM = {
    "_id": "GENERAL",
    "name": "general",
    "joinCode": "1234",
    "u": {"_id": "alice-id", "username": "alice"},
    "tags": ["a", {"name": "b", "colour": "red"}, [{"name": "c", "colour": "blue"}]],
    "msgs": 7,
}


# --- fields


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["_id", "name", "u", "tags", "msgs"]),
        ({"name": 1}, ["_id", "name"]),
        ({"name": 1, "_id": 0}, ["_id", "name"]),
        ({"name": 1, "u": 0}, ["_id", "name"]),
        ({"u": 0, "tags": 0}, ["_id", "name", "msgs"]),
        ({"_id": 0}, ["name", "u", "tags", "msgs"]),
        ({"_id": 1}, ["_id"]),
        ({"nothing": 1}, ["_id"]),
        ({"nothing": 0}, ["_id", "name", "u", "tags", "msgs"]),
        ({"joinCode": 1}, ["_id", "name", "u", "tags", "msgs"]),
        ({"joinCode.x": 1, "msgs": 1}, ["_id", "msgs"]),
        ({"joinCode": 0}, ["_id", "name", "u", "tags", "msgs"]),
    ],
)
def test_fields_of_a_room(asked, shown):
    assert list(fields.project(ROOM, asked, HIDDEN)) == shown


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        ({"u.username": 1}, {"_id": "GENERAL", "u": {"username": "alice"}}),
        ({"u.username": 1, "u": 1}, {"_id": "GENERAL", "u": ROOM["u"]}),
        ({"u": 1, "u.username": 1}, {"_id": "GENERAL", "u": ROOM["u"]}),
        ({"tags.name": 1}, {"_id": "GENERAL", "tags": [{"name": "b"}, [{"name": "c"}]]}),
        ({"msgs.deep": 1}, {"_id": "GENERAL"}),
        (
            {"tags.colour": 0, "u": 0, "name": 0, "msgs.deep": 0},
            {"_id": "GENERAL", "tags": ["a", {"name": "b"}, [{"name": "c"}]], "msgs": 7},
        ),
    ],
)
def test_dotted_paths_look_inside(asked, result):
    assert fields.project(ROOM, asked, HIDDEN) == result


def test_a_hidden_name_inside_an_included_field_stays_hidden():
    user = {"_id": "1", "services": {"password": "x", "google": "y"}}
    assert fields.project(user, {"services": 1}, ("services.password",)) == {"_id": "1", "services": {"google": "y"}}


def test_the_document_itself_is_left_alone():
    before = orjson.dumps(ROOM)
    fields.project(ROOM, {"u.username": 0, "tags.name": 0}, HIDDEN)
    assert orjson.dumps(ROOM) == before


def test_fields_are_read_from_json():
    assert fields.parse_fields('{"name": 1, "u._id": true, "t": 0, "x": false, "y": 2.5}') == {
        "name": 1,
        "u._id": 1,
        "t": 0,
        "x": 0,
        "y": 1,
    }


BAD_FIELDS = ["", "{", "[]", "1", "name", '{"a": "1"}', '{"a": null}', '{"a": {"$slice": 1}}', '{"$where": 1}']
BAD_FIELDS += ['{"' + ".".join("a" * 21) + '": 1}', "\ud800"]
BAD_FIELDS += [orjson.dumps({str(number): 1 for number in range(101)}).decode()]


@pytest.mark.parametrize("text", BAD_FIELDS)
def test_other_fields_are_refused(text):
    with pytest.raises(InvalidFields) as refusal:
        fields.parse_fields(text)
    assert refusal.value.message == f'Invalid fields parameter provided: "{text}"'


def test_deep_arrays_are_no_trouble():
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]
    for asked in ({"a.b": 0}, {"a.b": 1}):
        assert list(fields.project({"_id": 1, "a": deep}, asked, HIDDEN)) == ["_id", "a"]


# --- sort


def in_order(documents: list[dict[str, Any]], sort: str) -> list[Any]:
    return [document["_id"] for document in fields.sort_documents(documents, fields.parse_sort(sort), Budget())]


def test_the_first_field_counts_most_and_equal_documents_stay():
    rows = [
        {"_id": 1, "name": "b", "u": {"age": 1}},
        {"_id": 2, "name": "a", "u": {"age": 1}},
        {"_id": 3, "name": "b", "u": {"age": 2}},
        {"_id": 4, "name": "a", "u": {"age": 1}},
    ]
    assert in_order(rows, '{"name": 1, "u.age": -1}') == [2, 4, 3, 1]
    assert in_order(rows, '{"name": -1}') == [1, 3, 2, 4]
    assert in_order(rows, "{}") == [1, 2, 3, 4]


def test_types_have_an_order():
    moment = datetime(2019, 4, 11, tzinfo=UTC)
    rising: list[Any] = [[], None, -1, 2.5, "", "B", "a", {}, {"a": 1}, [[]], False, True]
    rising += ["2019-04-10T23:59:59.999Z", moment, "2019-04-11T00:00:00.001Z"]
    rows = [{"_id": number, "x": value} for number, value in enumerate(rising)]
    expected = list(range(len(rows)))
    assert in_order(rows[::-1], '{"x": 1}') == expected
    assert in_order(rows, '{"x": -1}') == expected[::-1]


def test_missing_counts_as_null():
    assert in_order([{"_id": 1, "x": 0}, {"_id": 2}, {"_id": 3, "x": None}], '{"x": 1}') == [2, 3, 1]


def test_arrays_count_by_their_least_or_greatest_element():
    rows: list[dict[str, object]] = [{"_id": 1, "x": [5, 1]}, {"_id": 2, "x": 3}, {"_id": 3, "x": [2, 4]}]
    assert in_order(rows, '{"x": 1}') == [1, 3, 2]
    assert in_order(rows, '{"x": -1}') == [1, 3, 2]
    rows = [{"_id": 1, "x": [{"y": 5}, {"y": 1}]}, {"_id": 2, "x": {"y": 3}}, {"_id": 3, "x": []}]
    assert in_order(rows, '{"x.y": 1}') == [3, 1, 2]


def test_hidden_fields_do_not_order():
    assert fields.parse_sort('{"services.password": 1, "name": -1}', ("services",)) == [("name", -1)]


BAD_SORTS = [
    "",
    "{",
    "[]",
    "name",
    '{"a": 0}',
    '{"a": 2}',
    '{"a": "1"}',
    '{"a": true}',
    '{"a": null}',
    '{"a": {}}',
    '{"$a": 1}',
]
BAD_SORTS += ['{"a": 1e999}', orjson.dumps({str(number): 1 for number in range(33)}).decode()]


@pytest.mark.parametrize("text", BAD_SORTS)
def test_other_sorts_are_refused(text):
    with pytest.raises(InvalidSort) as refusal:
        fields.parse_sort(text)
    assert refusal.value.message == f'Invalid sort parameter provided: "{text}"'


# --- properties

names = st.sampled_from(["_id", "a", "b", "secret"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.datetimes()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
documents = st.dictionaries(names, values, max_size=4)
paths = st.lists(st.sampled_from(["_id", "a", "b", "secret", "0"]), min_size=1, max_size=3).map(".".join)
asked_fields = st.dictionaries(paths, st.integers(0, 1), max_size=4)


@given(documents, asked_fields)
def test_hidden_fields_never_come_back(document, asked):
    shown = fields.project(document, asked, ("secret", "a.secret"))
    assert "secret" not in shown
    for element in shown["a"] if isinstance(shown.get("a"), list) else [shown.get("a")]:
        assert not isinstance(element, dict) or "secret" not in element


@given(documents, asked_fields)
def test_nothing_is_invented_and_id_comes_along(document, asked):
    shown = fields.project(document, asked, ())
    assert shown.keys() <= document.keys()
    if any(asked.values()):
        assert ("_id" in shown) is ("_id" in document)


@given(documents, asked_fields)
def test_projecting_twice_changes_nothing(document, asked):
    once = fields.project(document, asked, ("secret",))
    assert repr(fields.project(once, asked, ("secret",))) == repr(once)


@given(st.lists(documents, max_size=8), st.lists(st.tuples(paths, st.sampled_from([1, -1])), max_size=3))
def test_sorting_is_a_stable_permutation(rows, sort):
    ordered = fields.sort_documents(rows, sort, Budget())
    assert sorted(map(id, ordered)) == sorted(map(id, rows))
    assert list(map(id, fields.sort_documents(ordered, sort, Budget()))) == list(map(id, ordered))
    assert list(map(id, fields.sort_documents(rows, [], Budget()))) == list(map(id, rows))


@given(st.text())
def test_any_text_parses_or_is_refused(text):
    for parse, refusal in ((fields.parse_fields, InvalidFields), (fields.parse_sort, InvalidSort)):
        with suppress(refusal):
            parse(text)
