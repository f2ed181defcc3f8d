"""Direct rooms of more than two people: im.create with several usernames, and what is done in them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.at_once import at_once, outcomes
from tests.refusals import refused
from tests.workspace import Answer, File, Person

NOT_FOUND = 'The required "roomId" or "username" param provided does not match any dirct message [error-room-not-found]'


def opens(person: Person, usernames: str, **more: Any) -> Answer:
    return person.post("im.create", usernames=usernames, **more)


@pytest.fixture
def room_id(alice: Person, bob: Person, carol: Person) -> str:
    room_id: str = opens(alice, "bob,carol")["room"]["_id"]
    return room_id


@pytest.mark.parametrize("family", ["im", "dm"])
def test_what_is_made(alice: Person, bob: Person, carol: Person, family: str) -> None:
    answer = alice.post(f"{family}.create", usernames="carol, @BOB,alice,bob")
    room = answer["room"]
    assert answer.body == {"room": room, "success": True}
    assert room == {
        "_id": room["_id"],
        "rid": room["_id"],
        "t": "d",
        "usernames": ["alice", "carol", "bob"],
        "uids": [alice.id, carol.id, bob.id],
        "msgs": 0,
        "usersCount": 3,
        "ts": room["ts"],
        "_updatedAt": room["_updatedAt"],
    }
    assert len(room["_id"]) == 17
    shown = {person.username: person.subscription(room["_id"]) for person in (alice, bob, carol)}
    assert {name: (held["name"], held["fname"], held["open"], "ls" in held) for name, held in shown.items()} == {
        "alice": ("bob, carol", "Bob, Carol", True, True),
        "bob": ("alice, carol", "Alice, Carol", False, False),
        "carol": ("alice, bob", "Alice, Bob", False, False),
    }
    assert {held["alert"] for held in shown.values()} == {False}


def test_the_same_people_get_the_same_room(alice: Person, bob: Person, carol: Person, room_id: str) -> None:
    for person, usernames in ((alice, "carol,bob"), (bob, "alice,carol"), (carol, f"{alice.id},@bob,carol")):
        assert opens(person, usernames)["room"]["_id"] == room_id
    assert alice.get("im.list")["total"] == 1
    assert bob.subscription(room_id)["open"] is True


def test_other_people_get_another_room(newcomer, alice: Person, bob: Person, room_id: str) -> None:
    newcomer("dora")
    others = {opens(alice, "bob,carol,dora")["room"]["_id"], opens(alice, "bob,dora")["room"]["_id"]}
    others |= {alice.opens_direct_room(bob), opens(alice, "bob")["room"]["_id"], opens(alice, "alice")["room"]["_id"]}
    assert len(others) == 4
    assert room_id not in others
    assert opens(alice, "alice")["room"]["_id"] == alice.id * 2


def test_there_is_one_whoever_asks_first(alice: Person, bob: Person, carol: Person) -> None:
    people = [alice, bob, carol]
    answers = at_once(*(lambda p=person: opens(p, "alice,bob,carol") for person in people * 6))
    assert outcomes(answers) == {"ok": 18}
    assert len({answer["room"]["_id"] for answer in answers}) == 1
    for person in people:
        assert [room["usersCount"] for room in person.get("im.list")["ims"]] == [3]


def test_everybody_reads_what_is_written(alice: Person, bob: Person, carol: Person, room_id: str, deliver) -> None:
    said = alice.says(room_id, "hello @bob")
    sent = carol.post("chat.sendMessage", message={"rid": room_id, "msg": "hi"})["message"]["_id"]
    assert bob.posts(f"@{room_id}", "three").succeeded
    assert carol.upload(f"rooms.upload/{room_id}", File("plan.txt", b"plan")).succeeded
    assert bob.post("chat.react", messageId=said, emoji="smile").succeeded
    deliver()
    for person in (alice, bob, carol):
        assert [each["_id"] for each in person.reads(room_id, "im")][2:] == [sent, said]
    held = alice.subscription(room_id)
    assert (held["open"], held["alert"], held["unread"], held["userMentions"]) == (True, True, 3, 0)
    # Own messages are read up to oneself: Carol wrote last.
    assert carol.subscription(room_id)["unread"] == 0
    assert bob.subscription(room_id)["unread"] == 1


def test_what_is_counted(alice: Person, bob: Person, room_id: str) -> None:
    alice.says(room_id, "one")
    alice.says(room_id, "@bob two")
    counted = bob.get("im.counters", roomId=room_id)
    assert counted["joined"] is True
    assert (counted["members"], counted["msgs"], counted["userMentions"]) == (3, 2, 1)
    assert bob.subscription(room_id)["unread"] == 2


def test_a_hidden_one_opens_with_a_message(alice: Person, bob: Person, room_id: str) -> None:
    assert bob.subscription(room_id)["open"] is False
    alice.says(room_id, "hi")
    assert bob.subscription(room_id)["open"] is True


def test_nobody_else_gets_in(newcomer, alice: Person, room_id: str) -> None:
    dora = newcomer("dora")
    said = alice.says(room_id, "secret")
    refused(dora.get("im.history", roomId=room_id), NOT_FOUND)
    refused(dora.post("im.create", roomId=room_id), NOT_FOUND)
    refused(dora.posts(room_id, "hi"), "[invalid-channel]")
    refused(dora.post("chat.sendMessage", message={"rid": room_id, "msg": "hi"}), "error-not-allowed")
    refused(dora.get("chat.getMessage", msgId=said), "Not allowed [error-not-allowed]")


def test_everybody_must_exist(alice: Person, bob: Person) -> None:
    for usernames in ("bob,nobody", "nobody,noone", f"bob,{'x' * 300}"):
        refused(opens(alice, usernames), "[invalid-channel]")
    assert alice.get("im.list")["total"] == 0


def test_how_many_is_a_setting(alice: Person, bob: Person, carol: Person, newcomer, setting) -> None:
    newcomer("dora")
    too_many = "A direct room has at most {} people [error-direct-message-max-user-exceeded]"
    setting("DirectMesssage_maxUsers", 3)
    assert opens(alice, "bob,carol").succeeded
    # Oneself, and somebody who is named twice, count once.
    assert opens(alice, "alice,bob,BOB,carol").succeeded
    refused(opens(alice, "bob,carol,dora"), too_many.format(3))
    setting("DirectMesssage_maxUsers", 1000)
    assert opens(alice, "bob,carol,dora").succeeded
    refused(opens(alice, ",".join(f"user{number}" for number in range(200))), too_many.format(40))


def test_as_many_as_fit(alice: Person, newcomer, setting) -> None:
    names = [newcomer(f"p{number:02}", joins=False).username for number in range(39)]
    setting("DirectMesssage_maxUsers", 1000)
    room = opens(alice, ",".join(names))["room"]
    assert (room["usersCount"], len(room["uids"])) == (40, 40)
    assert opens(alice, ",".join(reversed(names)))["room"]["_id"] == room["_id"]


def test_making_one_needs_the_permissions_and_finding_it_does_not(
    alice: Person, bob: Person, carol: Person, newcomer, grant, room_id: str
) -> None:
    newcomer("gus", roles=["guest"])
    refused(opens(alice, "bob,gus"), "Target user not allowed to receive messages [error-not-allowed]")
    grant("create-d", "admin")
    assert opens(alice, "bob,carol")["room"]["_id"] == room_id
    newcomer("dora")
    refused(opens(alice, "bob,dora"), "Not allowed [error-not-allowed]")


def test_a_username_wins_over_usernames(alice: Person, bob: Person, carol: Person) -> None:
    room = opens(alice, "carol,bob", username="bob")["room"]
    assert room["_id"] == "".join(sorted([alice.id, bob.id]))


def test_it_is_no_pair_and_so_not_archived_with_one_of_them(
    alice: Person, bob: Person, carol: Person, room_id: str
) -> None:
    from pimentachat.store import users as user_store

    user_store.change(bob.id, lambda user: user.model_copy(update={"active": False}))
    assert opens(alice, "bob,carol")["room"]["_id"] == room_id
    assert "archived" not in alice.subscription(room_id)


def test_its_names_are_shown_where_rooms_are_listed(alice: Person, bob: Person, room_id: str) -> None:
    rows = bob.get("users.info", username="bob", fields={"userRooms": 1})["user"]["rooms"]
    assert [(row["rid"], row["name"]) for row in rows if row["t"] == "d"] == [(room_id, "alice, carol")]
    [room] = [room for room in bob.get("rooms.get")["update"] if room["t"] == "d"]
    assert sorted(room["usernames"]) == ["alice", "bob", "carol"]


def test_a_push_goes_to_everybody_else_and_says_who_speaks(
    alice: Person, bob: Person, carol: Person, room_id: str, phones: Callable[[], Any], deliver
) -> None:
    for person in (alice, bob, carol):
        assert person.post("push.token", type="apn", value=f"phone-{person.username}", appName="chat").succeeded
    alice.says(room_id, "coffee?")
    deliver()
    alerts = [json.loads(message["APNS"])["aps"]["alert"] for _, message in phones()]
    assert sorted(alerts, key=lambda alert: alert["title"]) == [
        {"title": "alice, bob", "body": "alice: coffee?"},
        {"title": "alice, carol", "body": "alice: coffee?"},
    ]
