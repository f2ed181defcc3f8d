"""Batches of both workers: what fails comes again by itself, what succeeded is not done twice, and what can never be
done is put aside with its reason while its neighbours go on."""

import json
from typing import Any

import pytest

from tests.workspace import Person

GENERAL = "GENERAL"
DONE: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def broken(phones: Any, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """SNS fails for devices whose token is in this set: `broken.add("b")`."""
    from botocore.exceptions import ClientError

    from pimentachat.cloud import push

    tokens: set[str] = set()
    client = push._client()
    publish = client.publish

    def failing(**call: Any) -> Any:
        attributes = client.get_endpoint_attributes(EndpointArn=call["TargetArn"])["Attributes"]
        if attributes["Token"] in tokens:
            raise ClientError({"Error": {"Code": "InternalError", "Message": "broken"}}, "Publish")
        return publish(**call)

    monkeypatch.setattr(client, "publish", failing)
    return tokens


def has_phone(person: Person, token: str) -> None:
    assert person.post("push.token", type="apn", value=token, appName="b").succeeded


def rung(phones: Any) -> list[str]:
    return sorted(json.loads(published["APNS"])["aps"]["alert"]["body"] for _, published in phones())


def sequence_of(worker: Any, message_id: str) -> str:
    [record] = worker.records(message_id)
    return str(record["dynamodb"]["SequenceNumber"])


def numbers(room_id: str) -> tuple[int, int]:
    from pimentachat.store import rooms as room_store

    room = room_store.find(room_id)
    assert room
    return room.msgs, room.ordinary


# --- effects


def test_a_failing_device_keeps_nobody_from_ringing(alice, bob, carol, phones, broken, worker):
    has_phone(bob, "a")
    has_phone(bob, "b")
    has_phone(carol, "c")
    alice.says(GENERAL, "@bob @carol hi")
    assert worker.run(worker.records()) == DONE
    to_bob, to_carol = worker.effects()
    broken.add("b")
    [failed] = worker.carry_out(to_bob, to_carol)["batchItemFailures"]
    assert failed == {"itemIdentifier": "0"}
    assert rung(phones) == ["alice: @bob @carol hi"] * 2
    assert worker.carry_out(to_bob)["batchItemFailures"] == [failed]
    broken.clear()
    # Only the one that did not ring.
    assert worker.carry_out(to_bob) == DONE
    assert worker.carry_out(to_bob, to_carol) == DONE
    assert rung(phones) == ["alice: @bob @carol hi"] * 3


def test_who_died_while_ringing_is_waited_for(alice, bob, phones, worker, monkeypatch, clock):
    """The claim of a worker that was killed holds for a minute: nobody else rings meanwhile, and somebody does then."""
    from pimentachat.cloud import push

    has_phone(bob, "a")
    alice.says(GENERAL, "@bob hi")
    worker.run(worker.records())
    effects = worker.effects()

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(push, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            worker.carry_out(*effects)
    assert worker.carry_out(*effects)["batchItemFailures"]
    assert rung(phones) == []
    clock.advance(minutes=2)
    assert worker.carry_out(*effects) == DONE
    assert rung(phones) == ["alice: @bob hi"]


def test_what_nobody_knows_fails(resources, worker):
    assert worker.carry_out({"effect": "dance"})["batchItemFailures"] == [{"itemIdentifier": "0"}]
    assert worker.carry_out({})["batchItemFailures"] == [{"itemIdentifier": "0"}]


# --- settling


def test_everything_comes_once_however_often_the_stream_brings_it(alice, bob, phones, worker):
    has_phone(bob, "a")
    for text in ("one", "two"):
        alice.says(GENERAL, f"@bob {text}")
    before = numbers(GENERAL)
    for _ in range(3):
        assert worker.run(worker.records()) == DONE
    assert len(worker.effects()) == 2
    assert numbers(GENERAL) == before


def spoil(worker: Any, message_id: str) -> list[dict[str, Any]]:
    """All records, that of one message unreadable."""
    records = worker.records()
    for record in records:
        if message_id in record["dynamodb"]["Keys"]["sk"]["S"]:
            record["dynamodb"]["NewImage"]["doc"] = {"S": "{"}
    return records


def test_a_record_that_nobody_can_read_is_put_aside(alice, bob, phones, worker, deliver):
    """Its neighbours are done at once; sent again after the mend, it is done too, once."""
    from tests.workers.test_repairs import stored_only

    has_phone(bob, "a")
    deliver()
    room_id = alice.creates_channel("team", members=["bob"])
    texts = ("one", "two", "three")
    ids = [stored_only(alice, room_id, f"@bob {text}") for text in texts]
    assert worker.run(spoil(worker, ids[1])) == DONE
    assert numbers(room_id) == (2, 2)
    [letter] = worker.dead_letters()
    assert letter["effect"] == "settle"
    assert letter["reason"].startswith("JSONDecodeError")
    assert letter["sk"].endswith(ids[1])
    assert worker.carry_out(*worker.effects()) == DONE
    assert rung(phones) == ["alice: @bob one", "alice: @bob three"]
    # The record itself never was broken: sending it again by hand does it, as often as somebody likes.
    for _ in range(2):
        assert worker.carry_out(letter) == DONE
        assert worker.carry_out(*worker.effects()) == DONE
        assert numbers(room_id) == (3, 3)
        assert rung(phones) == sorted(f"alice: @bob {text}" for text in texts)
    assert bob.subscription(room_id)["userMentions"] == 3


def test_a_message_that_cannot_be_followed_is_put_aside(alice, bob, phones, worker, monkeypatch):
    from pimentachat.services.after import settling

    has_phone(bob, "a")
    ids = [alice.says(GENERAL, f"@bob {text}") for text in ("one", "two", "three")]
    before = numbers(GENERAL)
    follow = settling.follow

    def stumbling(message: Any, *rest: Any) -> Any:
        if message.id == ids[1]:
            raise ValueError("of an unknown kind")
        return follow(message, *rest)

    monkeypatch.setattr(settling, "follow", stumbling)
    assert worker.run(worker.records()) == DONE
    [letter] = worker.dead_letters()
    assert (letter["reason"], letter["counted"]) == ("ValueError: of an unknown kind", True)
    assert len(worker.effects()) == 2
    # No mark is left behind, and the room goes on.
    from tests.workers.test_repairs import counted

    assert counted(GENERAL) == set()
    monkeypatch.setattr(settling, "follow", follow)
    for _ in range(2):
        assert worker.carry_out(letter) == DONE
        assert worker.carry_out(*worker.effects()) == DONE
    assert rung(phones) == ["alice: @bob two"]
    assert numbers(GENERAL) == before


@pytest.mark.parametrize("broken_at", range(3))
def test_what_is_out_of_reach_comes_again(alice, bob, worker, monkeypatch, broken_at):
    """All from the first message on that could not be settled now, and those of other rooms are done."""
    from pimentachat.errors.requests import Unavailable
    from pimentachat.services.after import settling

    other = alice.creates_channel("other", members=["bob"])
    ids = [alice.says(GENERAL, f"@bob {number}") for number in range(3)]
    elsewhere = alice.says(other, "@bob here")
    follow = settling.follow

    def away(message: Any, *rest: Any) -> Any:
        if message.id == ids[broken_at]:
            raise Unavailable
        return follow(message, *rest)

    monkeypatch.setattr(settling, "follow", away)
    records = worker.records()
    failed = [each["itemIdentifier"] for each in worker.run(records)["batchItemFailures"]]
    assert failed == [sequence_of(worker, message_id) for message_id in ids[broken_at:]]
    done = {effect["message_id"] for effect in worker.effects()}
    assert done == {*ids[:broken_at], elsewhere}
    monkeypatch.setattr(settling, "follow", follow)
    assert worker.run(records) == DONE
    assert {effect["message_id"] for effect in worker.effects()} == set(ids[broken_at:])
    assert worker.dead_letters() == []


@pytest.mark.parametrize("place", ["send_effects", "settle"])
def test_a_worker_killed_in_the_middle(alice, bob, phones, worker, monkeypatch, place):
    """Before it handed the effects on, or after that and before it noted so: nothing is lost, nothing rings twice."""
    from pimentachat.cloud import queues
    from pimentachat.store import rooms as room_store

    has_phone(bob, "a")
    alice.says(GENERAL, "@bob one")
    alice.says(GENERAL, "@bob two")
    before = numbers(GENERAL)

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(queues if place == "send_effects" else room_store, place, killed)
        with pytest.raises(KeyboardInterrupt):
            worker.run(worker.records())
    assert worker.run(worker.records()) == DONE
    assert worker.carry_out(*worker.effects()) == DONE
    assert rung(phones) == ["alice: @bob one", "alice: @bob two"]
    assert numbers(GENERAL) == before


def test_a_queue_that_is_away_holds_nothing_up_for_good(alice, bob, worker, monkeypatch):
    from pimentachat.cloud import queues
    from pimentachat.errors.requests import Unavailable

    message = alice.says(GENERAL, "@bob one")

    def away(*_: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(queues, "send_effects", away)
        failed = worker.run(worker.records())["batchItemFailures"]
    assert {"itemIdentifier": sequence_of(worker, message)} in failed
    assert worker.run(worker.records()) == DONE
    assert [effect["message_id"] for effect in worker.effects()] == [message]


def test_a_message_to_everybody_walks_the_members_page_by_page(alice, newcomer, phones, worker, monkeypatch):
    from pimentachat.services.push import notifications

    monkeypatch.setattr(notifications, "_PAGE", 2)
    people: list[Person] = [newcomer(name) for name in ("bob", "bobby", "carol", "dora", "eve")]
    for person in people:
        has_phone(person, person.username)
    alice.says(GENERAL, "@all hi")
    worker.run(worker.records())
    steps = 0
    while effects := worker.effects():
        assert worker.carry_out(*effects) == DONE
        steps += 1
    assert rung(phones) == ["alice: @all hi"] * len(people)
    assert steps > 3


def test_somebody_who_leaves_at_that_moment_keeps_nobody_from_it(alice, newcomer, phones, worker, monkeypatch):
    from pimentachat.services.push import notifications
    from pimentachat.store import memberships, table, writes

    monkeypatch.setattr(notifications, "_PAGE", 2)
    people: list[Person] = [newcomer(name) for name in ("bob", "carol", "dora")]
    for person in people:
        has_phone(person, person.username)
    alice.says(GENERAL, "@all hi")
    # bob ends the first page, and the index does not know yet that he has left.
    table.write(writes.update(memberships.key(people[0].id, GENERAL), {"left_at": "2026-11-24T12:00:00.000Z"}))
    worker.run(worker.records())
    while effects := worker.effects():
        assert worker.carry_out(*effects) == DONE
    assert rung(phones) == ["alice: @all hi"] * 2


def test_a_table_that_was_restored_has_positions_of_its_own(alice, bob, worker):
    """Its stream begins anew, with small numbers: the watermark knows streams by their names."""
    alice.says(GENERAL, "@bob before")
    worker.run(worker.records())
    worker.effects()
    later = alice.says(GENERAL, "@bob after")
    [record] = worker.records(later)
    record["dynamodb"]["SequenceNumber"] = "000000000000000000001"
    assert worker.run([record]) == DONE
    assert worker.effects() == []
    table, _, _ = record["eventSourceARN"].rpartition("/")
    record["eventSourceARN"] = f"{table}/2039-01-01T00:00:00.000"
    assert worker.run([record]) == DONE
    assert [effect["message_id"] for effect in worker.effects()] == [later]


def test_records_without_anything_for_us(alice, worker):
    by_id = {
        "Keys": {"pk": {"S": "MSG#x"}, "sk": {"S": "MSG"}},
        "NewImage": {"pk": {"S": "MSG#x"}, "sk": {"S": "MSG"}, "room_id": {"S": "r"}, "ts": {"S": "t"}},
        "SequenceNumber": "2",
    }
    assert worker.run([{"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": by_id}]) == DONE
    assert worker.dead_letters() == []


def test_what_was_deleted_before_rings_nobody(alice, bob, phones, worker):
    has_phone(bob, "a")
    gone = alice.says(GENERAL, "@bob gone")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=gone).succeeded
    assert worker.run(worker.records()) == DONE
    assert worker.carry_out(*worker.effects()) == DONE
    assert rung(phones) == []


# --- the outbox


def test_an_enrolment_that_died_is_finished(alice, admin, worker, monkeypatch):
    from pimentachat.services.accounts import enrolment

    def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError

    fields = {"email": "dora@example.org", "name": "Dora", "password": "secret", "username": "dora"}
    with monkeypatch.context() as patch:
        patch.setattr(enrolment, "_enter", killed)
        assert admin.post("users.create", **fields).status == 400
    assert "dora" not in members(alice)
    assert worker.run(worker.records()) == DONE
    effects = [effect for effect in worker.effects() if effect["effect"] == "join_default_rooms"]
    assert effects
    for _ in range(2):
        assert worker.carry_out(*effects) == DONE
        assert members(alice).count("dora") == 1


def test_who_left_meanwhile_is_not_joined_again(alice, newcomer, admin, worker):
    fields = {"email": "dora@example.org", "name": "Dora", "password": "secret", "username": "dora"}
    dora = admin.post("users.create", **fields)["user"]
    assert admin.post("channels.kick", roomId=GENERAL, userId=dora["_id"]).succeeded
    worker.run(worker.records())
    assert worker.carry_out(*worker.effects()) == DONE
    assert "dora" not in members(alice)


def members(person: Person) -> list[str]:
    found = person.get("channels.members", roomId=GENERAL)["members"]
    return [each["username"] for each in found]
