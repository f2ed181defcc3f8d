"""Documents, filters and sort keys as hypothesis draws them: nested ones, with names that are numbers too, so that
paths reach the same element in several ways."""

from typing import Any

from hypothesis import strategies as st

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(-3, 3),
    st.sampled_from(["", "a", "b", "ab", "ba" * 40, "2019-04-11T10:00:00.000Z", "2020-01-01T00:00:00.000Z"]),
)
NAMES = st.sampled_from(["a", "b", "0", "1"])


def _larger(inner: Any) -> Any:
    return st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)


VALUES = st.recursive(SCALARS, _larger, max_leaves=25)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=4)


@st.composite
def towers(draw: Any) -> dict[str, Any]:
    """A document in which a path of numbers finds more with each step."""
    value = draw(VALUES)
    for _ in range(draw(st.integers(0, 12))):
        value = draw(st.sampled_from([[{"0": value}], [{"0": value}, {"0": value}], [value], {"0": value}]))
    return {"a": value}


DEEP = DOCUMENTS | towers()
PATHS = st.lists(st.sampled_from(["a", "b", "0", "1"]), min_size=1, max_size=3) | st.integers(0, 19).map(
    lambda steps: ["a", *["0"] * steps]
)
PATH = PATHS.map(".".join)
SMALL = st.recursive(SCALARS, _larger, max_leaves=4)


def _one(names: list[str], operands: Any) -> Any:
    return st.builds(lambda name, operand: {name: operand}, st.sampled_from(names), operands)


TESTS = st.recursive(
    st.one_of(
        _one(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"], SMALL),
        _one(["$in", "$nin", "$all"], st.lists(SMALL, max_size=4)),
        _one(["$exists"], st.booleans()),
        _one(["$size"], st.integers(0, 3)),
        _one(["$regex"], st.sampled_from(["a", "^b", "b$", ".", "^(ab?)*$", "[ab]{3}", "a|^$"])),
    ),
    lambda inner: _one(["$not", "$elemMatch"], inner) | st.tuples(inner, inner).map(lambda two: two[0] | two[1]),
    max_leaves=3,
)
QUERIES = st.recursive(
    st.dictionaries(PATH, TESTS | SMALL, max_size=3),
    lambda inner: st.one_of(
        _one(["$and", "$or", "$nor"], st.lists(inner, min_size=1, max_size=4)),
        st.builds(lambda path, query: {path: {"$elemMatch": query}}, PATH, inner),
    ),
    max_leaves=5,
)
SORTS = st.lists(st.tuples(PATH, st.sampled_from([1, -1])), min_size=1, max_size=3)
FIELDS = st.dictionaries(PATH, st.integers(0, 1), max_size=4)
