"""Single calls of DynamoDB fail in the middle of a post: the answer is a success or a refusal, and after the worker ran
every number is exact."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.workspace import Answer

pytestmark = pytest.mark.hard

FAULTS = ["throttled", "lost"]
REFUSED = {"success": False, "error": "The service is temporarily unavailable, please try again."}


@pytest.fixture
def team(alice: Any, bob: Any, setting: Any) -> Callable[[str], str]:
    """A room of alice and bob in which both have read everything."""
    setting("Unread_Count", "all_messages")

    def make(name: str) -> str:
        room_id = alice.creates_channel(name, members=["bob"])
        for person in (alice, bob):
            assert person.post("subscriptions.read", rid=room_id).succeeded
        return room_id

    return make


def each_call(act: Callable[[], Answer], faults: Any, fault: str, before: Callable[[str], None]) -> Iterator[Answer]:
    """Acts again and again, every time with the next call failing, until there is no call left to fail."""
    number = 0
    while True:
        before(f"{fault}-{number}")
        faults.begin({number: fault})
        answer = act()
        called = len(faults.end())
        yield answer
        if called <= number:
            assert answer.succeeded
            assert number >= 4, "the faults do not reach the post"
            return
        number += 1


def check(person: Any, other: Any, room_id: str, answer: Answer, *, thread: str = "") -> None:
    """All that is counted agrees with what is stored."""
    from pimentachat.store import rooms as room_store

    assert answer.succeeded or (answer.status, answer.body) == (503, REFUSED)
    stored = person.reads(room_id)
    ordinary = [message for message in stored if "tmid" not in message]
    replies = [message for message in stored if message.get("tmid")]
    if answer.succeeded:
        assert [each["_id"] for each in stored].count(answer["message"]["_id"]) == 1
    for message in stored:
        assert person.get("chat.getMessage", msgId=message["_id"])["message"] == message
    room = room_store.find(room_id)
    assert room
    assert (room.msgs, room.ordinary) == (len(stored), len(ordinary))
    assert room.last_id == (stored[0]["_id"] if stored else "")
    alls = len([message for message in ordinary if "@all" in message["msg"]])
    named = len([message for message in ordinary if "@bob" in message["msg"] and "@all" not in message["msg"]])
    held = other.subscription(room_id)
    assert (held["unread"], held["groupMentions"]) == (len(ordinary), alls)
    assert held["userMentions"] == named
    own = person.subscription(room_id)
    assert own["unread"] == own["groupMentions"] == 0
    assert own["alert"] is False
    if thread:
        told = person.get("chat.getMessage", msgId=thread)["message"]
        assert told.get("tcount", 0) == len(replies)
        assert ("replies" in told) == bool(replies)


@pytest.mark.parametrize("fault", FAULTS)
def test_posting(alice, bob, team, faults, deliver, clock, fault):
    places: dict[str, str] = {}

    def before(name: str) -> None:
        places["room"] = team(name)

    def act() -> Answer:
        return alice.posts(places["room"], "@bob @all hi")

    for answer in each_call(act, faults, fault, before):
        deliver()
        check(alice, bob, places["room"], answer)
        again = alice.posts(places["room"], "@bob once more")
        deliver()
        check(alice, bob, places["room"], again)


@pytest.mark.parametrize("fault", FAULTS)
def test_sending_with_an_id_and_sending_again(alice, bob, team, faults, deliver, fault):
    places: dict[str, str] = {}

    def before(name: str) -> None:
        places["room"], places["id"] = team(name), f"id-{name}"

    def act() -> Answer:
        message = {"_id": places["id"], "rid": places["room"], "msg": "@bob hi"}
        return alice.post("chat.sendMessage", message=message)

    for answer in each_call(act, faults, fault, before):
        assert answer.succeeded or answer.body == REFUSED
        again = act()
        assert again.succeeded
        deliver()
        [stored] = alice.reads(places["room"])
        assert stored["_id"] == places["id"]
        check(alice, bob, places["room"], alice.posts(places["room"], "@bob next"))


@pytest.mark.parametrize("fault", FAULTS)
def test_replying(alice, bob, team, faults, deliver, fault):
    places: dict[str, str] = {}

    def before(name: str) -> None:
        places["room"] = team(name)
        places["parent"] = alice.says(places["room"], "topic")
        deliver()

    def act() -> Answer:
        return alice.posts(places["room"], "reply", tmid=places["parent"])

    for answer in each_call(act, faults, fault, before):
        deliver()
        check(alice, bob, places["room"], answer, thread=places["parent"])


@pytest.mark.parametrize("fault", FAULTS)
def test_the_worker_itself(alice, bob, team, faults, worker, clock, fault):
    number = 0
    while True:
        room_id = team(f"{fault}-{number}")
        parent = alice.says(room_id, "@bob topic")
        answer = alice.posts(room_id, "reply", tmid=parent)
        records = worker.records()[-4:]
        faults.begin({number: fault})
        try:
            worker.run(records)
        except Exception as broken:
            assert "Unavailable" in repr(broken) or "temporarily" in str(broken)  # noqa: PT017
        called = len(faults.end())
        for _ in range(3):
            assert worker.run(records) == {"batchItemFailures": []}
            check(alice, bob, room_id, answer, thread=parent)
            clock.advance(minutes=2)
        if called <= number:
            break
        number += 1
    assert number >= 5


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("crowded", [False, True])
def test_a_reaction_that_is_stored_is_told(alice, bob, team, faults, clock, monkeypatch, fault, crowded):
    """Whichever call fails: who syncs hears of every reaction that is there. `crowded`: somebody else changes
    the message in the middle of it."""
    from pimentachat.store import messages as message_store

    if crowded:
        monkeypatch.setattr(message_store, "_together", lambda *_: False)
    room_id = team(f"room-{fault}")
    number = 0
    while True:
        said = alice.says(room_id, "old")
        for wanted in (True, False):
            clock.advance(seconds=60)
            since = clock.now_text()
            clock.advance(seconds=60)
            faults.begin({number: fault})
            answer = bob.post("chat.react", messageId=said, emoji="smile", shouldReact=wanted)
            called = len(faults.end())
            assert answer.succeeded or answer.body == REFUSED
            there = "reactions" in alice.get("chat.getMessage", msgId=said)["message"]
            told = alice.get("chat.syncMessages", roomId=room_id, lastUpdate=since)["result"]["updated"]
            if there == wanted:
                assert [each["_id"] for each in told] == [said]
                assert ("reactions" in told[0]) == wanted
            else:
                assert not answer.succeeded
                assert bob.post("chat.react", messageId=said, emoji="smile", shouldReact=wanted).succeeded
        if called <= number:
            return
        number += 1
