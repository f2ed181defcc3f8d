"""The `query` parameter of list endpoints: a MongoDB filter, in memory, over documents as they go over the wire.

Understood: equality (into arrays, along dotted paths), $eq $ne $gt $gte $lt $lte $in $nin $all $exists $regex with
$options (i m s x), $not, $and $or $nor, $elemMatch, $size, and {"$date": milliseconds or ISO 8601 text} as a value.
Everything else is refused, operators that run code above all. As in MongoDB, values of different types never compare,
null also matches a missing field, and a field that holds an array matches when one of its elements does. A date in a
document is a `datetime` or text in the wire's form, and a query may give it either way. Patterns run in linear time: no
look-around, no back references.

Bounds: 10 levels, 100 conditions, 20 steps in a path, patterns of 1000 characters that compile to 2000 instructions,
and work by a budget. The text is bounded by the requests.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from pimentachat import clock
from pimentachat.errors.requests import InvalidQuery
from pimentachat.listing.budgets import Budget
from pimentachat.listing.fields import (
    MAX_STEPS,
    MISSING,
    Document,
    Key,
    is_hidden,
    sort_key,
    values_at,
)

MAX_DEPTH: Final = 10
MAX_CONDITIONS: Final = 100
MAX_PATTERN: Final = 1000
MAX_INSTRUCTIONS: Final = 2000

Matches = Callable[[Document], bool]

# What a path leads to, as it is, and with arrays followed by their elements.
_Test = Callable[[list[Any], list[Any]], bool]

_LOGICAL: Final = frozenset({"$and", "$or", "$nor"})
_MAX_DATE: Final = 8.64e15  # milliseconds: the range of a JavaScript date
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "$gt": lambda one, other: one > other,
    "$gte": lambda one, other: one >= other,
    "$lt": lambda one, other: one < other,
    "$lte": lambda one, other: one <= other,
}

# The engine is linear in text and program, but a few counted repetitions make it visit the whole program at each
# character. Short words never do, in alternatives or with anything around them either.
_WORDS: Final = re.compile(r"\^?(\.\*)?[^.*+?{\\[(]*(\.\*)?\$?")
_WORDS_INSTRUCTIONS_MOST: Final = 128
_SEARCH_STEPS: Final = 10
_WORDS_BYTES_A_STEP: Final = 64
_INSTRUCTIONS_A_STEP: Final = 64
_INSTRUCTIONS_MORE: Final = 32
"""What a character costs besides the visits of the program's instructions."""


def parse_query(text: str, hidden: Collection[str]) -> dict[str, Any]:
    """The filter in the text, without its conditions on hidden fields, known to compile.

    Lay the endpoint's own conditions over it, then compile it.

    Raises:
        InvalidQuery: no JSON object, or nothing that `compile_query` takes.
        QueryTooCostly: as `compile_query`.
    """
    try:
        query = orjson.loads(text)
    except ValueError:
        raise InvalidQuery(value=text) from None
    if not isinstance(query, dict):
        raise InvalidQuery(value=text)
    visible = _visible(query, hidden)
    _Compiler(text, Budget()).query(visible, 1)
    return visible


def compile_query(query: Mapping[str, Any], hidden: Collection[str] = (), budget: Budget | None = None) -> Matches:
    """What tells whether a document matches the filter.

    Conditions on hidden fields are dropped at the top and inside $and, $or and $nor; a branch that held nothing else
    goes with them. The filter may also hold `datetime` values.

    Raises:
        InvalidQuery: an unknown operator, an operand of the wrong shape, or more than the bounds allow.
        QueryTooCostly: now or at some document the budget is spent.
    """
    if not isinstance(query, Mapping):
        raise InvalidQuery(value=_text_of(query))
    return _Compiler(_text_of(query), budget or Budget()).query(_visible(query, hidden), 1)


def _text_of(query: Any) -> str:
    try:
        return orjson.dumps(query, default=str).decode()
    except TypeError:
        return str(query)


