"""Lambda's event filter patterns, as event source mappings use them: what matches none never reaches the function.

A pattern is nested like the record; a leaf is a list of alternatives: plain values, `{"prefix": ..}`, `{"suffix": ..}`,
`{"equals-ignore-case": ..}`, `{"exists": bool}`, `{"anything-but": ..}` or `{"numeric": [">", 0, "<=", 5]}`.
"""

import operator
from collections.abc import Mapping, Sequence
from typing import Any

_MISSING = object()
_COMPARE = {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def matches_any(patterns: Sequence[Mapping[str, Any]], record: Mapping[str, Any]) -> bool:
    """Whether the record passes; without patterns every record does.

    Raises:
        ValueError: a pattern uses an operator that is not known here.
    """
    return not patterns or any(_matches(pattern, record) for pattern in patterns)


def _matches(pattern: Mapping[str, Any], value: Any) -> bool:
    for key, expected in pattern.items():
        if key == "$or":
            if not any(_matches(alternative, value) for alternative in expected):
                return False
            continue
        found = value.get(key, _MISSING) if isinstance(value, Mapping) else _MISSING
        if isinstance(expected, Mapping):
            if not _matches(expected, {} if found is _MISSING else found):
                return False
        elif not any(_allows(rule, found) for rule in expected):
            return False
    return True


def _allows(rule: Any, found: Any) -> bool:
    if not isinstance(rule, Mapping):
        values = found if isinstance(found, list) else [found]
        return any(value is not _MISSING and type(value) is type(rule) and value == rule for value in values)
    (name, argument), *_ = rule.items()
    if name == "exists":
        return (found is not _MISSING) is argument
    if found is _MISSING:
        return False
    if name == "anything-but":
        return not any(_allows(one, found) for one in (argument if isinstance(argument, list) else [argument]))
    if name == "prefix":
        return isinstance(found, str) and found.startswith(argument)
    if name == "suffix":
        return isinstance(found, str) and found.endswith(argument)
    if name == "equals-ignore-case":
        return isinstance(found, str) and found.casefold() == argument.casefold()
    if name == "numeric":
        # A number in a DynamoDB image is text, and Lambda compares it as a number all the same.
        try:
            number = float(found)
        except (TypeError, ValueError):
            return False
        return all(_COMPARE[sign](number, limit) for sign, limit in zip(argument[::2], argument[1::2], strict=True))
    raise ValueError(f"unknown filter operator {name!r}")
