"""Match errors: what a client is told about a parameter of the wrong shape."""

from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field

from pimentachat.errors.requests import MatchError, NotAllowed
from pimentachat.errors.rooms import InvalidRoom
from pimentachat.requests.params import Flag, Moment, NotBlank, Otherwise, Params, QueryInteger, Refers


class Inner(Params):
    text: str
    colour: Literal["red", "green"] | None = None


class Request(Params):
    text: str
    number: int | None = None
    switch: bool | None = None
    names: list[str] = []
    fields: dict[str, Any] = {}
    inner: Inner | None = None
    many: list[Inner] = []
    interval: int | str = 0
    string_or_list: str | list[str] = ""
    short: str = Field(max_length=3, default="")
    room: Annotated[str, NotBlank, Otherwise(InvalidRoom)] = "GENERAL"


class StrictRequest(Request):
    strict: ClassVar[bool] = True


def problem_of(raw: dict[str, Any], kind: type[Params] = Request) -> str:
    with pytest.raises(MatchError) as refusal:
        kind.of(raw)
    return str(refusal.value)


UNION = "Failed Match.OneOf, Match.Maybe or Match.Optional validation in field"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ({}, "Missing key 'text'"),
        ({"text": None}, "Missing key 'text'"),
        ({"text": 7}, "Expected string, got number in field text"),
        ({"text": 7.5}, "Expected string, got number in field text"),
        ({"text": True}, "Expected string, got boolean in field text"),
        ({"text": []}, "Expected string, got array in field text"),
        ({"text": {}}, "Expected string, got object in field text"),
        ({"text": "x", "number": "7"}, "Expected number, got string in field number"),
        ({"text": "x", "number": True}, "Expected number, got boolean in field number"),
        ({"text": "x", "switch": "true"}, "Expected boolean, got string in field switch"),
        ({"text": "x", "switch": 1}, "Expected boolean, got number in field switch"),
        ({"text": "x", "names": "a"}, "Expected array, got string in field names"),
        ({"text": "x", "names": ["a", 7]}, "Expected string, got number in field names.1"),
        ({"text": "x", "names": [None]}, "Expected string, got null in field names.0"),
        ({"text": "x", "fields": []}, "Expected object, got array in field fields"),
        ({"text": "x", "inner": "a"}, "Expected object, got string in field inner"),
        ({"text": "x", "inner": {}}, "Missing key 'text' in field inner"),
        ({"text": "x", "inner": {"text": 7}}, "Expected string, got number in field inner.text"),
        ({"text": "x", "inner": {"text": None}}, "Expected string, got null in field inner.text"),
        ({"text": "x", "inner": {"text": "x", "colour": "blue"}}, f"{UNION} inner.colour"),
        ({"text": "x", "many": [{"text": "x"}, {}]}, "Missing key 'text' in field many.1"),
        ({"text": "x", "interval": []}, "Expected number, got array in field interval"),
        ({"text": "x", "stringOrList": 7}, "Expected string, got number in field stringOrList"),
        ({"text": "x", "short": "long"}, f"{UNION} short"),
    ],
    ids=str,
)
def test_every_kind(raw, problem):
    assert problem_of(raw) == f"Match error: {problem}"


def test_the_first_field_that_does_not_fit_is_named():
    assert problem_of({"switch": 7, "number": "x"}) == "Match error: Missing key 'text'"


def test_a_field_may_have_a_refusal_of_its_own():
    for room in (" ", "", 7, []):
        with pytest.raises(InvalidRoom):
            Request.of({"text": "x", "room": room})


def test_unknown_keys():
    assert Request.of({"text": "x", "colour": "red"}) == Request.of({"text": "x"})
    assert problem_of({"text": "x", "colour": "red"}, StrictRequest) == "Match error: Unknown key in field colour"
    # In Python's spelling a field is unknown too, and what is null is absent.
    assert problem_of({"text": "x", "string_or_list": "a"}, StrictRequest) == (
        "Match error: Unknown key in field string_or_list"
    )
    assert StrictRequest.of({"text": "x", "colour": None}) == StrictRequest.of({"text": "x"})


def test_texts_of_clients_are_no_templates():
    assert problem_of({"text": "x", "{0.__class__}": 1}, StrictRequest) == (
        "Match error: Unknown key in field {0.__class__}"
    )
    assert str(MatchError(problem="{names}")) == "Match error: {names}"
    assert NotAllowed().body() == {
        "success": False,
        "error": "Not allowed [error-not-allowed]",
        "errorType": "error-not-allowed",
    }


class Query(Params):
    count: QueryInteger = None
    flag: Flag = False
    since: Annotated[Moment | None, Otherwise(InvalidRoom)] = None


def test_values_of_query_strings():
    assert Query.of({"count": "12", "flag": "True", "since": "2019-04-11T16:26:40Z"}) == Query(
        count=12, flag=True, since="2019-04-11T16:26:40.000Z"
    )
    assert Query.of({"count": "x", "flag": "no"}) == Query(count=None, flag=False)
    assert Query.of({"count": ["1", "2"], "flag": "1"}) == Query(count=None, flag=True)
    with pytest.raises(InvalidRoom):
        Query.of({"since": "yesterday"})


class Named(Params):
    room_id: Annotated[str, Refers("room")] = ""
    usernames: Annotated[list[str], Refers("username")] = []


class Nested(Params):
    message: Named


def test_records_are_named_ahead_as_far_as_they_are_texts():
    assert list(Named.references({"roomId": "GENERAL", "usernames": ["a", 7, "", "b"]})) == [
        ("room", "GENERAL"),
        ("username", "a"),
        ("username", "b"),
    ]
    assert list(Named.references({"roomId": 7, "usernames": None})) == []
    assert list(Nested.references({"message": {"roomId": "GENERAL"}})) == [("room", "GENERAL")]
    assert len(list(Named.references({"usernames": ["a"] * 1000}))) == 10