def _visible(query: Mapping[str, Any], hidden: Collection[str], depth: int = 1) -> dict[str, Any]:
    visible = {}
    for name, operand in query.items():
        if name in _LOGICAL and isinstance(operand, list) and operand and depth < MAX_DEPTH:
            branches = [_visible_branch(branch, hidden, depth + 1) for branch in operand]
            left = [branch for branch, original in zip(branches, operand, strict=True) if branch or not original]
            if left:
                visible[name] = left
        elif not (isinstance(name, str) and is_hidden(name, hidden)):
            visible[name] = operand
    return visible


def _visible_branch(branch: Any, hidden: Collection[str], depth: int) -> Any:
    return _visible(branch, hidden, depth) if isinstance(branch, Mapping) else branch


class _Compiler:
    """Turns one filter into functions, counting what it holds against the bounds and what they do against a budget."""

    def __init__(self, text: str, budget: Budget) -> None:
        self._text = text
        self._budget = budget
        self._conditions = 0

    def query(self, query: Any, depth: int) -> Matches:
        self._check(isinstance(query, Mapping) and depth <= MAX_DEPTH)
        parts = [self._part(name, operand, depth) for name, operand in query.items()]
        if len(parts) == 1:
            return parts[0]
        budget = self._budget

        def matches(document: Document) -> bool:
            budget.spend(2)
            return all(part(document) for part in parts)

        return matches

    def _part(self, name: Any, operand: Any, depth: int) -> Matches:
        self._count()
        self._check(isinstance(name, str))
        if name in _LOGICAL:
            return self._logical(name, operand, depth)
        steps = name.split(".")
        self._check(not name.startswith("$") and len(steps) <= MAX_STEPS)
        test = self._operators(operand, depth) if self._has_operators(operand) else self._equals(operand, depth)
        budget = self._budget

        def matches(document: Document) -> bool:
            values = values_at(document, steps, budget)
            return test(values, _opened(values, budget))

        return matches

    def _logical(self, name: str, operand: Any, depth: int) -> Matches:
        self._check(isinstance(operand, list) and len(operand) > 0)
        branches = [self.query(branch, depth + 1) for branch in operand]
        budget = self._budget
        each = all if name == "$and" else any
        wanted = name != "$nor"

        def matches(document: Document) -> bool:
            budget.spend(1)
            return each(branch(document) for branch in branches) is wanted

        return matches

    def _has_operators(self, operand: Any) -> bool:
        return isinstance(operand, Mapping) and "$date" not in operand and any(_is_operator(name) for name in operand)

    def _operators(self, operators: Mapping[str, Any], depth: int) -> _Test:
        self._check("$options" not in operators or "$regex" in operators)
        tests = []
        for name, operand in operators.items():
            self._count()
            if name == "$regex":
                tests.append(self._pattern(operand, operators.get("$options", "")))
            elif name != "$options":
                tests.append(self._operator(name, operand, depth))
        return tests[0] if len(tests) == 1 else self._all_of(tests)

    def _operator(self, name: str, operand: Any, depth: int) -> _Test:
        if name in _COMPARISONS:
            return self._compares(_COMPARISONS[name], operand, depth)
        match name:
            case "$eq":
                return self._equals(operand, depth)
            case "$ne":
                return self._not(self._equals(operand, depth))
            case "$in":
                return self._in(operand, depth)
            case "$nin":
                return self._not(self._in(operand, depth))
            case "$all":
                return self._all(operand, depth)
            case "$exists":
                return self._exists(operand)
            case "$size":
                return self._size(operand)
            case "$elemMatch":
                return self._element(operand, depth)
            case "$not":
                self._check(depth < MAX_DEPTH and self._has_operators(operand))
                return self._not(self._operators(operand, depth + 1))
        raise InvalidQuery(value=self._text)

    def _not(self, test: _Test) -> _Test:
        budget = self._budget

        def fails(values: list[Any], opened: list[Any]) -> bool:
            budget.spend(1)
            return not test(values, opened)

        return fails

    def _all_of(self, tests: list[_Test]) -> _Test:
        budget = self._budget

        def hold(values: list[Any], opened: list[Any]) -> bool:
            budget.spend(len(tests))
            return all(test(values, opened) for test in tests)

        return hold

    def _equals(self, operand: Any, depth: int) -> _Test:
        budget, key = self._budget, self._key(operand, depth)
        if not isinstance(operand, str) or key[-1] is not operand:
            return lambda _, opened: any(sort_key(value, budget) == key for value in opened)

        def equals(_: list[Any], opened: list[Any]) -> bool:
            # Plain text, by far the most common: no keys needed.
            budget.spend(1 + len(opened))
            return operand in opened

        return equals

    def _compares(self, holds: Callable[[Any, Any], bool], operand: Any, depth: int) -> _Test:
        budget, key = self._budget, self._key(operand, depth)
        kind = key[0]

        def compares(_: list[Any], opened: list[Any]) -> bool:
            others = (sort_key(value, budget) for value in opened)
            return any(other[0] == kind and holds(other, key) for other in others)

        return compares

    def _in(self, operand: Any, depth: int) -> _Test:
        budget, keys = self._budget, self._keys(operand, depth)
        return lambda _, opened: any(_place_in(keys, sort_key(value, budget), budget) is not None for value in opened)

    def _all(self, operand: Any, depth: int) -> _Test:
        self._check(isinstance(operand, list | tuple))
        if operand and all(isinstance(value, Mapping) and value.keys() == {"$elemMatch"} for value in operand):
            return self._all_of([self._element(value["$elemMatch"], depth) for value in operand])
        budget, keys = self._budget, self._keys(operand, depth)

        def holds_all(_: list[Any], opened: list[Any]) -> bool:
            found = {_place_in(keys, sort_key(value, budget), budget) for value in opened} - {None}
            return bool(keys) and len(found) == len(keys)

        return holds_all

    def _key(self, operand: Any, depth: int) -> Key:
        return sort_key(self._value(operand, depth), self._budget)

    def _keys(self, operand: Any, depth: int) -> list[Key]:
        """The different keys of a list of values, in order."""
        self._check(isinstance(operand, list | tuple))
        keys = sorted(self._key(value, depth) for value in operand)
        return [key for key, before in zip(keys, [None, *keys], strict=False) if key != before]

    def _exists(self, operand: Any) -> _Test:
        self._check(isinstance(operand, int | float))  # clients also send 1 and 0
        budget, wanted = self._budget, bool(operand)

        def exists(values: list[Any], _: list[Any]) -> bool:
            budget.spend(1 + len(values))
            return any(value is not MISSING for value in values) is wanted

        return exists

    def _size(self, operand: Any) -> _Test:
        self._check(isinstance(operand, int | float) and not isinstance(operand, bool) and operand >= 0)
        self._check(math.isfinite(operand) and operand == int(operand))
        budget = self._budget

        def has_size(values: list[Any], _: list[Any]) -> bool:
            budget.spend(1 + len(values))
            return any(isinstance(value, list) and len(value) == operand for value in values)

        return has_size

    def _element(self, operand: Any, depth: int) -> _Test:
        self._count()
        self._check(isinstance(operand, Mapping) and depth < MAX_DEPTH)
        budget = self._budget
        if any(_is_operator(name) and name not in _LOGICAL for name in operand):
            test = self._operators(operand, depth + 1)

            def has_element(values: list[Any], _: list[Any]) -> bool:
                elements = _elements(values, budget)
                budget.spend(len(elements))
                return any(test([element], [element]) for element in elements)

            return has_element
        matches = self.query(operand, depth + 1)
        return lambda values, _: any(
            isinstance(element, dict) and matches(element) for element in _elements(values, budget)
        )

    def _pattern(self, pattern: Any, options: Any) -> _Test:
        self._check(isinstance(pattern, str) and len(pattern) <= MAX_PATTERN)
        self._check(isinstance(options, str) and set(options) <= set("imsx"))
        # Loaded on the first pattern: most calls have none, and a cold start should not wait for it.
        import re2

        limits = re2.Options()
        limits.log_errors = False
        limits.never_capture = True
        limits.max_mem = 1 << 20
        flags = "".join(sorted(set(options) - {"x"}))
        source = _without_layout(pattern) if "x" in options else pattern
        try:
            # In bytes, which spares the engine from telling characters of the text.
            compiled = re2.compile((f"(?{flags}){source}" if flags else source).encode(), limits)
        except (re2.error, UnicodeEncodeError):
            raise InvalidQuery(value=self._text) from None
        size = compiled.programsize
        self._check(size <= MAX_INSTRUCTIONS)
        budget = self._budget
        words = size <= _WORDS_INSTRUCTIONS_MOST and _WORDS.fullmatch(source) is not None
        budget.spend(_SEARCH_STEPS + size)

        def finds(_: list[Any], opened: list[Any]) -> bool:
            budget.spend(1 + len(opened))
            for value in opened:
                if isinstance(value, str):
                    text = value.encode()
                    visits = len(text) * (size + _INSTRUCTIONS_MORE)
                    work = len(text) // _WORDS_BYTES_A_STEP if words else visits // _INSTRUCTIONS_A_STEP
                    budget.spend(_SEARCH_STEPS + work)
                    if compiled.search(text) is not None:
                        return True
            return False

        return finds

    def _value(self, value: Any, depth: int) -> Any:
        """The value of an operand: dates read, no operators inside."""
        self._check(depth <= MAX_DEPTH)
        if isinstance(value, Mapping):
            if value.keys() == {"$date"}:
                return self._date(value["$date"])
            self._check(all(isinstance(name, str) and not name.startswith("$") for name in value))
            return {name: self._value(inner, depth + 1) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(inner, depth + 1) for inner in value]
        self._check(value is None or isinstance(value, str | int | float | datetime))
        return value

    def _date(self, value: Any) -> datetime:
        if isinstance(value, str):
            try:
                return clock.parse(value)
            except (ValueError, OverflowError):
                raise InvalidQuery(value=self._text) from None
        self._check(isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MAX_DATE)
        try:
            return _EPOCH + timedelta(milliseconds=int(value))
        except OverflowError:  # a year no document can hold: as good as the last or the first one
            return (datetime.max if value > 0 else datetime.min).replace(tzinfo=UTC)  # noqa: DTZ901

    def _count(self) -> None:
        self._conditions += 1
        self._check(self._conditions <= MAX_CONDITIONS)

    def _check(self, holds: bool) -> None:
        if not holds:
            raise InvalidQuery(value=self._text)


