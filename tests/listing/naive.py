"""`query` and `sort` as they are meant: without budgets, bounds, shortcuts and compiling. What answers should be."""

import re
from datetime import datetime
from functools import cmp_to_key
from typing import Any

MISSING = object()
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_OPERATORS_OF_LISTS = {"$in", "$nin", "$all"}


def leads_to(value: Any, path: list[str]) -> list[Any]:
    """Everything a path leads to."""
    if not path:
        return [value]
    step, *rest = path
    if isinstance(value, dict):
        return leads_to(value[step], rest) if step in value else [MISSING]
    if not isinstance(value, list):
        return [MISSING]
    inside = [found for element in value if isinstance(element, dict) for found in leads_to(element, path)]
    picked = leads_to(value[int(step)], rest) if step.isdigit() and int(step) < len(value) else []
    return inside + picked


def opened(values: list[Any]) -> list[Any]:
    return values + [element for value in values if isinstance(value, list) for element in value]


# --- values


def plain(value: Any) -> Any:
    if isinstance(value, str) and _DATE.fullmatch(value):
        return datetime.fromisoformat(value)
    if isinstance(value, dict) and value.keys() == {"$date"}:
        return datetime.fromisoformat(value["$date"])
    return value


def rank(value: Any) -> int:
    if value is None or value is MISSING:
        return 0
    kinds = [(bool, 5), (int, 1), (float, 1), (str, 2), (dict, 3), (list, 4), (datetime, 6)]
    return next(place for kind, place in kinds if isinstance(value, kind))


def order(one: Any, other: Any) -> int:
    """Negative: `one` comes first; 0: they are equal."""
    one, other = plain(one), plain(other)
    if rank(one) != rank(other):
        return rank(one) - rank(other)
    if isinstance(one, dict):
        return order_of_lists(fields_of(one), fields_of(other))
    if isinstance(one, list):
        return order_of_lists(one, other)
    if rank(one) == 0 or one == other:
        return 0
    return -1 if one < other else 1


def fields_of(document: dict[str, Any]) -> list[Any]:
    return [part for name in sorted(document) for part in (name, document[name])]


def order_of_lists(some: list[Any], others: list[Any]) -> int:
    for one, other in zip(some, others, strict=False):
        if order(one, other):
            return order(one, other)
    return len(some) - len(others)


def equal(one: Any, other: Any) -> bool:
    return order(one, other) == 0


# --- query


def matches(query: dict[str, Any], document: dict[str, Any]) -> bool:
    return all(holds(name, operand, document) for name, operand in query.items())


def holds(name: str, operand: Any, document: dict[str, Any]) -> bool:
    if name == "$and":
        return all(matches(branch, document) for branch in operand)
    if name == "$or":
        return any(matches(branch, document) for branch in operand)
    if name == "$nor":
        return not any(matches(branch, document) for branch in operand)
    values = leads_to(document, name.split("."))
    return passes(operand if is_test(operand) else {"$eq": operand}, values, opened(values))


def is_test(operand: Any) -> bool:
    return isinstance(operand, dict) and "$date" not in operand and any(name.startswith("$") for name in operand)


def passes(operators: dict[str, Any], values: list[Any], some: list[Any]) -> bool:
    return all(passes_one(name, operand, values, some) for name, operand in operators.items())


def passes_one(name: str, operand: Any, values: list[Any], some: list[Any]) -> bool:
    alike = [value for value in some if name in _OPERATORS_OF_LISTS or rank(plain(value)) == rank(plain(operand))]
    match name:
        case "$eq":
            return any(equal(value, operand) for value in some)
        case "$ne":
            return not any(equal(value, operand) for value in some)
        case "$gt":
            return any(order(value, operand) > 0 for value in alike)
        case "$gte":
            return any(order(value, operand) >= 0 for value in alike)
        case "$lt":
            return any(order(value, operand) < 0 for value in alike)
        case "$lte":
            return any(order(value, operand) <= 0 for value in alike)
        case "$in":
            return any(equal(value, wanted) for value in some for wanted in operand)
        case "$nin":
            return not any(equal(value, wanted) for value in some for wanted in operand)
        case "$all":
            return bool(operand) and all(any(equal(value, wanted) for value in some) for wanted in operand)
        case "$exists":
            return any(value is not MISSING for value in values) is bool(operand)
        case "$size":
            return any(isinstance(value, list) and len(value) == operand for value in values)
        case "$regex":
            return any(isinstance(value, str) and re.search(operand, value) is not None for value in some)
        case "$not":
            return not passes(operand, values, some)
        case "$elemMatch":
            return any(fits(operand, element) for value in values if isinstance(value, list) for element in value)
    raise AssertionError(name)


def fits(operand: dict[str, Any], element: Any) -> bool:
    if any(name.startswith("$") and name not in {"$and", "$or", "$nor"} for name in operand):
        return passes(operand, [element], [element])
    return isinstance(element, dict) and matches(operand, element)


# --- sort


def in_order(documents: list[dict[str, Any]], sort: list[tuple[str, int]]) -> list[dict[str, Any]]:
    for path, direction in reversed(sort):
        documents = sorted(documents, key=cmp_to_key(lambda one, other, by=(path, direction): compare(one, other, *by)))
    return documents


def compare(one: dict[str, Any], other: dict[str, Any], path: str, direction: int) -> int:
    return direction * order_of_empty(counting(one, path, direction), counting(other, path, direction))


def order_of_empty(one: Any, other: Any) -> int:
    """An empty array comes before everything."""
    if one is EMPTY or other is EMPTY:
        return int(one is not EMPTY) - int(other is not EMPTY)
    return order(one, other)


EMPTY = object()


def counting(document: dict[str, Any], path: str, direction: int) -> Any:
    """The value by which a document is sorted: the least or greatest where there are several."""
    some: list[Any] = []
    for value in leads_to(document, path.split(".")):
        some += (value or [EMPTY]) if isinstance(value, list) else [value]
    ordered = sorted(some, key=cmp_to_key(order_of_empty))
    if not ordered:
        return None
    return ordered[-1] if direction < 0 else ordered[0]
