"""channels.getAllUserMentionsByChannel."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.refusals import refused
from tests.workers.test_purge import items

ENDPOINT = "channels.getAllUserMentionsByChannel"


def texts(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [message["msg"] for message in answer["mentions"]]


@pytest.fixture
def room_id(alice, bob, clock):
    """A channel in which Alice names Bob five times, "0 @bob" to "4 @bob", and others between."""
    room_id = alice.creates_channel("team", members=["bob"])
    for number in range(5):
        clock.advance(seconds=1)
        alice.says(room_id, f"{number} @bob")
        alice.says(room_id, f"{number} @all @alice @nobody")
    return room_id


def test_oldest_first_page_by_page(alice, bob, room_id):
    whole = [f"{number} @bob" for number in range(5)]
    answer = bob.get(ENDPOINT, roomId=room_id)
    assert (texts(answer), answer["count"], answer["offset"], answer["total"]) == (whole, 5, 0, 5)
    assert answer["mentions"][0]["mentions"] == [{"_id": bob.id, "username": "bob", "name": "Bob"}]
    for offset in range(7):
        page = bob.get(ENDPOINT, roomId=room_id, offset=offset, count=2)
        assert (texts(page), page["offset"], page["total"]) == (whole[offset : offset + 2], offset, 5)
    assert texts(bob.get(ENDPOINT, roomId=room_id, sort={"ts": -1}, count=2)) == whole[:2:-1]
    assert texts(bob.get(ENDPOINT, roomId=room_id, sort={"msg": -1}, count=1)) == ["4 @bob"]
    assert texts(bob.get(ENDPOINT, roomId=room_id, count=0)) == whole


@pytest.mark.parametrize("kind", ["groups", "im"])
def test_any_kind_of_room(alice, bob, kind):
    room_id = alice.creates_group("core", members=["bob"]) if kind == "groups" else alice.opens_direct_room(bob)
    alice.says(room_id, "hi @bob and @BOB")
    assert texts(bob.get(ENDPOINT, roomId=room_id)) == ["hi @bob and @BOB"]
    assert texts(alice.get(ENDPOINT, roomId=room_id)) == []


def test_edited_and_deleted_messages(alice, bob, carol, room_id, setting):
    setting("Message_KeepHistory", True)
    ids = [message["_id"] for message in bob.get(ENDPOINT, roomId=room_id)["mentions"]]
    update = {"roomId": room_id, "msgId": ids[0]}
    assert alice.post("chat.update", **update, text="0 @carol").succeeded
    assert alice.post("chat.delete", roomId=room_id, msgId=ids[1]).succeeded
    setting("Message_ShowDeletedStatus", True)
    assert alice.post("chat.delete", roomId=room_id, msgId=ids[2]).succeeded
    setting("Message_KeepHistory", False)
    setting("Message_ShowDeletedStatus", False)
    assert alice.post("chat.delete", roomId=room_id, msgId=ids[3]).succeeded
    answer = bob.get(ENDPOINT, roomId=room_id)
    assert (texts(answer), answer["total"]) == (["4 @bob"], 1)
    assert texts(carol.get(ENDPOINT, roomId=room_id)) == ["0 @carol"]
    assert alice.post("chat.update", **update, text="0 @bob").succeeded
    assert texts(bob.get(ENDPOINT, roomId=room_id)) == ["0 @bob", "4 @bob"]


def test_an_id_of_the_client(alice, bob, room_id):
    sent = {"_id": "ChosenByTheClient", "rid": room_id, "msg": "5 @bob"}
    for _ in range(2):
        assert alice.post("chat.sendMessage", message=sent).succeeded
    assert bob.get(ENDPOINT, roomId=room_id)["total"] == 6


def test_nothing_is_left_of_a_room_or_a_history_that_is_gone(admin, alice, bob, room_id, deliver):
    def entries() -> list[str]:
        return [item["sk"] for item in items("messages") if item["pk"].startswith("MENTIONS#")]

    assert len(entries()) == 10
    other = alice.creates_channel("other", members=["bob"])
    alice.says(other, "@bob")
    assert admin.post("channels.delete", roomId=room_id).succeeded
    deliver()
    assert len(entries()) == 1
    whole = {"oldest": "2019-01-01", "latest": "2099-01-01"}
    assert admin.post("rooms.cleanHistory", roomId=other, **whole)["count"] == 1
    assert entries() == []


def test_the_room_must_be_named_and_seen(alice, bob):
    missing = 'The request param "roomId" is required'
    refused(bob.get(ENDPOINT), missing)
    refused(bob.get(ENDPOINT, roomId=" "), missing)
    for room_id in ("nowhere", alice.creates_group("core")):
        refused(bob.get(ENDPOINT, roomId=room_id), "Invalid room [error-invalid-room]")
    answer = bob.get(ENDPOINT, roomId="GENERAL", sort="{bad")
    refused(answer, 'Invalid sort parameter provided: "{bad" [error-invalid-sort]')


def test_there_is_a_bound(bob, room_id, monkeypatch):
    from pimentachat.services.messages import lists

    monkeypatch.setattr(lists, "LOOKED_THROUGH_MOST", 4)
    assert bob.get(ENDPOINT, roomId=room_id, count=2)["total"] == 5
    for asked in ({"count": 0}, {"sort": {"msg": 1}}):
        assert bob.get(ENDPOINT, roomId=room_id, **asked).error_type == "error-query-too-broad"


_texts = st.sampled_from(["hi", "@bob", "@bob @carol", "@carol @all", "@here"])
_steps = st.lists(
    st.tuples(st.sampled_from(["say", "edit", "delete"]), st.integers(0, 9), _texts, st.booleans()), max_size=12
)


@settings(max_examples=15)
@given(steps=_steps)
def test_the_list_is_what_a_search_would_find(alice, bob, carol, clock, setting, steps):
    from pimentachat import ids

    room_id = alice.creates_channel(f"room{ids.new_id()}", members=["bob", "carol"])
    said: list[str] = []
    for verb, number, text, keeps in steps:
        clock.advance(seconds=1)
        if verb == "say" or not said:
            said.append(alice.says(room_id, text))
        elif verb == "edit":
            assert alice.post("chat.update", roomId=room_id, msgId=said[number % len(said)], text=text).succeeded
        else:
            setting("Message_KeepHistory", keeps)
            assert alice.post("chat.delete", roomId=room_id, msgId=said.pop(number % len(said))).succeeded
    messages = alice.get("channels.messages", roomId=room_id, sort={"ts": 1}, count=100)["messages"]
    for person in (bob, carol):
        named = [each for each in messages if person.id in [who["_id"] for who in each["mentions"]]]
        answer = person.get(ENDPOINT, roomId=room_id)
        assert ([each["_id"] for each in answer["mentions"]], answer["total"]) == (
            [each["_id"] for each in named],
            len(named),
        )
