"""Who may write in a room: the same for posting, editing, deleting and reacting."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.kinds import becomes
from tests.refusals import refused
from tests.workspace import Answer, File, Person

READ_ONLY = "You can't send messages because the room is readonly."
EDITING = "Message editing not allowed [error-action-not-allowed]"
DELETING = "Not allowed [error-action-not-allowed]"
NOT_ALLOWED = "Not allowed [error-not-allowed]"


@pytest.fixture
def garden(alice: Person, bob: Person) -> str:
    """A channel of alice, who owns it, and bob."""
    return alice.creates_channel("garden", members=["bob"])


@pytest.fixture
def said(bob: Person, garden: str) -> str:
    return bob.says(garden, "before")


def edit(person: Person, room_id: str, said: str) -> Answer:
    return person.post("chat.update", roomId=room_id, msgId=said, text="after")


def delete(person: Person, room_id: str, said: str) -> Answer:
    return person.post("chat.delete", roomId=room_id, msgId=said)


def react(person: Person, room_id: str, said: str) -> Answer:
    return person.post("chat.react", messageId=said, emoji="smile")


WRITES: list[Callable[[Person, str, str], Answer]] = [
    lambda person, room_id, said: person.posts(room_id, "after"),
    lambda person, room_id, said: person.post("chat.sendMessage", message={"rid": room_id, "msg": "after"}),
    lambda person, room_id, said: person.upload(f"rooms.upload/{room_id}", File("plan.txt", b"after")),
    edit,
    react,
    delete,
]


def unchanged(person: Person, room_id: str, said: str) -> None:
    [message] = person.reads(room_id)
    assert (message["_id"], message["msg"], message.get("reactions")) == (said, "before", None)


def test_nobody_writes_in_an_archived_room(alice: Person, bob: Person, garden: str, said: str) -> None:
    assert react(alice, garden, said).succeeded
    assert react(alice, garden, said).succeeded
    assert alice.post("channels.archive", roomId=garden).succeeded
    for write in WRITES:
        refused(write(bob, garden, said), "room_is_archived")
    refused(edit(alice, garden, said), "room_is_archived")
    refused(react(alice, garden, said), "room_is_archived")
    unchanged(bob, garden, said)


def test_what_must_go_is_deleted_in_an_archived_room_too(
    alice: Person, bob: Person, admin: Person, garden: str, said: str
) -> None:
    other = bob.says(garden, "another")
    assert alice.post("channels.archive", roomId=garden).succeeded
    # The owner and the administrator have force-delete-message.
    assert delete(alice, garden, said).succeeded
    assert delete(admin, garden, other).succeeded
    assert bob.reads(garden) == []


def test_somebody_who_is_muted_only_reads(alice: Person, bob: Person, garden: str, said: str) -> None:
    becomes(garden, muted=["bob"])
    for write in WRITES:
        refused(write(bob, garden, said), NOT_ALLOWED if write is react else "You_have_been_muted")
    unchanged(bob, garden, said)
    becomes(garden, muted=[])
    for write in WRITES:
        assert write(bob, garden, said).succeeded


def test_in_a_read_only_room_owners_write(alice: Person, bob: Person, garden: str, said: str) -> None:
    becomes(garden, ro=True)
    for write in WRITES:
        refused(write(bob, garden, said), READ_ONLY)
    unchanged(bob, garden, said)
    for write in WRITES:
        assert write(alice, garden, said).succeeded


@pytest.mark.parametrize("silenced", [{"ro": True}, {"muted": ["bob"]}], ids=str)
def test_a_room_may_let_readers_react(
    alice: Person, bob: Person, garden: str, said: str, silenced: dict[str, Any]
) -> None:
    becomes(garden, **silenced, react_when_read_only=True)
    assert react(bob, garden, said).succeeded
    assert edit(bob, garden, said).status == 400


def test_in_a_blocked_direct_room_nobody_writes(alice: Person, bob: Person) -> None:
    from pimentachat.store import memberships

    room_id = alice.opens_direct_room(bob)
    said = bob.says(room_id, "before")
    held = memberships.find(bob.id, room_id)
    assert held
    assert react(bob, room_id, said).succeeded
    assert react(bob, room_id, said).succeeded
    from pimentachat.store import table
    from pimentachat.store.items import dump
    from pimentachat.store.writes import update

    table.write(update(memberships.key(bob.id, room_id), {"doc": dump({**held.preferences, "blocked": True})}))
    for write in WRITES:
        refused(write(bob, room_id, said), "room_is_blocked")


def test_who_was_removed_edits_nothing(alice: Person, bob: Person, admin: Person, garden: str, said: str) -> None:
    assert alice.post("channels.kick", roomId=garden, userId=bob.id).succeeded
    refused(edit(bob, garden, said), EDITING)
    # Who may edit every message need not be a member.
    assert edit(admin, garden, said).succeeded
    assert bob.post("channels.join", roomId=garden).succeeded
    assert edit(bob, garden, said).succeeded


def test_who_was_removed_from_a_group_does_nothing_there(alice: Person, bob: Person) -> None:
    room_id = alice.creates_group("core", members=["bob"])
    said = bob.says(room_id, "before")
    assert alice.post("groups.kick", roomId=room_id, userId=bob.id).succeeded
    refused(edit(bob, room_id, said), EDITING)
    refused(delete(bob, room_id, said), DELETING)
    refused(react(bob, room_id, said), NOT_ALLOWED)


def test_who_never_joined_a_channel_edits_what_they_sent(carol: Person, garden: str) -> None:
    sent = carol.post("chat.sendMessage", message={"rid": garden, "msg": "passing by"})["message"]
    assert edit(carol, garden, sent["_id"])["message"]["msg"] == "after"
