"""Single calls of DynamoDB fail in the middle of a post: the answer is a success or a refusal, and after the worker ran
every number is exact."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.at_once import at_once, outcomes
from tests.workspace import Answer, File

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


def files_of(person: Any, room_id: str) -> list[str]:
    return [each["_id"] for each in person.get("channels.files", roomId=room_id)["files"]]


def check_files(person: Any, room_id: str) -> list[str]:
    """Every file in sight has its message, and every message its file; their ids."""
    shown = sorted(message["file"]["_id"] for message in person.reads(room_id))
    assert sorted(files_of(person, room_id)) == shown
    assert person.get("channels.files", roomId=room_id)["total"] == len(shown)
    for message in person.reads(room_id):
        assert person.get(message["attachments"][0]["title_link"]).status == 302
    return shown


@pytest.mark.parametrize("fault", FAULTS)
def test_posting_a_file(alice, bob, team, faults, deliver, fault):
    places: dict[str, str] = {}

    def before(name: str) -> None:
        places["room"] = team(name)

    def act() -> Answer:
        return alice.upload(f"rooms.upload/{places['room']}", File("plan.txt", b"the roses first"))

    for answer in each_call(act, faults, fault, before):
        deliver()
        check(alice, bob, places["room"], answer)
        assert len(check_files(alice, places["room"])) == answer.succeeded


@pytest.mark.parametrize("fault", FAULTS)
def test_confirming_a_file_and_confirming_again(alice, bob, team, faults, deliver, fault):
    places: dict[str, str] = {}

    def before(name: str) -> None:
        places["room"] = team(name)
        waits = alice.upload(f"rooms.media/{places['room']}", File("plan.txt", b"the roses first"))
        places["file"] = waits["file"]["_id"]

    def act() -> Answer:
        return alice.post(f"rooms.mediaConfirm/{places['room']}/{places['file']}", {"msg": "@bob the plan"})

    for answer in each_call(act, faults, fault, before):
        deliver()
        check(alice, bob, places["room"], answer)
        posted = check_files(alice, places["room"])
        assert len(posted) == answer.succeeded
        again = act()
        assert again.succeeded == (not posted), again.text
        assert check_files(alice, places["room"]) == [places["file"]]


class Killed(BaseException):
    """The function is gone: nothing runs after it, and nobody is told."""


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_function_that_dies_in_the_middle_of_a_file(alice, bob, team, deliver, monkeypatch, dies):
    from pimentachat.store import table

    room_id = team("garden")
    file_id = alice.upload(f"rooms.media/{room_id}", File("plan.txt", b"the roses first"))["file"]["_id"]
    transact = table.transact

    def dying(*changes: Any) -> None:
        if dies == "after":
            transact(*changes)
        raise Killed

    for act in (
        lambda: alice.upload(f"rooms.upload/{room_id}", File("other.txt", b"the rest")),
        lambda: alice.post(f"rooms.mediaConfirm/{room_id}/{file_id}", {}),
    ):
        monkeypatch.setattr(table, "transact", dying)
        # Nothing of ours answers any more.
        with pytest.raises(AssertionError, match=r"500 .* Internal Server Error"):
            act()
        monkeypatch.setattr(table, "transact", transact)
    deliver()
    assert len(check_files(alice, room_id)) == (2 if dies == "after" else 0)
    again = alice.post(f"rooms.mediaConfirm/{room_id}/{file_id}", {})
    assert again.succeeded == (dies == "before")
    assert file_id in check_files(alice, room_id)


def test_a_file_confirmed_by_many_is_posted_once(alice, team):
    room_id = team("garden")
    file_id = alice.upload(f"rooms.media/{room_id}", File("plan.txt", b"the roses first"))["file"]["_id"]
    calls = [lambda: alice.post(f"rooms.mediaConfirm/{room_id}/{file_id}", {}) for _ in range(8)]
    assert outcomes(at_once(*calls)) == {"ok": 1, "invalid-file": 7}
    assert check_files(alice, room_id) == [file_id]


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
    """Whichever call fails: who syncs hears of every reaction that is there. `crowded`: somebody else changes the
    message in the middle of it."""
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
