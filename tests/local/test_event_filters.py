"""Lambda's filter patterns, as template.yaml may use them."""

import pytest

from local.event_filters import matches_any

RECORD = {
    "eventName": "INSERT",
    "dynamodb": {"NewImage": {"kind": {"S": "message"}, "count": {"N": "12"}, "tags": {"SS": ["a", "b"]}}},
}


def image(**attributes):
    return {"dynamodb": {"NewImage": attributes}}


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["MODIFY", "INSERT"]},
        image(kind={"S": ["message"]}),
        image(kind={"S": [{"prefix": "mess"}]}),
        image(kind={"S": [{"suffix": "sage"}]}),
        image(kind={"S": [{"equals-ignore-case": "Message"}]}),
        image(kind={"S": [{"anything-but": ["entry", {"prefix": "x"}]}]}),
        image(kind={"S": [{"exists": True}]}),
        image(missing={"S": [{"exists": False}]}),
        image(count={"N": [{"numeric": [">", 3, "<=", 12]}]}),
        image(tags={"SS": ["b"]}),
        {"$or": [{"eventName": ["REMOVE"]}, image(kind={"S": ["message"]})]},
    ],
)
def test_record_passes(pattern):
    assert matches_any([{"eventName": ["REMOVE"]}, pattern], RECORD)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["REMOVE"]},
        {"eventName": ["INSERT"], **image(kind={"S": ["entry"]})},
        image(kind={"S": [{"prefix": "entry"}]}),
        image(kind={"S": [{"anything-but": "message"}]}),
        image(missing={"S": [{"anything-but": "message"}]}),
        image(missing={"S": ["message"]}),
        image(count={"N": [{"numeric": ["<", 12]}]}),
        image(count={"N": [12]}),
        image(kind={"S": [{"numeric": ["=", 1]}]}),
    ],
)
def test_record_is_passed_over(pattern):
    assert not matches_any([pattern], RECORD)


def test_no_patterns_let_everything_pass():
    assert matches_any([], RECORD)


def test_an_operator_we_do_not_know_is_an_error_not_a_silent_pass():
    with pytest.raises(ValueError, match="cidr"):
        matches_any([image(kind={"S": [{"cidr": "10.0.0.0/8"}]})], RECORD)
