"""Somebody whose username is the id of somebody else takes no direct message of theirs."""

import pytest

from tests.workspace import Person


@pytest.fixture
def mallory(newcomer, bob: Person) -> Person:
    """Her username is Bob's id."""
    return newcomer(bob.id, name="Mallory")


def direct_id(one: Person, two: Person) -> str:
    return "".join(sorted([one.id, two.id]))


@pytest.mark.parametrize("name", ["username", "roomId", "usernames"])
@pytest.mark.parametrize("sign", ["", "@"])
def test_im_create(alice: Person, bob: Person, mallory: Person, name: str, sign: str) -> None:
    assert alice.post("im.create", **{name: sign + bob.id})["room"]["_id"] == direct_id(alice, bob)
    assert mallory.get("im.list")["total"] == 0
    # By her own id she can be reached all the same.
    assert alice.post("im.create", username=mallory.id)["room"]["_id"] == direct_id(alice, mallory)


@pytest.mark.parametrize("sign", ["", "@"])
@pytest.mark.parametrize("name", ["channel", "roomId"])
def test_posting_to_an_id(alice: Person, bob: Person, mallory: Person, name: str, sign: str) -> None:
    sent = alice.post("chat.postMessage", text="for bob", **{name: sign + bob.id})
    assert sent["message"]["rid"] == direct_id(alice, bob)
    assert mallory.get("im.list")["total"] == 0


@pytest.mark.parametrize("verb", ["history", "counters"])
def test_reading_by_an_id(alice: Person, bob: Person, mallory: Person, verb: str) -> None:
    room_id = alice.opens_direct_room(bob)
    alice.says(room_id, "for bob")
    mallory.says(mallory.opens_direct_room(alice), "look here")
    answer = alice.get(f"im.{verb}", username=bob.id)
    found = answer.body
    assert found.get("msgs") == 1 or [message["msg"] for message in found["messages"]] == ["for bob"]


def test_the_name_still_means_its_owner_where_nobody_has_that_id(alice: Person, newcomer) -> None:
    nina = newcomer("abcdefghijkmnopqr")
    assert alice.post("im.create", username=nina.username)["room"]["_id"] == direct_id(alice, nina)
