"""What every request is made of: parameters with their limits on the field, and their refusals beside them.

A request class names its fields in Python's way and reads the API's camelCase. Unknown keys are ignored unless the
class is `strict`. Absent and null are the same (contract: authentication.yaml common.validation_errors).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from pimentachat import clock
from pimentachat.errors import ChatError, MatchError


@dataclass(frozen=True)
class Otherwise:
    """The refusal of a field, where the contract has one of its own instead of a Match error."""

    refusal: ChatError


@dataclass(frozen=True)
class Refers:
    """What a field names, so that the prelude fetches it together with the caller."""

    to: Literal["room", "room name", "target", "message", "user", "username", "login", "token", "person", "mentions"]


def _not_blank(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise ValueError("blank")
    return value


NotBlank = BeforeValidator(_not_blank)


_LEADING_DIGITS = re.compile(r"\s*([+-]?\d{1,18})", re.ASCII)


def _integer(value: object) -> object:
    # As JavaScript's parseInt does: leading digits count, text without any does not.
    found = _LEADING_DIGITS.match(str(value))
    return int(found[1]) if found else None


QueryInteger = Annotated[int | None, BeforeValidator(_integer)]
"""A number in a query string; text that is none counts as absent."""


def _flag(value: object) -> object:
    return value if isinstance(value, bool) else str(value).strip().lower() in {"true", "1"}


Flag = Annotated[bool, BeforeValidator(_flag)]
"""A boolean in a query string: "true" and "1" are true."""


def _moment(value: object) -> object:
    try:
        return clock.text_of(clock.parse(str(value)))
    except (ValueError, OverflowError) as reason:
        raise ValueError("no date") from reason


Moment = Annotated[str, BeforeValidator(_moment)]
"""An ISO 8601 date, normalised to the form in which instants are stored."""


def _since(value: object) -> object:
    return _moment(value) if str(value).strip() else None


Since = Annotated[str | None, BeforeValidator(_since)]
"""A moment since which changes are asked for; blank is as absent."""


class Params(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, strict=True, frozen=True)

    strict: ClassVar[bool] = False
    """Whether unknown keys are refused."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Params":
        """The request in `raw`.

        Raises:
            ChatError: the first field that does not fit: its own refusal, else the Match error of the contract.
        """
        given = {name: value for name, value in raw.items() if value is not None}
        if cls.strict:
            _refuse_unknown(cls, given)
        try:
            return cls.model_validate(given)
        except ValidationError as problem:
            raise refusal_of(cls, problem.errors(include_url=False)[0], raw) from None

    @classmethod
    def references(cls, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Pairs of (what is named, its text) for every field that `Refers` to a record."""
        for name, field in cls.model_fields.items():
            value = raw.get(field.alias or name)
            kind = field.annotation
            if isinstance(value, Mapping) and isinstance(kind, type) and issubclass(kind, Params):
                yield from kind.references(value)
            for mark in field.metadata:
                if isinstance(mark, Refers):
                    texts = value if isinstance(value, list) else [value]
                    yield from ((mark.to, text) for text in texts[:_MOST_REFERENCES] if isinstance(text, str) and text)


_MOST_REFERENCES = 10


def _refuse_unknown(cls: type[Params], given: Mapping[str, Any]) -> None:
    known = {field.alias or name for name, field in cls.model_fields.items()}
    for name in given:
        if name not in known:
            raise MatchError(problem=f"Unknown key in field {name}")


# How pydantic names the branches of a union, between the names of fields.
_KIND = re.compile(r"str|int|float|bool|(?:list|dict|nullable|constrained-\w+|function-\w+)(?:\[.*)?", re.DOTALL)


def refusal_of(cls: type[Params], problem: ErrorDetails, raw: Mapping[str, Any]) -> ChatError:
    path = [part for part in problem["loc"] if isinstance(part, int) or not _KIND.fullmatch(part)]
    for name, field in cls.model_fields.items():
        if path and path[0] in (name, field.alias):
            for mark in field.metadata:
                if isinstance(mark, Otherwise):
                    return mark.refusal.anew()
    return MatchError(problem=match_problem(problem, path))


_TYPES = {
    "string_type": "string",
    "int_type": "number",
    "float_type": "number",
    "bool_type": "boolean",
    "list_type": "array",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
}


def match_problem(problem: ErrorDetails, path: list[int | str]) -> str:
    """The text after "Match error:" for what pydantic found (contract: authentication.yaml
    common.validation_errors)."""
    where = ".".join(str(part) for part in path)
    if problem["type"] == "missing":
        parent = f" in field {where.rpartition('.')[0]}" if len(path) > 1 else ""
        return f"Missing key '{path[-1]}'{parent}"
    if problem["type"] == "extra_forbidden":
        return f"Unknown key in field {where}"
    if problem["type"] in _TYPES:
        return f"Expected {_TYPES[problem['type']]}, got {javascript_type(problem['input'])} in field {where}"
    return f"Failed Match.OneOf, Match.Maybe or Match.Optional validation in field {where}"


def javascript_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if value is None:
        return "null"
    return "array" if isinstance(value, list) else "object"


class NoParams(Params):
    pass


class UserParams(Params):
    """How endpoints name a user: the first of the three that is not blank (contract: authentication.yaml
    common.user_param)."""

    user_id: Annotated[str, Refers("user")] = ""
    username: Annotated[str, Refers("username")] = ""
    user: Annotated[str, Refers("username")] = ""


class RoomParams(Params):
    """How endpoints of channels, groups and rooms name a room: the id alone when both are given."""

    room_id: Annotated[str, Refers("room")] = ""
    room_name: Annotated[str, Refers("room name")] = ""


class PageParams(Params):
    """How lists are paged, filtered and cut down (contract: common.yaml pagination, query_and_fields)."""

    offset: QueryInteger = None
    count: QueryInteger = None
    sort: str = ""
    query: str = ""
    fields: str = ""
