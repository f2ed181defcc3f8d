"""Rooms made with more members than one transaction takes."""

from typing import Any

from tests.workspace import Person


def test_everybody_is_in_and_counted(alice: Person, newcomer: Any, deliver: Any) -> None:
    people = [newcomer(f"p{number:02}", joins=False) for number in range(60)]
    made = alice.post("channels.create", name="crowd", members=[person.username for person in people])
    assert made["channel"]["usersCount"] == 61
    room_id = made["channel"]["_id"]
    deliver()
    room = alice.get("channels.info", roomId=room_id)["channel"]
    assert (room["usersCount"], room["msgs"]) == (61, 0)
    members = alice.get("channels.members", roomId=room_id, count=0)
    assert (members["total"], len(members["members"])) == (61, 61)
    assert alice.reads(room_id) == []
    assert people[-1].subscription(room_id)["unread"] == 0
