"""directory: channels or people of the whole workspace."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.refusals import refused

WRONG = "Please verify the parameters"


def names(answer: Any) -> list[str]:
    assert answer.succeeded, answer.text
    assert answer["count"] == len(answer["result"])
    return [row.get("username") or row["name"] for row in answer["result"]]


def people(person: Any, **more: Any) -> Any:
    return person.get("directory", type="users", **more)


@pytest.fixture
def channels(alice):
    for name in ("apples", "bananas", "apple-pie"):
        alice.creates_channel(name)


# --- channels


def test_a_channel(alice, bob):
    room_id = alice.creates_channel("apples", members=["bob"])
    said = alice.says(room_id, "hi")
    answer = bob.get("directory", query={"text": "apple"})
    [row] = answer["result"]
    assert (answer["count"], answer["offset"], answer["total"]) == (1, 0, 1)
    assert row.pop("lastMessage")["_id"] == said
    assert row.pop("ts")
    assert row == {"_id": room_id, "name": "apples", "usersCount": 2, "archived": False}


def test_channels_by_name(alice, channels):
    everything = ["general", "bananas", "apples", "apple-pie"]
    # Without a sort the order is falling.
    assert names(alice.get("directory")) == everything
    assert names(alice.get("directory", sort={"name": 1})) == everything[::-1]
    page = alice.get("directory", sort={"name": -1}, offset=1, count=2)
    assert (names(page), page["total"]) == (everything[1:3], 4)
    assert names(alice.get("directory", offset=9)) == []


def test_channels_by_a_word(alice, channels):
    assert names(alice.get("directory", query={"text": "APPLE"})) == ["apples", "apple-pie"]
    assert names(alice.get("directory", query={"text": "pie", "type": "channels"})) == ["apple-pie"]
    assert names(alice.get("directory", text="banana", query={"text": "apple"})) == ["bananas"]
    assert names(alice.get("directory", text="!!")) == []
    page = alice.get("directory", text="apple", count=1, offset=1)
    assert (names(page), page["total"]) == (["apple-pie"], 2)


def test_channels_in_another_order(alice, bob, clock):
    for name in ("b", "a"):
        clock.advance(minutes=1)
        room = alice.creates_channel(f"room-{name}", members=["bob"] if name == "b" else [])
        assert room
    for sort, wanted in (
        ({"createdAt": 1}, ["general", "room-b", "room-a"]),
        ({"createdAt": -1}, ["room-a", "room-b", "general"]),
        ({"usersCount": 1}, ["room-a", "room-b", "general"]),
    ):
        assert names(alice.get("directory", sort=sort)) == wanted
    assert len(names(alice.get("directory", sort={"usernames": 1}))) == 3


def test_archived_ones_too_and_no_groups(alice, bob):
    room_id = alice.creates_channel("attic")
    alice.creates_group("attic-secret")
    assert alice.post("channels.archive", roomId=room_id).succeeded
    [row] = bob.get("directory", text="attic")["result"]
    assert row["archived"] is True


# --- people


def test_people(alice, bob, admin):
    answer = people(alice, text="bob")
    [row] = answer["result"]
    assert row.pop("createdAt")
    assert row == {"_id": bob.id, "username": "bob", "name": "Bob"}
    [row] = people(admin, text="bob")["result"]
    assert row["emails"] == [{"address": "bob@example.org", "verified": True}]


def test_people_by_name(alice, bob, newcomer):
    newcomer("anton", name="Zeno")
    everybody = ["anton", "rocket.cat", "bob"]
    # By their names, not by their usernames; without the caller.
    answer = people(alice)
    assert (names(answer), answer["total"]) == (everybody, 3)
    assert names(people(alice, sort={"name": 1})) == everybody[::-1]
    page = people(alice, offset=1, count=1)
    assert (names(page), page["total"]) == (["rocket.cat"], 3)
    assert names(people(alice, sort={"username": 1})) == ["anton", "bob", "rocket.cat"]
    assert names(people(alice, sort={"createdAt": 1}))[0] == "rocket.cat"
    assert names(people(alice, offset=50)) == []


def test_who_is_not_active_is_not_there(alice, bob, carol):
    from pimentachat.store import users as user_store

    def turn(person: Any, active: bool) -> None:
        user_store.change(person.id, lambda user: user.model_copy(update={"active": active}))

    turn(bob, False)
    for more in ({}, {"sort": {"username": -1}}):
        answer = people(alice, **more)
        assert (names(answer), answer["total"]) == (["rocket.cat", "carol"], 2)
    assert names(people(alice, text="bob")) == []
    turn(bob, True)
    assert people(alice)["total"] == 3
    assert names(people(alice, text="bob")) == ["bob"]


def test_a_new_name_is_another_place(alice, bob):
    from pimentachat.store import users as user_store

    assert names(people(alice, sort={"name": 1})) == ["bob", "rocket.cat"]
    user_store.change(bob.id, lambda user: user.model_copy(update={"name": "Zoe"}))
    assert names(people(alice, sort={"name": 1})) == ["rocket.cat", "bob"]


def test_the_fields_searched_are_a_setting(alice, newcomer, setting):
    newcomer("mlopez", name="Maria Lopez")
    assert names(people(alice, text="maria")) == ["mlopez"]
    setting("Accounts_SearchFields", "username")
    assert names(people(alice, text="maria")) == []


# --- parameters


def test_how_many(alice, newcomer):
    for number in range(12):
        newcomer(f"extra{number}", joins=False)
    assert len(people(alice)["result"]) == 13
    for count in (0, -3):
        answer = people(alice, count=count)
        assert (answer["count"], answer["total"]) == (10, 13)
    assert people(alice, count=3, offset=12)["count"] == 1


@pytest.mark.parametrize(
    "more",
    [
        {"type": "teams"},
        {"query": {"type": "nonsense"}},
        {"query": {"type": 1}},
        {"query": {"text": {"$regex": "."}}},
        {"sort": {"username": 1}},
        {"type": "users", "sort": {"emails": 1}},
    ],
)
def test_what_must_be_verified(alice, more):
    refused(alice.get("directory", **more), WRONG)


def test_what_is_no_json(alice):
    refused(alice.get("directory", sort={"name": 1, "ts": 1}), 'This method support only one "sort" parameter')
    for text in ("{", "[]", "1"):
        assert alice.get("directory", query=text).error_type == "error-invalid-query"
        assert alice.get("directory", sort=text).error_type == "error-invalid-sort"


def test_who_may_look(alice, grant):
    grant("view-c-room", "admin")
    refused(alice.get("directory"), WRONG)
    assert people(alice).succeeded
    for permission in ("view-outside-room", "view-d-room"):
        grant(permission, "admin")
        refused(people(alice), WRONG)
        grant(permission, "admin", "user")


def test_last_messages_are_for_who_may_preview(alice, grant):
    alice.says("GENERAL", "hi")
    assert "lastMessage" in alice.get("directory")["result"][0]
    grant("preview-c-room", "admin")
    assert "lastMessage" not in alice.get("directory")["result"][0]


@pytest.mark.parametrize("kind", ["channels", "users"])
def test_too_many_to_look_through(alice, bob, channels, kind, monkeypatch):
    from pimentachat.services.search import directory

    monkeypatch.setattr(directory, "LOOKED_THROUGH_MOST", 1)
    broad = "The query or sort would look through more than 1 entries, please narrow it [error-query-too-broad]"
    refused(alice.get("directory", type=kind, sort={"createdAt": 1}), broad)
    text = "apple" if kind == "channels" else ""
    if text:
        refused(alice.get("directory", type=kind, text=text), broad)
    assert alice.get("directory", type=kind).succeeded
    monkeypatch.setattr(directory, "OFFSET_MOST", 1)
    assert alice.get("directory", type=kind, offset=2).error_type == "error-query-too-broad"


@settings(max_examples=20)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["bob", "carol", "dan"]), st.sampled_from(["on", "off", "name"])), max_size=6
    )
)
def test_totals_are_exact_whatever_happens(alice, newcomer, steps):
    from pimentachat.store import users as user_store

    if not hasattr(alice, "others"):
        alice.others = {name: newcomer(name, joins=False) for name in ("bob", "carol", "dan")}
    for number, (name, act) in enumerate(steps):
        change = {"name": f"Name{number}"} if act == "name" else {"active": act == "on"}
        user_store.change(alice.others[name].id, lambda user, change=change: user.model_copy(update=change))
    active = {name for name, person in alice.others.items() if user_store.find(person.id).active}
    answer = people(alice)
    assert set(names(answer)) == active | {"rocket.cat"}
    assert answer["total"] == len(active) + 1
