"""What a post could not finish: the worker does it, once, however often the stream brings the record."""

from typing import Any

import pytest

from tests.workspace import Person

GENERAL = "GENERAL"


def stored_only(author: Person, room_id: str, text: str, message_id: str = "", thread_id: str | None = None) -> str:
    """A message whose request died right after storing it: nothing was counted."""
    from pimentachat import clock, ids
    from pimentachat.models.messages import Message, Person, Tally
    from pimentachat.services.messages import meaning
    from pimentachat.store import messages as message_store

    now = clock.now_text()
    tally = Tally(ordinary=not thread_id, latest=True, shown=True, alls="@all" in text)
    message = Message(
        message_id or ids.new_id(),
        room_id,
        now,
        Person(author.id, author.username, author.username.capitalize()),
        now,
        text,
        thread_id=thread_id,
        mentions=meaning.mentions(text),
        channels=[],
        tally=tally,
    )
    message_store.add(message)
    return message.id


def room_of(person: Person, room_id: str) -> Any:
    return person.get("channels.info", roomId=room_id)["channel"]


def unread(person: Person, room_id: str) -> tuple[bool, int, int, int]:
    held = person.subscription(room_id)
    return held["alert"], held["unread"], held["userMentions"], held["groupMentions"]


def settled_for_good(alice: Person, room_id: str, worker: Any, clock: Any) -> bool:
    """Whether nothing is remembered of single messages any more, once no request can still be on its way."""
    clock.advance(minutes=11)
    alice.says(room_id, "later")
    worker.run(worker.records())
    return counted(room_id) == set()


def counted(room_id: str) -> set[str]:
    from pimentachat.store import rooms as room_store

    room = room_store.find(room_id)
    assert room
    return room.counted


@pytest.fixture
def team(alice: Person, bob: Person) -> str:
    return alice.creates_channel("team", members=["bob"])


def test_a_message_that_was_never_counted_is_counted_once(alice, bob, team, worker, clock, setting):
    setting("Unread_Count", "all_messages")
    message = stored_only(alice, team, "@bob @all hello")
    assert room_of(alice, team)["msgs"] == 0
    for _ in range(4):
        answer = worker.run(worker.records())
        assert answer == {"batchItemFailures": []}
        room = room_of(alice, team)
        assert (room["msgs"], room["lastMessage"]["_id"], room["lm"]) == (1, message, room["lastMessage"]["ts"])
        # One message counts once for a person: as one to everybody.
        assert unread(bob, team) == (True, 1, 0, 1)
        assert unread(alice, team) == (False, 0, 0, 0)
        # Longer than any request takes, and than the worker remembers what it counted itself.
        clock.advance(minutes=2)


@pytest.mark.parametrize(
    "message_id", ["late#1#x", "late#", "=x", "late#x#y", "#", "a#b", "~", "\u0000", "late#99999999999#z"]
)
def test_odd_ids_confuse_nothing(alice, bob, team, worker, clock, message_id):
    ordinary = alice.says(team, "counted already")
    stored_only(alice, team, "never counted", message_id)
    assert alice.post("chat.sendMessage", message={"rid": team, "_id": f"{message_id}2", "msg": "chosen"}).succeeded
    for _ in range(3):
        assert worker.run(worker.records()) == {"batchItemFailures": []}
        assert room_of(alice, team)["msgs"] == 3
        clock.advance(minutes=2)
    assert settled_for_good(alice, team, worker, clock)
    assert alice.get("chat.getMessage", msgId=message_id)["message"]["msg"] == "never counted"
    assert ordinary in [message["_id"] for message in alice.reads(team)]


def test_what_was_counted_is_ticked_off_and_stays_counted_once(alice, bob, team, worker, clock):
    for text in ("one", "@bob two", "@all three"):
        alice.says(team, text)
    assert len(counted(team)) == 3
    for _ in range(3):
        worker.run(worker.records())
        assert counted(team) == set()
        assert room_of(alice, team)["msgs"] == 3
        assert unread(bob, team) == (True, 2, 1, 1)
        clock.advance(minutes=2)


def test_a_request_that_was_only_slow_counts_nothing_twice(alice, bob, team, worker, clock):
    from pimentachat.models.messages import Tally
    from pimentachat.store import messages as message_store
    from pimentachat.store import rooms as room_store

    message_id = stored_only(alice, team, "slow")
    worker.run(worker.records())
    message = message_store.find(message_id)
    assert message
    room_store.count(team, message, Tally(ordinary=True, latest=True, shown=True), tracked=True)
    assert room_of(alice, team)["msgs"] == 1
    assert settled_for_good(alice, team, worker, clock)
    assert room_of(alice, team)["msgs"] == 2


def test_the_late_message_does_not_take_the_place_of_a_newer_one(alice, bob, team, worker, clock):
    stored_only(alice, team, "older")
    clock.advance(seconds=1)
    newer = bob.says(team, "newer")
    worker.run(worker.records())
    room = room_of(alice, team)
    assert (room["msgs"], room["lastMessage"]["_id"]) == (2, newer)


