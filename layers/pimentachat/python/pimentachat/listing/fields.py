"""The `fields` and `sort` parameters of list endpoints: what of a document comes back, and in which order documents do.

Documents are JSON as it goes over the wire. A date in them is a `datetime` or text in the wire's form
("2019-04-11T16:26:40.000Z"); both count as the same date. A path is a field name, dotted to look inside objects, and
opens the arrays on its way; a number in it picks one element of an array.

Bounds: 100 fields, 32 sort keys, 20 steps in a path, and work by a budget. The texts are bounded by the requests.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, Final, TypeVar

import orjson

from pimentachat.errors.requests import InvalidFields, InvalidSort
from pimentachat.listing.budgets import Budget

MAX_FIELDS: Final = 100
MAX_SORT_KEYS: Final = 32
MAX_STEPS: Final = 20

MISSING: Final[Any] = object()
"""What a path leads to in a document that does not have it."""

Key = tuple[Any, ...]
Document = Mapping[str, Any]
_D = TypeVar("_D", bound=Mapping[str, Any])
_Tree = dict[str, Any]  # a step to the tree below it, or to None where the path ends

_EMPTY, _NULL, _NUMBER, _TEXT, _OBJECT, _ARRAY, _BOOLEAN, _DATE = range(-1, 7)
_END, _MORE = range(2)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_WIRE_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")

# Clients put any JSON into a message, and no document may exhaust the stack. Deeper than this, values count as equal,
# and paths find nothing in arrays of arrays.
_MAX_NESTING: Final = 50
# Characters that are compared or copied in a step.
_CHARACTERS_A_STEP: Final = 256


# --- fields


def parse_fields(text: str) -> dict[str, int]:
    """The `fields` parameter: a JSON object of paths to 1 (only these) or 0 (all but these).

    True and false will do for 1 and 0.

    Raises:
        InvalidFields: anything else, or more than the bounds allow.
    """
    try:
        fields = orjson.loads(text)
    except ValueError:
        raise InvalidFields(value=text) from None
    if not isinstance(fields, dict) or len(fields) > MAX_FIELDS:
        raise InvalidFields(value=text)
    if not all(_is_path(path) and isinstance(shown, int | float) for path, shown in fields.items()):
        raise InvalidFields(value=text)
    return {path: 1 if shown else 0 for path, shown in fields.items()}


def is_hidden(path: str, hidden: Collection[str]) -> bool:
    """Whether the path names a hidden field or something inside one."""
    return any(path == name or path.startswith(f"{name}.") for name in hidden)


def projection(
    fields: Mapping[str, int], hidden: Collection[str], budget: Budget
) -> Callable[[Document], dict[str, Any]]:
    """What cuts documents down to `fields`, prepared once for many documents: it makes copies with the fields asked
    for, in the document's order.

    Hidden fields never come back, whatever `fields` asks for. With one inclusion left after that, only the included
    fields and `_id` come back and exclusions count for nothing; otherwise everything but the exclusions. Values are
    shared, not copied.
    """
    visible = {path: shown for path, shown in fields.items() if not is_hidden(path, hidden)}
    included = [path for path, shown in visible.items() if shown]
    excluded = [] if included else list(visible)
    # Also with inclusions: a hidden name may lie inside an included field.
    without = _tree([*hidden, *excluded])
    if not included:
        return lambda document: _dropped(document, without, budget)
    only = _tree(["_id", *included])
    return lambda document: _dropped(_kept(document, only, budget), without, budget)


def project(document: Document, fields: Mapping[str, int], hidden: Collection[str]) -> dict[str, Any]:
    """One document as `projection` cuts it down."""
    return projection(fields, hidden, Budget())(document)


def _tree(paths: Iterable[str]) -> _Tree:
    root: _Tree = {}
    for path in paths:
        node, steps = root, path.split(".")
        for step in steps[:-1]:
            below = node.setdefault(step, {})
            if below is None:
                break  # a shorter path already takes all of it
            node = below
        else:
            node[steps[-1]] = None
    return root


def _kept(document: Document, tree: _Tree, budget: Budget) -> dict[str, Any]:
    budget.spend(1 + len(document))
    kept = {}
    for name in document.keys() & tree.keys():
        value, below = document[name], tree[name]
        if below is None:
            kept[name] = value
        elif isinstance(value, dict):
            kept[name] = _kept(value, below, budget)
        elif isinstance(value, list):
            kept[name] = _kept_elements(value, below, budget)
    return {name: kept[name] for name in document if name in kept}


def _kept_elements(values: list[Any], tree: _Tree, budget: Budget, nesting: int = 0) -> list[Any]:
    if nesting >= _MAX_NESTING:
        return []
    budget.spend(2 + len(values))
    return [
        _kept(value, tree, budget) if isinstance(value, dict) else _kept_elements(value, tree, budget, nesting + 1)
        for value in values
        if isinstance(value, dict | list)
    ]


def _dropped(document: Document, tree: _Tree, budget: Budget) -> dict[str, Any]:
    budget.spend(1 + len(document))
    return {
        name: value if name not in tree else _without(value, tree[name], budget)
        for name, value in document.items()
        if tree.get(name, MISSING) is not None
    }


def _without(value: Any, tree: _Tree, budget: Budget, nesting: int = 0) -> Any:
    if isinstance(value, dict):
        return _dropped(value, tree, budget)
    if not isinstance(value, list):
        return value
    if nesting >= _MAX_NESTING:
        return []  # rather less than a hidden field
    budget.spend(2 + len(value))
    return [_without(element, tree, budget, nesting + 1) for element in value]


# --- sort


def parse_sort(text: str, hidden: Collection[str] = ()) -> list[tuple[str, int]]:
    """The `sort` parameter: JSON text of an object of paths to 1 (rising) or -1 (falling), the first counting most.

    Hidden fields are left out silently: an order by them would tell what they hold.

    Raises:
        InvalidSort: anything else, or more than the bounds allow.
    """
    try:
        sort = orjson.loads(text)
    except ValueError:
        raise InvalidSort(value=text) from None
    if not isinstance(sort, dict) or len(sort) > MAX_SORT_KEYS:
        raise InvalidSort(value=text)
    if not all(_is_path(path) and _is_direction(direction) for path, direction in sort.items()):
        raise InvalidSort(value=text)
    return [(path, int(direction)) for path, direction in sort.items() if not is_hidden(path, hidden)]


def sort_documents(documents: Iterable[_D], sort: Sequence[tuple[str, int]], budget: Budget) -> list[_D]:
    """The documents in order; equal ones stay as they were.

    Nothing (missing or null) < numbers < texts < objects < arrays < booleans < dates. A field that holds an array
    counts as its least element when rising and as its greatest when falling; an empty array comes before nothing.
    """
    ordered = list(documents)
    for path, direction in reversed(sort):
        steps, falling = path.split("."), direction < 0
        before = budget.spent
        placed = [(_place(document, steps, falling, budget), document) for document in ordered]
        # Each key is compared with some of the others, all the way in the worst case.
        budget.spend((budget.spent - before) * len(placed).bit_length() // 4)
        placed.sort(key=itemgetter(0), reverse=falling)
        ordered = [document for _, document in placed]
    return ordered


def _place(document: Document, steps: Sequence[str], falling: bool, budget: Budget) -> Key:
    keys: list[Key] = []
    for value in values_at(document, steps, budget):
        if isinstance(value, list):
            keys += [sort_key(element, budget) for element in value] or [(_EMPTY,)]
        else:
            keys.append(sort_key(value, budget))
    if not keys:
        return (_NULL,)
    return max(keys) if falling else min(keys)


def _is_path(path: str) -> bool:
    return not path.startswith("$") and path.count(".") < MAX_STEPS


def _is_direction(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value in (1, -1)


# --- documents, for queries too


def values_at(value: Any, steps: Sequence[str], budget: Budget) -> list[Any]:
    """Everything the path leads to: MISSING for each object that lacks it, nothing for elements that are no objects."""
    found: list[Any] = []
    _walk(value, steps, 0, found, budget)
    return found


def _walk(value: Any, steps: Sequence[str], at: int, found: list[Any], budget: Budget) -> None:
    # The same element may be reached by its number and by its name: the work can double with each step.
    while at < len(steps):
        budget.spend(1)
        if isinstance(value, dict):
            value = value.get(steps[at], MISSING)
        elif isinstance(value, list):
            budget.spend(len(value))
            for element in value:
                if isinstance(element, dict):
                    _walk(element, steps, at, found, budget)
            index = _index(steps[at])
            if not 0 <= index < len(value):
                return
            value = value[index]
        else:
            value = MISSING
        if value is MISSING:
            break
        at += 1
    budget.spend(1)
    found.append(value)


def _index(step: str) -> int:
    return int(step) if len(step) < 10 and step.isascii() and step.isdigit() else -1


def sort_key(value: Any, budget: Budget) -> Key:
    """A key: its first member ranks the type, keys of one rank compare as the values do.

    Equal keys mean equal values; the order of an object's fields does not count. Keys are not for sets: who chooses
    numbers well makes all their hashes the same.
    """
    key: list[Any] = []
    _write_key(value, key, budget, 0)
    return tuple(key)


def _write_key(value: Any, key: list[Any], budget: Budget, nesting: int) -> None:
    # Flat, since comparing tuples inside each other looks at the innermost ones once for each level around them.
    budget.spend(1)
    if isinstance(value, str):
        _write_text(value, key, budget)
    elif value is None or value is MISSING:
        key.append(_NULL)
    elif isinstance(value, bool):
        key += _BOOLEAN, value
    elif isinstance(value, int | float):
        key += _NUMBER, -math.inf if math.isnan(value) else value
    elif isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        key += _DATE, (moment - _EPOCH) // _MILLISECOND
    elif isinstance(value, dict):
        key.append(_OBJECT)
        if nesting < _MAX_NESTING:
            budget.spend(1 + len(value))
            for name in sorted(value):
                key += _MORE, name
                _write_key(value[name], key, budget, nesting + 1)
        key.append(_END)
    elif isinstance(value, list | tuple):
        key.append(_ARRAY)
        if nesting < _MAX_NESTING:
            budget.spend(1)
            for element in value:
                key.append(_MORE)
                _write_key(element, key, budget, nesting + 1)
        key.append(_END)
    else:
        key += _TEXT, str(value)


def _write_text(text: str, key: list[Any], budget: Budget) -> None:
    budget.spend(len(text) // _CHARACTERS_A_STEP)
    milliseconds = _milliseconds(text)
    if milliseconds is None:
        key += _TEXT, text
    else:
        budget.spend(2)
        key += _DATE, milliseconds


def _milliseconds(text: str) -> int | None:
    if len(text) != 24 or not _WIRE_DATE.fullmatch(text):
        return None
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    except ValueError:
        return None  # the form of a date, but no such day
