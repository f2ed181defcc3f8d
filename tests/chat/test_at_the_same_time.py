"""Many people at once: nothing fails, nothing is lost, nothing is counted twice."""

from typing import Any

import pytest

from tests.at_once import at_once

pytestmark = pytest.mark.hard

GENERAL = "GENERAL"


@pytest.fixture
def people(newcomer: Any) -> list[Any]:
    return [newcomer(f"person{number}") for number in range(32)]


def test_everybody_posts_into_one_room(alice, people, deliver, setting):
    setting("Unread_Count", "all_messages")
    room_id = alice.creates_channel("team", members=[person.username for person in people])
    assert alice.post("subscriptions.read", rid=room_id).succeeded
    for person in people:
        assert person.post("subscriptions.read", rid=room_id).succeeded

    def posts(person: Any) -> list[Any]:
        return [person.posts(room_id, f"{person.username} {number}") for number in range(20)]

    answers = [
        answer for some in at_once(*[lambda person=person: posts(person) for person in people]) for answer in some
    ]
    assert {answer.status for answer in answers} == {200}
    ids = [answer["message"]["_id"] for answer in answers]
    assert len(set(ids)) == 640

    def check() -> None:
        from pimentachat.store import rooms as room_store

        room = room_store.find(room_id)
        assert room
        assert (room.msgs, room.ordinary, room.users_count) == (640, 640, 33)
        held = alice.get("channels.messages", roomId=room_id, count=0)
        assert (held["total"], sorted(each["_id"] for each in held["messages"])) == (640, sorted(ids))
        assert room.last_id == held["messages"][0]["_id"]
        assert alice.subscription(room_id)["unread"] == 640
        for person in people:
            assert person.subscription(room_id)["unread"] <= 640 - 20

    check()
    for _ in range(3):
        deliver()
    check()
    # Once quiet, everybody's own messages leave nothing unread.
    for person in people:
        person.says(room_id, "bye")
    assert people[-1].subscription(room_id)["unread"] == 0
    assert people[0].subscription(room_id)["unread"] == 31


def test_one_person_posts_from_many_devices(alice, bob, setting):
    setting("Unread_Count", "all_messages")
    room_id = alice.creates_channel("team", members=["bob"])
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    answers = at_once(*[lambda number=number: alice.posts(room_id, str(number)) for number in range(32)])
    assert all(answer.succeeded for answer in answers)
    assert (alice.subscription(room_id)["unread"], alice.subscription(room_id)["alert"]) == (0, False)
    assert bob.subscription(room_id)["unread"] == 32
    bob.says(room_id, "hello")
    assert alice.subscription(room_id)["unread"] == 1


def test_everybody_reacts_to_one_message(alice, people):
    message = alice.says(GENERAL, "hi")
    react = [
        lambda person=person: person.post("chat.react", messageId=message, emoji="smile", shouldReact=True)
        for person in people
    ]
    assert all(answer.succeeded for answer in at_once(*react))
    told = alice.get("chat.getMessage", msgId=message)["message"]
    assert sorted(told["reactions"][":smile:"]["usernames"]) == sorted(person.username for person in people)
    assert alice.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"] == told

    def takes_back(person: Any) -> Any:
        return person.post("chat.react", messageId=message, emoji="smile", shouldReact=False)

    assert all(answer.succeeded for answer in at_once(*[lambda p=person: takes_back(p) for person in people[:16]]))
    told = alice.get("chat.getMessage", msgId=message)["message"]
    assert sorted(told["reactions"][":smile:"]["usernames"]) == sorted(person.username for person in people[16:])
    assert alice.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"] == told


def test_one_id_chosen_by_a_client_makes_one_message(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    message = {"_id": "the-one", "rid": room_id, "msg": "@bob once"}
    answers = at_once(*[lambda: alice.post("chat.sendMessage", message=message) for _ in range(16)])
    assert all(answer.succeeded for answer in answers)
    assert len([answer for answer in answers if "message" in answer.body]) == 1
    assert [each["_id"] for each in alice.reads(room_id)] == ["the-one"]
    assert alice.get("channels.info", roomId=room_id)["channel"]["msgs"] == 1
    assert (alice.subscription(room_id)["unread"], bob.subscription(room_id)["unread"]) == (0, 1)


def test_everybody_replies_in_one_thread(alice, people, deliver):
    parent = alice.says(GENERAL, "topic")
    at_once(*[lambda person=person: person.says(GENERAL, "reply", tmid=parent) for person in people])
    for _ in range(3):
        deliver()
    told = alice.get("chat.getMessage", msgId=parent)["message"]
    assert told["tcount"] == 32
    assert told["replies"] == sorted([alice.id, *(person.id for person in people)])
    assert alice.subscription(GENERAL)["tunread"] == [parent]


def test_many_edits_of_one_message_leave_one_of_them(alice, admin):
    message = alice.says(GENERAL, "0")
    texts = [str(number) for number in range(1, 17)]
    edits = [
        lambda text=text, who=(alice, admin)[int(text) % 2]: who.post(
            "chat.update", roomId=GENERAL, msgId=message, text=text
        )
        for text in texts
    ]
    assert all(answer.succeeded for answer in at_once(*edits))
    told = alice.get("chat.getMessage", msgId=message)["message"]
    assert told["msg"] in texts
    assert told["editedBy"]["username"] == ("alice", "admin")[int(told["msg"]) % 2]
    assert alice.get("channels.info", roomId=GENERAL)["channel"]["lastMessage"] == told


def test_deleting_everything_at_once_leaves_no_last_message(alice):
    room_id = alice.creates_channel("team")
    messages = [alice.says(room_id, str(number)) for number in range(16)]
    deletes = [lambda m=message: alice.post("chat.delete", roomId=room_id, msgId=m) for message in messages]
    assert all(answer.succeeded for answer in at_once(*deletes))
    assert alice.reads(room_id) == []
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room.get("lastMessage"), room["msgs"]) == (None, 16)
    assert alice.get("channels.messages", roomId=room_id)["total"] == 0
