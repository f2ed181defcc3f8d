"""What the launcher adds to MiniStack changes its speed and never its answers."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from local.aws import client
from local.ministack import HOST, MiniStack, MiniStackFailed
from local.ministack_launcher import PLAIN
from local.places import places

KEYS = ("pk", "sk", "list_pk", "list_sk")
WORDS = ["", "a", "ab", "abc", "b", "ba", "c", "é", "ab\U0001f600"]
ROOMS = ["garden", "kitchen"]


@pytest.fixture(scope="module")
def plain(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A MiniStack that answers in its own ways alone."""
    scratch = tmp_path_factory.mktemp("plain")
    ministack = MiniStack(places().ministack_venv, None, scratch=scratch, environment={PLAIN: "1"})
    try:
        ministack.wait_until_ready()
        yield ministack.endpoint_url
    finally:
        ministack.stop()


def make_table(endpoint_url: str) -> Callable[..., Any]:
    """A new table with an index; answers a function that calls it: `("query", Limit=1)` -> answer or refusal."""
    dynamodb, name = client("dynamodb", endpoint_url), f"t{uuid4().hex}"
    hash_and_range = [("HASH", "RANGE")[place % 2] for place in range(4)]
    schema = [{"AttributeName": key, "KeyType": kind} for key, kind in zip(KEYS, hash_and_range, strict=True)]
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in KEYS],
        KeySchema=schema[:2],
        GlobalSecondaryIndexes=[
            {"IndexName": "listing", "KeySchema": schema[2:], "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
    )

    def call(operation: str, **parameters: Any) -> Any:
        try:
            answer = getattr(dynamodb, operation)(TableName=name, **parameters)
        except ClientError as refusal:
            return refusal.response["Error"]
        return {key: value for key, value in answer.items() if key != "ResponseMetadata"}

    return call


words = st.sampled_from(WORDS[1:])
keys = st.fixed_dictionaries({"pk": st.sampled_from(ROOMS), "sk": words})
items = st.builds(
    lambda key, listed, number: {**key, **listed, "number": number},
    keys,
    st.one_of(
        st.just({}),
        st.fixed_dictionaries({"list_pk": st.sampled_from(ROOMS), "list_sk": words}),
        st.fixed_dictionaries({"list_pk": st.sampled_from(ROOMS)}),
    ),
    words,
)
changes = st.one_of(st.tuples(st.just("put"), items), st.tuples(st.just("delete"), keys))
ranges = st.one_of(
    st.just(""),
    st.sampled_from([" AND {sort} %s :low" % sign for sign in ("=", "<", "<=", ">", ">=")]),  # noqa: UP031
    st.sampled_from([" AND {sort} BETWEEN :low AND :high", " AND begins_with({sort}, :low)", " AND :low < {sort}"]),
)


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    index = draw(st.booleans())
    hash_name, range_name = KEYS[2:] if index else KEYS[:2]
    condition = draw(ranges)
    sort, renamed = (range_name, False) if draw(st.booleans()) else ("#sort", bool(condition))
    query: dict[str, Any] = {
        "KeyConditionExpression": f"{hash_name} = :room" + condition.format(sort=sort),
        "ExpressionAttributeValues": {":room": {"S": draw(st.sampled_from(ROOMS))}},
        "ScanIndexForward": draw(st.booleans()),
    }
    if index:
        query["IndexName"] = "listing"
    for name in (":low", ":high"):
        if name in condition:
            query["ExpressionAttributeValues"][name] = {"S": draw(st.sampled_from(WORDS))}
    if renamed:
        query["ExpressionAttributeNames"] = {"#sort": range_name}
    if draw(st.booleans()):
        query["Limit"] = draw(st.integers(1, 4))
    if draw(st.booleans()):
        start = draw(items)
        start |= {key: start.get(key, draw(words)) for key in KEYS[2:] if index}
        query["ExclusiveStartKey"] = _typed(
            {key: start[key] for key in KEYS if key in start and (index or key[0] != "l")}
        )
    if draw(st.booleans()):
        query["FilterExpression"] = "attribute_exists(list_pk)"
    return query


def _typed(values: dict[str, str]) -> dict[str, Any]:
    return {name: {"S": value} for name, value in values.items()}


@settings(max_examples=60)
@given(changes=st.lists(st.one_of(changes, queries()), min_size=10, max_size=40))
def test_queries_answer_as_ministack_alone_does(endpoint, plain, changes):
    quick, slow = make_table(endpoint), make_table(plain)
    for change in changes:
        if isinstance(change, dict):
            assert quick("query", **change) == slow("query", **change), change
            continue
        kind, record = change
        for table in (quick, slow):
            if kind == "put":
                table("put_item", Item=_typed(record))
            else:
                table("delete_item", Key=_typed(record))


@pytest.fixture
def room(endpoint: str) -> Callable[[int], Callable[[], float]]:
    """`room(100)` is a room of 100 messages; it answers how long the newest 50 take, the quickest of several."""

    def make(size: int) -> Callable[[], float]:
        table = make_table(endpoint)
        for number in range(size):
            table(
                "put_item", Item={"pk": {"S": "garden"}, "sk": {"S": f"{number:06}"}, "doc": {"S": "The roses bloom"}}
            )

        def newest() -> float:
            started = time.perf_counter()
            answer = table(
                "query",
                KeyConditionExpression="pk = :room AND sk < :before",
                ExpressionAttributeValues={":room": {"S": "garden"}, ":before": {"S": "9"}},
                ScanIndexForward=False,
                Limit=50,
            )
            assert [item["sk"]["S"] for item in answer["Items"][:2]] == [f"{size - 1:06}", f"{size - 2:06}"]
            return time.perf_counter() - started

        return lambda: min(newest() for _ in range(20))

    return make


@pytest.mark.hard
def test_the_newest_of_a_large_room_cost_what_those_of_a_small_one_do(room):
    small, large = room(100), room(10_000)
    large()
    # The machine does other work too: one quiet moment tells. A cost that grows with the room is a hundred times this.
    assert any(large() < 1.5 * small() for _ in range(10))


def test_a_port_that_somebody_else_has_is_not_taken_for_its_own(tmp_path):
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(MiniStackFailed, match=f"port {port} cannot be used"):
            MiniStack(places().ministack_venv, None, scratch=tmp_path, port=port)
