"""The `fields` and `sort` parameters of list endpoints: what of a document comes back, and in which order documents do.

Documents are JSON as it goes over the wire. A date in them is a `datetime` or text in the wire's form
("2019-04-11T16:26:40.000Z"); both count as the same date. A path is a field name, dotted to look inside objects, and
opens the arrays on its way; a number in it picks one element of an array.

Bounds: 100 fields, 32 sort keys, 20 steps in a path.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import orjson

from pimentachat.errors.requests import InvalidFields, InvalidSort

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
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_WIRE_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")

# Clients put any JSON into a message, and no document may exhaust the stack. Deeper than this, values count as equal,
# and paths find nothing in arrays of arrays.
_MAX_NESTING: Final = 50


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


def projection(fields: Mapping[str, int], hidden: Collection[str]) -> Callable[[Document], dict[str, Any]]:
    """What cuts documents down to `fields` (see `project`), prepared once for many documents."""
    visible = {path: shown for path, shown in fields.items() if not is_hidden(path, hidden)}
    included = [path for path, shown in visible.items() if shown]
    excluded = [] if included else list(visible)
    # Also with inclusions: a hidden name may lie inside an included field.
    without = _tree([*hidden, *excluded])
    if not included:
        return lambda document: _dropped(document, without)
    only = _tree(["_id", *included])
    return lambda document: _dropped(_kept(document, only), without)


def project(document: Document, fields: Mapping[str, int], hidden: Collection[str]) -> dict[str, Any]:
    """A copy of the document with the fields asked for, in the document's order.

    Hidden fields never come back, whatever `fields` asks for. With one inclusion left after that, only the included
    fields and `_id` come back and exclusions count for nothing; otherwise everything but the exclusions. Values are
    shared, not copied.
    """
    return projection(fields, hidden)(document)


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


def _kept(document: Document, tree: _Tree) -> dict[str, Any]:
    kept = {}
    for name in document.keys() & tree.keys():
        value, below = document[name], tree[name]
        if below is None:
            kept[name] = value
        elif isinstance(value, Mapping):
            kept[name] = _kept(value, below)
        elif isinstance(value, list):
            kept[name] = _kept_elements(value, below)
    return {name: kept[name] for name in document if name in kept}


def _kept_elements(values: list[Any], tree: _Tree, nesting: int = 0) -> list[Any]:
    if nesting >= _MAX_NESTING:
        return []
    return [
        _kept(value, tree) if isinstance(value, Mapping) else _kept_elements(value, tree, nesting + 1)
        for value in values
        if isinstance(value, Mapping | list)
    ]


def _dropped(document: Document, tree: _Tree) -> dict[str, Any]:
    return {
        name: value if name not in tree else _without(value, tree[name])
        for name, value in document.items()
        if tree.get(name, MISSING) is not None
    }


def _without(value: Any, tree: _Tree, nesting: int = 0) -> Any:
    if isinstance(value, Mapping):
        return _dropped(value, tree)
    if not isinstance(value, list):
        return value
    if nesting >= _MAX_NESTING:
        return []  # rather less than a hidden field
    return [_without(element, tree, nesting + 1) for element in value]


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


def sort_documents(documents: Iterable[_D], sort: Sequence[tuple[str, int]]) -> list[_D]:
    """The documents in order; equal ones stay as they were.

    Nothing (missing or null) < numbers < texts < objects < arrays < booleans < dates. A field that holds an array
    counts as its least element when rising and as its greatest when falling; an empty array comes before nothing.
    """
    ordered = list(documents)
    for path, direction in reversed(sort):
        steps, falling = path.split("."), direction < 0
        ordered.sort(key=lambda document: _place(document, steps, falling), reverse=falling)
    return ordered


def _place(document: Document, steps: Sequence[str], falling: bool) -> Key:
    keys: list[Key] = []
    for value in values_at(document, steps):
        if isinstance(value, list):
            keys += [sort_key(element) for element in value] or [(_EMPTY,)]
        else:
            keys.append(sort_key(value))
    if not keys:
        return (_NULL,)
    return max(keys) if falling else min(keys)


def _is_path(path: str) -> bool:
    return not path.startswith("$") and path.count(".") < MAX_STEPS


def _is_direction(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value in (1, -1)


# --- documents, for queries too


def values_at(value: Any, steps: Sequence[str]) -> list[Any]:
    """Everything the path leads to: MISSING for each object that lacks it, nothing for elements that are no objects."""
    if not steps:
        return [value]
    if isinstance(value, Mapping):
        return values_at(value[steps[0]], steps[1:]) if steps[0] in value else [MISSING]
    if not isinstance(value, list):
        return [MISSING]
    found = [one for element in value if isinstance(element, Mapping) for one in values_at(element, steps)]
    step = steps[0]
    if len(step) < 10 and step.isascii() and step.isdigit() and int(step) < len(value):
        found += values_at(value[int(step)], steps[1:])
    return found


def sort_key(value: Any, nesting: int = 0) -> Key:
    """A hashable key: its first member ranks the type, keys of one rank compare as the values do.

    Equal keys mean equal values; the order of an object's fields does not count.
    """
    if isinstance(value, str):
        milliseconds = _milliseconds(value)
        return (_TEXT, value) if milliseconds is None else (_DATE, milliseconds)
    if value is None or value is MISSING:
        return (_NULL,)
    if isinstance(value, bool):
        return (_BOOLEAN, value)
    if isinstance(value, int | float):
        return (_NUMBER, -math.inf if math.isnan(value) else value)
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return (_DATE, (moment - _EPOCH) // _MILLISECOND)
    if isinstance(value, Mapping):
        if nesting >= _MAX_NESTING:
            return (_OBJECT, ())
        return (_OBJECT, tuple(sorted((str(name), sort_key(inner, nesting + 1)) for name, inner in value.items())))
    if isinstance(value, list | tuple):
        if nesting >= _MAX_NESTING:
            return (_ARRAY, ())
        return (_ARRAY, tuple(sort_key(inner, nesting + 1) for inner in value))
    return (_TEXT, str(value))


def _milliseconds(text: str) -> int | None:
    if len(text) != 24 or not _WIRE_DATE.fullmatch(text):
        return None
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    except ValueError:
        return None  # the form of a date, but no such day
