"""The texts of Match errors: what was expected of a parameter and what came (contract: authentication.yaml
common.validation_errors)."""

from collections.abc import Sequence
from typing import Final

from pydantic_core import ErrorDetails

_TYPES: Final = {
    "string_type": "string",
    "int_type": "number",
    "float_type": "number",
    "bool_type": "boolean",
    "list_type": "array",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
}


def match_problem(problem: ErrorDetails, path: Sequence[int | str]) -> str:
    """The text after "Match error:" for what pydantic found at a path; without one, it does not say where."""
    where = ".".join(str(part) for part in path)
    in_field = f" in field {where}" if path else ""
    if problem["type"] == "missing":
        parent = f" in field {where.rpartition('.')[0]}" if len(path) > 1 else ""
        return f"Missing key '{path[-1]}'{parent}"
    if problem["type"] == "extra_forbidden":
        return f"Unknown key in field {where}"
    if problem["type"] in _TYPES:
        return f"Expected {_TYPES[problem['type']]}, got {javascript_type(problem['input'])}{in_field}"
    return f"Failed Match.OneOf, Match.Maybe or Match.Optional validation{in_field}"


def javascript_type(value: object) -> str:
    """What JavaScript calls the type of a JSON value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if value is None:
        return "null"
    return "array" if isinstance(value, list) else "object"