def test_what_happened_to_a_message_meanwhile_shows_in_its_room(alice, bob, team, worker):
    message = stored_only(alice, team, "helo")
    assert alice.post("chat.update", roomId=team, msgId=message, text="hello").succeeded
    assert bob.post("chat.react", messageId=message, emoji="smile").succeeded
    worker.run(worker.records())
    assert room_of(alice, team)["lastMessage"] == alice.get("chat.getMessage", msgId=message)["message"]
    assert alice.post("chat.react", messageId=message, emoji="wink").succeeded
    assert room_of(alice, team)["lastMessage"] == alice.get("chat.getMessage", msgId=message)["message"]


def test_who_has_read_the_room_is_told_nothing_twice(alice, bob, team, worker, clock):
    """The stream may be late: the mention was counted and read by then."""
    alice.says(team, "@bob hi")
    parent = bob.says(team, "topic")
    alice.says(team, "reply", tmid=parent)
    clock.advance(seconds=1)
    assert bob.post("subscriptions.read", rid=team).succeeded
    worker.run(worker.records())
    assert unread(bob, team) == (False, 0, 0, 0)


def test_a_mention_that_was_cut_off_is_counted(alice, bob, team, worker):
    from pimentachat.models.messages import Tally
    from pimentachat.store import messages as message_store
    from pimentachat.store import rooms as room_store

    message_id = stored_only(alice, team, "@bob hi")
    message = message_store.find(message_id)
    assert message
    room_store.count(team, message, Tally(ordinary=True, latest=True, shown=True), tracked=True)
    for _ in range(2):
        worker.run(worker.records())
        assert unread(bob, team) == (True, 1, 1, 0)


def test_a_reply_that_was_cut_off_hangs_on_its_thread(alice, bob, team, worker):
    parent = alice.says(team, "topic")
    reply = stored_only(bob, team, "reply", thread_id=parent)
    for _ in range(2):
        worker.run(worker.records())
        told = alice.get("chat.getMessage", msgId=parent)["message"]
        assert (told["tcount"], told["replies"]) == (1, sorted([alice.id, bob.id]))
        held = alice.subscription(team)
        assert (held["userMentions"], held["tunread"]) == (1, [parent])
    assert bob.post("chat.delete", roomId=team, msgId=reply).succeeded
    worker.run(worker.records())
    assert "tcount" not in alice.get("chat.getMessage", msgId=parent)["message"]


def test_a_message_without_its_entry_by_id_gets_it(alice, bob, team, worker):
    from pimentachat.store import messages as message_store
    from pimentachat.store import table, writes

    message = stored_only(alice, team, "half stored")
    table.write(writes.delete(message_store.id_key(message)))
    assert not alice.get("chat.getMessage", msgId=message).succeeded
    worker.run(worker.records())
    assert alice.get("chat.getMessage", msgId=message)["message"]["msg"] == "half stored"


def test_joins_are_counted_late_too(alice, bob, carol, team, worker, clock):
    from pimentachat.models.memberships import Membership
    from pimentachat.services.rooms import system_messages
    from pimentachat.store import memberships, table
    from pimentachat.store import messages as message_store
    from pimentachat.store import rooms as room_store
    from pimentachat.store import users as user_store

    for silent in (False, True):
        person = user_store.find(carol.id)
        room = room_store.change(team, lambda room, mute=silent: room.model_copy(update={"sys_mes": not mute}))
        assert person
        assert room
        message = system_messages.compose(room, person, "uj", "carol", members=1)
        membership = Membership(
            id="m",
            user_id=carol.id,
            username="carol",
            room_id=team,
            t="c",
            ts=message.sent_at,
            updated_at=message.sent_at,
        )
        table.transact(*memberships.additions(membership), *message_store.additions(message))
        before = room_of(alice, team)
        for _ in range(3):
            worker.run(worker.records())
            room_now = room_of(alice, team)
            assert room_now["usersCount"] == before["usersCount"] + 1
            assert room_now["msgs"] == before["msgs"] + (0 if silent else 1)
            clock.advance(minutes=2)
        assert carol.post("channels.leave", roomId=team).succeeded
        worker.run(worker.records())
    assert settled_for_good(alice, team, worker, clock)


def test_a_message_that_is_gone_counts_nothing(alice, bob, team, worker):
    kept = alice.says(team, "kept")
    gone = alice.says(team, "gone")
    assert alice.post("chat.delete", roomId=team, msgId=gone).succeeded
    for _ in range(2):
        worker.run(worker.records())
        room = room_of(alice, team)
        assert (room["msgs"], room["lastMessage"]["_id"]) == (2, kept)
    assert counted(team) == set()


def test_a_room_far_behind_counts_without_the_net(alice, bob, team, worker, monkeypatch):
    from pimentachat.store import rooms as room_store

    monkeypatch.setattr(room_store, "_COUNTED_MOST", 2)
    for number in range(4):
        alice.says(team, f"@bob {number}")
    # System messages are asked for by the worker in any case.
    assert alice.post("channels.setTopic", roomId=team, topic="t").succeeded
    assert len(counted(team)) == 3
    for _ in range(2):
        worker.run(worker.records())
        assert room_of(alice, team)["msgs"] == 5
        assert unread(bob, team) == (True, 4, 4, 0)
    assert counted(team) == set()