def _is_operator(name: Any) -> bool:
    return isinstance(name, str) and name.startswith("$")


def _place_in(keys: list[Key], key: Key, budget: Budget) -> int | None:
    """Where the key is among others in order. Not a set: its hashes would be the client's choice (`sort_key`)."""
    budget.spend(len(keys).bit_length() // 4)
    place = bisect_left(keys, key)
    return place if place < len(keys) and keys[place] == key else None


def _opened(values: list[Any], budget: Budget) -> list[Any]:
    budget.spend(1 + len(values))
    if not any(isinstance(value, list) for value in values):
        return values
    return [*values, *_elements(values, budget)]


def _elements(values: list[Any], budget: Budget) -> list[Any]:
    budget.spend(1 + sum(len(value) + 1 for value in values if isinstance(value, list)))
    return [element for value in values if isinstance(value, list) for element in value]


def _without_layout(pattern: str) -> str:
    """The pattern without the blanks and comments that option x allows, which the engine does not know."""
    kept: list[str] = []
    in_class = in_comment = False
    characters = iter(pattern)
    for character in characters:
        if in_comment:
            in_comment = character != "\n"
        elif character == "\\":
            kept += character, next(characters, "")
        elif in_class:
            in_class = character != "]" or kept[-1] == "["
            kept.append(character)
        elif character == "#":
            in_comment = True
        elif not character.isspace():
            in_class = character == "["
            kept.append(character)
    return "".join(kept)
