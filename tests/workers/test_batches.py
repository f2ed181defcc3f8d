"""Batches: what fails is named and comes again, what succeeded is not done twice."""

import json
from typing import Any

import pytest

GENERAL = "GENERAL"


@pytest.fixture
def broken(phones: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """SNS fails for texts that hold the word; `broken.add("two")`."""
    from botocore.exceptions import ClientError

    from pimentachat.cloud import push

    words: set[str] = set()
    client = push._client()
    publish = client.publish

    def failing(**call: Any) -> Any:
        if any(word in call["Message"] for word in words):
            raise ClientError({"Error": {"Code": "InternalError", "Message": "broken"}}, "Publish")
        return publish(**call)

    monkeypatch.setattr(client, "publish", failing)
    return words


def rung(phones: Any) -> list[str]:
    return sorted(json.loads(published["APNS"])["aps"]["alert"]["body"] for _, published in phones())


def test_what_fails_is_named_and_the_rest_is_done(alice, bob, phones, broken, worker):
    assert bob.post("push.token", type="apn", value="a", appName="b").succeeded
    ids = [alice.says(GENERAL, f"@bob {text}") for text in ("one", "two", "three")]
    broken.add("two")
    [failed] = worker.run(worker.records())["batchItemFailures"]
    [record] = worker.records(ids[1])
    assert failed == {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}
    assert rung(phones) == ["alice: @bob one", "alice: @bob three"]
    # Lambda brings everything from the failed record on again.
    assert worker.run(worker.records(ids[1]) + worker.records(ids[2]))["batchItemFailures"] == [failed]
    broken.clear()
    assert worker.run(worker.records()) == {"batchItemFailures": []}
    assert rung(phones) == ["alice: @bob one", "alice: @bob three", "alice: @bob two"]
    room = alice.get("channels.info", roomId=GENERAL)["channel"]
    assert room["msgs"] == len(alice.reads(GENERAL))
    assert bob.subscription(GENERAL)["userMentions"] == 3 + 1


def test_when_everything_fails_the_batch_comes_again(alice, bob, phones, broken, worker):
    assert bob.post("push.token", type="apn", value="a", appName="b").succeeded
    message = alice.says(GENERAL, "@bob one")
    broken.add("one")
    records = worker.records(message)
    with pytest.raises(Exception, match="All records failed"):
        worker.run(records)
    broken.clear()
    assert worker.run(records) == {"batchItemFailures": []}
    assert rung(phones) == ["alice: @bob one"]


def test_records_without_anything_for_us(alice, worker):
    removed = {"Keys": {"pk": {"S": "ROOM#x"}, "sk": {"S": "y"}}, "OldImage": {}, "SequenceNumber": "1"}
    by_id = {
        "Keys": {"pk": {"S": "MSG#x"}, "sk": {"S": "MSG"}},
        "NewImage": {"pk": {"S": "MSG#x"}, "sk": {"S": "MSG"}, "room_id": {"S": "r"}, "ts": {"S": "t"}},
        "SequenceNumber": "2",
    }
    records = [
        {"eventName": "REMOVE", "eventSource": "aws:dynamodb", "dynamodb": removed},
        {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": by_id},
    ]
    assert worker.run(records) == {"batchItemFailures": []}


def test_the_trash_is_nothing_new(alice, bob, phones, worker):
    assert bob.post("push.token", type="apn", value="a", appName="b").succeeded
    gone = alice.says(GENERAL, "@bob gone")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=gone).succeeded
    assert worker.run(worker.records()) == {"batchItemFailures": []}
    assert rung(phones) == []
