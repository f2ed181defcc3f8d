"""What every request is made of: parameters with their limits on the field, and their refusals beside them.

A request class names its fields in Python's way and reads the API's camelCase. Unknown keys are ignored unless the
class is `strict`. Absent and null are the same (contract: authentication.yaml common.validation_errors).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from pimentachat import clock
from pimentachat.errors.base import ChatError
from pimentachat.errors.matching import match_problem
from pimentachat.errors.requests import MatchError
from pimentachat.listing.pages import ListQuery
from pimentachat.requests.bounds import FILTER, REFERENCE, TOO_LARGE
from pimentachat.services.accounts.users import UserReference
from pimentachat.services.rooms.access import RoomReference


class Otherwise:
    """The refusal of a field, where the contract has one of its own instead of a Match error: a class, and the names
    its text is filled with. `missing`: the refusal where there is nothing, if that is another one."""

    def __init__(self, refusal: type[ChatError], *, missing: type[ChatError] | None = None, **names: str) -> None:
        self._refusal = refusal
        self._missing = missing
        self._names = names

    def refuse(self, *, missing: bool = False) -> ChatError:
        return self._missing() if missing and self._missing else self._refusal(**self._names)


@dataclass(frozen=True)
class Refers:
    """What a field names, so that the prelude fetches it together with the caller."""

    to: Literal[
        "room",
        "room name",
        "search",
        "target",
        "message",
        "user",
        "username",
        "login",
        "token",
        "link",
        "person",
        "pictured",
        "mentions",
        "invite",
    ]


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


_MOMENT_MOST = 100


def _moment(value: object) -> object:
    if len(str(value)) > _MOMENT_MOST:
        raise ValueError("no date")
    try:
        return clock.text_of(clock.parse(str(value)))
    except (ValueError, OverflowError) as reason:
        raise ValueError("no date") from reason


_DATE: Final = WithJsonSchema({"type": "string", "format": "date-time"})

Moment = Annotated[str, BeforeValidator(_moment), _DATE]
"""An ISO 8601 date, normalised to the form in which instants are stored."""


def _since(value: object) -> object:
    return _moment(value) if str(value).strip() else None


Since = Annotated[str | None, BeforeValidator(_since), _DATE]
"""A moment since which changes are asked for; blank is as absent."""


class Params(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, strict=True, frozen=True, defer_build=True
    )

    strict: ClassVar[bool] = False
    """Whether unknown keys are refused."""
    names_fields: ClassVar[bool] = True
    """Whether a Match error says in which field."""

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
    if problem["type"] == TOO_LARGE:
        return MatchError(problem=f"{problem['msg'].capitalize()} in field {'.'.join(map(str, path))}")
    for name, field in cls.model_fields.items():
        if path and path[0] in (name, field.alias):
            for mark in field.metadata:
                if isinstance(mark, Otherwise):
                    return mark.refuse(missing=problem["type"] == "missing")
    return MatchError(problem=match_problem(problem, path if cls.names_fields else ()))


class NoParams(Params):
    pass


class UserParams(Params):
    """How endpoints name a user: the first of the three that is not blank (contract: authentication.yaml
    common.user_param)."""

    user_id: Annotated[str, REFERENCE, Refers("user")] = ""
    username: Annotated[str, REFERENCE, Refers("username")] = ""
    user: Annotated[str, REFERENCE, Refers("username")] = ""

    @property
    def whom(self) -> UserReference:
        return UserReference(self.user_id, self.username if self.username.strip() else self.user)


class RoomParams(Params):
    """How endpoints of channels, groups and rooms name a room: the id alone when both are given."""

    room_id: Annotated[str, REFERENCE, Refers("room")] = ""
    room_name: Annotated[str, REFERENCE, Refers("room name")] = ""

    @property
    def where(self) -> RoomReference:
        return RoomReference(self.room_id, self.room_name)


class ProjectedParams(Params):
    """What cuts records down to some of their fields."""

    fields: Annotated[str, FILTER] = ""
    """JSON: an object of fields to 1 (only these and `_id`) or 0 (all but these)."""


class PageParams(ProjectedParams):
    """How lists are paged, filtered and cut down (contract: common.yaml pagination, query_and_fields)."""

    offset: QueryInteger = None
    """How many rows to leave out at the beginning."""
    count: QueryInteger = None
    """At most so many rows; 0 is all of them, where the workspace allows it."""
    sort: Annotated[str, FILTER] = ""
    """JSON: an object of fields to 1 (rising) or -1 (falling)."""
    query: Annotated[str, FILTER] = ""
    """JSON: a filter of fields to values or operators, as in MongoDB."""

    @property
    def asked(self) -> ListQuery:
        return ListQuery(self.offset, self.count, self.sort, self.query, self.fields)
