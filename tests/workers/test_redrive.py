"""Dead letters: a message that cannot be settled is put aside, its neighbours go on, and `make redrive` brings it back:
counted once, rung once, whatever was counted and rung before."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any, cast

import boto3
import pytest

from deployment import redrive as redriving
from deployment.redrive import Outcome, Queues, redrive
from deployment.stacks import Client
from local.places import REPOSITORY
from tests.workers_at_hand import SETTLE, carry_out_effects, queued
from tests.workspace import CONTEXT, Person, acting

GENERAL = "GENERAL"


class Stream:
    """The stream of messages as it is in AWS: read by nobody until a test says so."""

    def __init__(self, table: str) -> None:
        self.arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        self._client = boto3.client("dynamodbstreams")
        [shard] = self._client.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"]
        self._shard = shard["ShardId"]

    def records(self, *message_ids: str) -> list[Any]:
        """As Lambda would bring them, in their order."""
        start = {"StreamArn": self.arn, "ShardId": self._shard, "ShardIteratorType": "TRIM_HORIZON"}
        page = self._client.get_records(ShardIterator=self._client.get_shard_iterator(**start)["ShardIterator"])
        found = json.loads(json.dumps(page["Records"], default=str))
        return [
            {**record, "eventSourceARN": self.arn}
            for record in found
            if record["eventName"] == "INSERT"
            and record["dynamodb"]["Keys"]["pk"]["S"].startswith(("ROOM#", "OUTBOX#"))
            and record["dynamodb"]["Keys"]["sk"]["S"].rpartition("#")[2] in message_ids
        ]

    def settle(self, *message_ids: str) -> None:
        with acting("settle"):
            assert SETTLE({"Records": self.records(*message_ids)}, CONTEXT) == {"batchItemFailures": []}

    def given_up(self, *message_ids: str) -> dict[str, Any]:
        """What Lambda writes when it gives up everything from the first to the last of these."""
        places = [record["dynamodb"]["SequenceNumber"] for record in self.records(*message_ids)]
        batch = {
            "shardId": self._shard,
            "startSequenceNumber": places[0],
            "endSequenceNumber": places[-1],
            "batchSize": len(places),
            "streamArn": self.arn,
        }
        return {"requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": batch}


@pytest.fixture
def stream(workspace: Any, resources: dict[str, str]) -> Stream:
    return Stream(resources["MESSAGES_TABLE"])


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """MiniStack has one server, which knows at once that a queue is empty."""
    monkeypatch.setattr(redriving, "_WAIT_SECONDS", 0)


@pytest.fixture
def dead(resources: dict[str, str]) -> str:
    return resources["DEAD_LETTER_QUEUE"]


@pytest.fixture
def run(resources: dict[str, str], dead: str) -> Callable[..., tuple[Outcome, list[str]]]:
    """`make redrive`, and then the effects worker; what was done, and what it said."""

    def moved(**options: Any) -> tuple[Outcome, list[str]]:
        said: list[str] = []
        outcome = redrive(
            cast("Client", boto3.client), Queues(dead, resources["EFFECTS_QUEUE"]), say=said.append, **options
        )
        while carry_out_effects(resources):
            pass
        return outcome, said

    return moved


@pytest.fixture
def rung(phones: Any, bob: Person, resources: dict[str, str]) -> Callable[[], list[str]]:
    """The texts on bob's phone, after everything in the queue of effects is done."""
    assert bob.post("push.token", type="apn", value="bobs", appName="chat.example").succeeded

    def texts() -> list[str]:
        while carry_out_effects(resources):
            pass
        return sorted(json.loads(published["APNS"])["aps"]["alert"]["body"] for _, published in phones())

    return texts


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Words; a message that holds one of them cannot be settled. `broken.clear()` mends it."""
    from pimentachat.services.after import settling

    words: set[str] = set()
    follow, count_late = settling.follow, settling.count_late

    def following(message: Any, *others: Any) -> Any:
        if any(word in message.text for word in words):
            raise ValueError("cannot follow this")
        return follow(message, *others)

    def counting(room_id: str, message: Any, *others: Any) -> Any:
        if any(word in message.text for word in words):
            raise ValueError("cannot count this")
        return count_late(room_id, message, *others)

    monkeypatch.setattr(settling, "follow", following)
    monkeypatch.setattr(settling, "count_late", counting)
    return words


def cut_off(author: Person, text: str) -> str:
    """A message whose request died right after storing it: nothing was counted."""
    from pimentachat import clock, ids
    from pimentachat.models.messages import Message, Tally
    from pimentachat.models.messages import Person as Author
    from pimentachat.services.messages import meaning
    from pimentachat.store import messages as message_store

    now = clock.now_text()
    tally = Tally(ordinary=True, latest=True, shown=True)
    writer = Author(author.id, author.username, author.username.capitalize())
    mentions = meaning.mentions(text)
    message = Message(ids.new_id(), GENERAL, now, writer, now, text, mentions=mentions, channels=[], tally=tally)
    message_store.add(message)
    return message.id


def numbers() -> tuple[int, int]:
    """Messages of the room in all, and those that count as unread for others."""
    from pimentachat.store import rooms as room_store

    room = room_store.reread(GENERAL)
    assert room
    return room.msgs, room.ordinary


def test_what_cannot_be_settled_is_put_aside_and_comes_back_after_the_mend(alice, bob, rung, stream, broken, dead, run):
    before, mentions = numbers(), bob.subscription(GENERAL)["userMentions"]
    texts = ["@bob one", "@bob two", "@bob three"]
    ids = [alice.says(GENERAL, text) for text in texts]
    broken.add("two")
    stream.settle(*ids)
    assert rung() == ["alice: @bob one", "alice: @bob three"]
    letter = json.loads(boto3.client("sqs").receive_message(QueueUrl=dead, VisibilityTimeout=0)["Messages"][0]["Body"])
    assert letter["reason"] == "ValueError: cannot follow this"
    assert letter["counted"]
    broken.clear()
    outcome, [line] = run()
    assert outcome == Outcome(moved=1)
    assert line.endswith("settle: ValueError: cannot follow this")
    assert rung() == ["alice: @bob one", "alice: @bob three", "alice: @bob two"]
    assert numbers() == (before[0] + 3, before[1] + 3)
    assert bob.subscription(GENERAL)["userMentions"] == mentions + 3
    assert queued(dead) == []


def test_a_message_that_was_counted_before_something_failed_is_not_counted_again(
    alice, bob, rung, stream, dead, run, monkeypatch
):
    from pimentachat.store import messages as message_store

    def fails(message: Any) -> None:
        raise ValueError("no entry by its id")

    before = numbers()
    lost, later = cut_off(alice, "@bob lost"), alice.says(GENERAL, "@bob later")
    monkeypatch.setattr(message_store, "complete", fails)
    stream.settle(lost, later)
    monkeypatch.undo()
    [letter] = queued(dead)
    assert (letter["counted"], letter["reason"]) == (True, "ValueError: no entry by its id")
    boto3.client("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(letter))
    assert run()[0] == Outcome(moved=1)
    assert rung() == ["alice: @bob later", "alice: @bob lost"]
    assert numbers() == (before[0] + 2, before[1] + 2)


def test_a_message_that_nobody_counted_is_counted_once_however_often_its_letter_is_sent(
    alice, bob, rung, stream, broken, dead, run, resources
):
    before = numbers()
    broken.add("lost")
    lost, later = cut_off(alice, "@bob lost"), alice.says(GENERAL, "@bob later")
    stream.settle(lost, later)
    assert rung() == ["alice: @bob later"]
    [letter] = queued(dead)
    assert (letter["counted"], letter["reason"]) == (False, "ValueError: cannot count this")
    broken.clear()
    for _ in range(3):
        boto3.client("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(letter))
    assert run()[0] == Outcome(moved=3)
    assert numbers() == (before[0] + 2, before[1] + 2)
    assert rung() == ["alice: @bob later", "alice: @bob lost"]
    assert alice.get("chat.getMessage", msgId=lost).succeeded


@pytest.fixture
def give_up(stream: Stream, dead: str) -> Callable[..., None]:
    def put(*message_ids: str) -> None:
        boto3.client("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(stream.given_up(*message_ids)))

    return put


def test_a_batch_that_lambda_gave_up_is_read_from_the_stream(alice, bob, rung, stream, give_up, run):
    before = numbers()
    first, given_up, last = (alice.says(GENERAL, f"@bob {text}") for text in ("first", "given up", "last"))
    # An edit lies between them in the stream, and is nothing new.
    assert alice.post("chat.update", roomId=GENERAL, msgId=first, text="@bob 1st").succeeded
    give_up(first, given_up, last)
    outcome, [line] = run()
    assert outcome == Outcome(moved=1)
    assert line.endswith("3 records of the stream: RetryAttemptsExhausted")
    assert rung() == ["alice: @bob 1st", "alice: @bob given up", "alice: @bob last"]
    assert numbers() == (before[0] + 3, before[1] + 3)


def test_what_was_counted_is_not_counted_again_when_the_room_went_on(alice, bob, rung, stream, give_up, run, clock):
    """Its mark may be gone from the room by then: the room remembers marks for some minutes only."""
    before = numbers()
    skipped = alice.says(GENERAL, "@bob skipped")
    clock.advance(minutes=30)
    stream.settle(alice.says(GENERAL, "@bob later"))
    give_up(skipped)
    run()
    assert numbers() == (before[0] + 2, before[1] + 2)
    assert rung() == ["alice: @bob later", "alice: @bob skipped"]


def test_what_was_settled_in_a_batch_that_was_given_up_is_not_done_again(alice, bob, rung, stream, give_up, run):
    before, mentions = numbers(), bob.subscription(GENERAL)["userMentions"]
    settled, other = alice.says(GENERAL, "@bob settled"), alice.says(GENERAL, "@bob other")
    stream.settle(settled)
    assert rung() == ["alice: @bob settled"]
    give_up(settled, other)
    run()
    give_up(settled, other)
    run()
    assert numbers() == (before[0] + 2, before[1] + 2)
    assert rung() == ["alice: @bob other", "alice: @bob settled"]
    assert bob.subscription(GENERAL)["userMentions"] == mentions + 2


def test_a_message_of_a_batch_given_up_that_nobody_counted_is_counted_once(alice, bob, rung, stream, give_up, run):
    before = numbers()
    lost = cut_off(alice, "@bob lost")
    for _ in range(2):
        give_up(lost)
        run()
    assert numbers() == (before[0] + 1, before[1] + 1)
    # The watermark is not moved by hand: what comes after is settled as ever.
    stream.settle(alice.says(GENERAL, "@bob later"))
    assert rung() == ["alice: @bob later", "alice: @bob lost"]
    assert numbers() == (before[0] + 2, before[1] + 2)


def test_behind_the_watermark_one_too_few_is_counted_rather_than_one_twice(alice, bob, rung, stream, give_up, run):
    """Nothing tells a message that nobody counted from one whose mark was forgotten. It takes a request that died and
    a batch that was given up, both for the same message."""
    before = numbers()
    lost = cut_off(alice, "@bob lost")
    stream.settle(alice.says(GENERAL, "@bob later"))
    give_up(lost)
    run()
    assert numbers() == (before[0] + 1, before[1] + 1)
    assert rung() == ["alice: @bob later", "alice: @bob lost"]


def test_the_outbox_is_in_the_stream_too(newcomer, stream, dead, run):
    from pimentachat.store import memberships, outbox, table

    dora = newcomer("dora", joins=False)
    table.write(outbox.entry("join_default_rooms", user_id=dora.id))
    boto3.client("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(stream.given_up("OUTBOX")))
    assert run()[0] == Outcome(moved=1)
    assert memberships.find(dora.id, GENERAL)


def test_what_nobody_knows_stays_and_is_said(workspace, dead, run):
    sqs = boto3.client("sqs")
    gone = {"shardId": "shardId-none", "startSequenceNumber": "1", "endSequenceNumber": "2", "streamArn": "arn:gone"}
    for body in ("not JSON", "[]", '{"color": "red"}', json.dumps({"DDBStreamBatchInfo": gone})):
        sqs.send_message(QueueUrl=dead, MessageBody=body)
    outcome, said = run()
    assert outcome == Outcome(kept=4)
    assert len([line for line in said if "stays: no letter of ours" in line]) == 3
    # At once in sight again, for whoever looks next.
    assert run()[0] == Outcome(kept=4)


def test_a_day_without_housekeeping_is_said_and_goes(workspace, dead, run):
    boto3.client("sqs").send_message(QueueUrl=dead, MessageBody='{"worker": "clock"}')
    outcome, [line] = run(dry_run=True)
    assert (outcome, line.split(maxsplit=1)[1]) == (
        Outcome(kept=1),
        "housekeeping failed; the next day takes every step again",
    )
    assert run()[0] == Outcome(moved=1)
    assert run()[0] == Outcome()


def test_what_became_of_a_mail_is_told_again(bob, dead, run):
    from pimentachat.store import users as user_store

    lost = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "bob@example.org"}]}
    boto3.client("sqs").send_message(
        QueueUrl=dead, MessageBody=json.dumps({"eventType": "Bounce", "bounce": lost, "mail": {}})
    )
    outcome, said = run()
    assert outcome == Outcome(moved=1)
    assert said[0].endswith("Bounce of a mail: failed every time")
    assert user_store.find(bob.id).undeliverable == ["bob@example.org"]


def test_a_dry_run_lists_and_moves_nothing(workspace, dead, run):
    letter = {"effect": "push", "user_id": "u", "room_id": "r", "ts": "t", "message_id": "m"}
    for _ in range(25):
        boto3.client("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(letter))
    outcome, said = run(dry_run=True)
    assert outcome == Outcome(kept=25)
    assert all(line.endswith("  push: failed every time") for line in said)
    assert run(most=12)[0] == Outcome(moved=12)
    assert run()[0] == Outcome(moved=13)
    assert run()[0] == Outcome()


def test_a_reason_is_no_command_for_the_terminal(workspace, dead, run):
    letter = {"effect": "settle", "pk": "ROOM#x", "sk": "y", "counted": True, "reason": "\x1b[2Jgone\r\n"}
    boto3.client("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(letter))
    _, [line] = run()
    assert line.isprintable()


def test_the_command_finds_the_local_queues_and_says_by_its_exit_code_how_it_went(ministack):
    sqs = boto3.client("sqs")
    dead, effects = (
        sqs.create_queue(QueueName=f"pimentachat-{queue}")["QueueUrl"] for queue in ("DeadLetterQueue", "EffectsQueue")
    )

    def command(*more: str) -> tuple[int, str]:
        line = [sys.executable, "-m", "deployment", "redrive", "--endpoint-url", ministack, *more]
        ended = subprocess.run(line, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout if ended.stdout else ended.stderr

    assert command() == (0, "0 moved, 0 kept\n")
    assert command("--dry-run") == (0, "0 letters lie there\n")
    sqs.send_message(QueueUrl=dead, MessageBody='{"effect": "push"}')
    code, said = command("--dry-run")
    letter, last = said.splitlines()
    assert (code, letter.split(maxsplit=1)[1], last) == (0, "push: failed every time", "1 letters lie there")
    assert command()[1].splitlines()[-1] == "1 moved, 0 kept"
    assert queued(effects) == [{"effect": "push"}]
    sqs.send_message(QueueUrl=dead, MessageBody="?")
    code, said = command()
    assert (code, said.splitlines()[-1]) == (3, "0 moved, 1 kept")
    for queue in (dead, effects):
        sqs.delete_queue(QueueUrl=queue)
    code, line = command()
    assert code == 1
    assert "queue does not exist" in line
