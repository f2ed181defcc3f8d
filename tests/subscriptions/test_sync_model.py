"""Whoever syncs by `updatedSince` knows at every moment what a fresh list would tell: whatever happens in between, in
any order, nothing is lost and nothing that is gone stays."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.at_once import at_once
from tests.workspace import Person


class Phone:
    """A client that keeps what it was told, and asks for what is newer than the newest it knows, or than its last
    sync."""

    def __init__(self, person: Person, *, by_own_clock: bool) -> None:
        self.person = person
        self._by_own_clock = by_own_clock
        self._since = {"rooms": "", "subscriptions": ""}
        self.rooms: dict[str, Any] = {}
        self.subscriptions: dict[str, Any] = {}

    def sync(self, now: str = "") -> None:
        for family, held in (("rooms", self.rooms), ("subscriptions", self.subscriptions)):
            since = self._since[family]
            answer = self.person.get(f"{family}.get", **({"updatedSince": since} if since else {}))
            assert answer.succeeded, answer.text
            for each in answer["update"]:
                held[each["_id"]] = each
            for each in answer["remove"]:
                held.pop(each["_id"], None)
            newest = [each["_updatedAt"] for each in answer["update"]] + [
                each["_deletedAt"] for each in answer["remove"]
            ]
            self._since[family] = now if self._by_own_clock else max([since, *newest])

    def knows_all(self) -> None:
        fresh = {each["_id"]: each for each in self.person.get("subscriptions.get")["update"]}
        assert self.subscriptions == fresh
        # Rooms that one has left are told by the subscriptions.
        mine = {each["rid"] for each in fresh.values()}
        rooms = {each["_id"]: each for each in self.person.get("rooms.get")["update"]}
        assert {room_id: room for room_id, room in self.rooms.items() if room_id in mine} == rooms


_VERBS = [
    "say",
    "name",
    "edit",
    "delete",
    "join",
    "leave",
    "kick",
    "topic",
    "rename",
    "archive",
    "remove",
    "read",
    "unread",
]
_steps = st.lists(
    st.tuples(st.sampled_from([*_VERBS, "sync", "sync"]), st.integers(0, 2), st.sampled_from(["alice", "bob"])),
    max_size=16,
)


@settings(max_examples=20)
@given(steps=_steps, by_own_clock=st.booleans())
def test_a_client_that_syncs_knows_what_a_fresh_list_tells(admin, alice, bob, clock, deliver, steps, by_own_clock):
    from pimentachat import ids

    people = {"alice": alice, "bob": bob}
    rooms = [alice.creates_channel(f"room{ids.new_id()}", members=["bob"]) for _ in range(2)]
    rooms.append(alice.opens_direct_room(bob))
    phone = Phone(bob, by_own_clock=by_own_clock)
    said: list[tuple[str, str]] = []
    for verb, number, name in steps:
        clock.advance(seconds=1)
        person, room_id = people[name], rooms[number]
        # What is refused (an archived room, a stranger) changes nothing, and is one more thing to sync after.
        if verb in {"say", "name"}:
            answer = person.posts(room_id, "@bob @all" if verb == "name" else "hi")
            if answer.succeeded:
                said.append((room_id, answer["message"]["_id"]))
        elif verb in {"edit", "delete"} and said:
            where, message_id = said[number % len(said)]
            text = {"text": "hello"} if verb == "edit" else {}
            admin.post(f"chat.{'update' if verb == 'edit' else 'delete'}", roomId=where, msgId=message_id, **text)
        elif verb in {"join", "leave"}:
            bob.post(f"channels.{verb}", roomId=room_id)
        elif verb == "kick":
            alice.post("channels.kick", roomId=room_id, userId=bob.id)
        elif verb == "topic":
            alice.post("channels.setTopic", roomId=room_id, topic=ids.new_id())
        elif verb == "rename":
            alice.post("channels.rename", roomId=room_id, name=f"room{ids.new_id()}")
        elif verb in {"archive", "remove"}:
            admin.post(f"channels.{'archive' if verb == 'archive' else 'delete'}", roomId=room_id)
        elif verb == "read":
            bob.post("subscriptions.read", rid=room_id)
        elif verb == "unread":
            bob.post("subscriptions.unread", roomId=room_id)
        elif verb == "sync":
            clock.advance(seconds=1)
            phone.sync(clock.now_text())
            phone.knows_all()
        deliver()
    clock.advance(seconds=1)
    phone.sync(clock.now_text())
    phone.knows_all()


def test_what_a_room_tells_never_goes_back(alice, bob, monkeypatch):
    """A message that is counted behind a newer one still shows as a change to who has seen the newer one."""
    from dataclasses import replace

    from pimentachat.models.messages import Tally
    from pimentachat.store import messages as message_store
    from pimentachat.store import rooms as room_store

    room_id = alice.creates_channel("team", members=["bob"])
    older = message_store.find(alice.says(room_id, "older"))
    alice.says(room_id, "newer")
    assert older
    phone = Phone(bob, by_own_clock=False)
    phone.sync()
    room = room_store.find(room_id)
    assert room
    # As if its request, or the worker, came to count it only now, by a clock that is behind.
    late = replace(older, id="CountedLateMessage"[:17], tally=None)
    monkeypatch.setattr("pimentachat.clock.now_text", lambda: room.ts)
    room_store.count(room_id, late, Tally(ordinary=True, latest=True, shown=True), tracked=False)
    monkeypatch.undo()
    phone.sync()
    phone.knows_all()
    after = room_store.reread(room_id)
    assert after
    assert after.updated_at > room.updated_at
    assert after.counted_at > room.counted_at
    assert after.last_message
    assert after.last_message.text == "newer"


def test_posts_at_the_same_moment(alice, bob):
    """Two who post at once into several rooms while somebody syncs: in the end nothing is missing."""
    rooms = [alice.creates_channel(f"room{number}", members=["bob"]) for number in range(4)]
    phone = Phone(bob, by_own_clock=False)
    phone.sync()
    for _ in range(3):
        at_once(*(lambda room_id=room_id: alice.posts(room_id, "hi") for room_id in rooms for _ in range(3)))
        phone.sync()
        phone.knows_all()
