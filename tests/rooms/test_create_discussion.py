"""rooms.createDiscussion, and who is in a discussion."""

from typing import Any

import pytest

from tests.kinds import CHANNEL, GROUP, Kind, becomes, both_kinds
from tests.refusals import refused
from tests.workspace import Person

NOT_ALLOWED = "You are not allowed to create a discussion [error-action-not-allowed]"


def discusses(person: Person, parent_id: str, title: str = "Roses", **more) -> dict[str, Any]:
    answer = person.post("rooms.createDiscussion", prid=parent_id, t_name=title, **more)
    assert answer.succeeded, answer.text
    return answer["discussion"]


def told(person: Person, room_id: str, kind: str = "channels") -> list[dict[str, Any]]:
    """The messages of a room that tell of discussions, newest first."""
    return [message for message in person.reads(room_id, kind) if message.get("t") == "discussion-created"]


@both_kinds
def test_a_group_under_its_room(kind: Kind, alice, bob, carol):
    parent = kind.creates(alice, "garden", members=["bob"])
    room = discusses(alice, parent, users=["carol", "nobody"])
    assert room["rid"] == room["_id"]
    assert (room["t"], room["prid"], room["fname"], room["topic"]) == ("p", parent, "Roses", "garden")
    assert (room["usersCount"], room["msgs"], room["ro"], room["u"]["username"]) == (2, 0, False, "alice")
    assert GROUP.info(alice, room["_id"])["name"] == room["name"] != "Roses"
    assert GROUP.members(alice, room["_id"]) == ["alice", "carol"]
    assert (carol.subscription(room["_id"])["prid"], carol.subscription(room["_id"])["fname"]) == (parent, "Roses")
    assert alice.subscription(room["_id"])["roles"] == ["owner"]
    [message] = told(bob, parent, kind.family)
    assert (message["msg"], message["drid"], message["u"]["username"]) == ("Roses", room["_id"], "alice")
    assert (message["dcount"], "dlm" in message, "attachments" in message) == (0, False, False)
    assert kind.info(alice, parent)["msgs"] == 1


def test_about_a_message_of_somebody(alice, bob):
    parent = alice.creates_channel("garden", members=["bob"])
    message_id = bob.says(parent, "The roses bloom")
    room = discusses(alice, parent, pmid=message_id, reply="Which ones?")
    assert (room["description"], room["usersCount"], room["msgs"]) == ("The roses bloom", 2, 2)
    reply, first = alice.reads(room["_id"], "groups")
    assert (reply["msg"], reply["u"]["username"], first["msg"]) == ("Which ones?", "alice", "")
    [message] = told(bob, parent)
    for each in (first, message):
        [quote] = each["attachments"]
        assert (quote["text"], quote["author_name"]) == ("The roses bloom", "bob")
        assert quote["message_link"].endswith(f"/channel/garden?msg={message_id}")
    assert bob.subscription(room["_id"])["alert"] is True


def test_the_message_counts_what_is_said_there(alice, bob):
    parent = alice.creates_channel("garden", members=["bob"])
    room_id = discusses(alice, parent)["_id"]
    for number in range(3):
        alice.says(room_id, str(number))
    last = GROUP.info(alice, room_id)["lm"]
    [message] = told(bob, parent)
    assert (message["dcount"], message["dlm"]) == (3, last)
    assert bob.get("chat.getMessage", msgId=message["_id"])["message"]["dcount"] == 3


def test_who_may_read_the_room_may_read_its_discussions(alice, bob, carol):
    channel = discusses(alice, alice.creates_channel("garden"))["_id"]
    alice.says(channel, "hi")
    assert [each["msg"] for each in bob.reads(channel, "groups")] == ["hi"]
    group = discusses(alice, alice.creates_group("core", members=["carol"]))["_id"]
    assert GROUP.info(carol, group)["fname"] == "Roses"
    refused(bob.get("groups.info", roomId=group), GROUP.not_found)
    refused(bob.get("groups.history", roomId=group), GROUP.not_found)


def test_who_writes_there_joins(alice, bob, carol):
    parent = alice.creates_group("core", members=["bob"])
    room_id = discusses(alice, parent)["_id"]
    bob.says(room_id, "hi")
    assert GROUP.system_messages(alice, room_id) == [("ut", "bob", "bob")]
    assert GROUP.members(alice, room_id) == ["alice", "bob"]
    assert carol.posts(room_id, "hi").error_type == "invalid-channel"


def test_readers_who_are_no_members(alice, bob):
    room_id = discusses(alice, alice.creates_channel("garden"))["_id"]
    for verb, error in (
        ("leave", "You are not in this room [error-user-not-in-room]"),
        ("open", "You are not in this room [error-user-not-in-room]"),
        ("close", "The private group, Roses, is already closed to the sender"),
    ):
        refused(GROUP.tries(bob, verb, roomId=room_id), error)


def test_a_direct_room_has_discussions_too(alice, bob):
    parent = alice.opens_direct_room(bob)
    room_id = discusses(alice, parent)["_id"]
    assert GROUP.info(bob, room_id)["prid"] == parent
    assert [message["drid"] for message in told(bob, parent, "im")] == [room_id]


def test_two_of_one_name(alice):
    rooms = [discusses(alice, "GENERAL") for _ in range(2)]
    assert rooms[0]["_id"] != rooms[1]["_id"]


def test_a_room_without_system_messages_is_not_told(alice):
    parent = alice.creates_group("news", readOnly=True)
    room_id = discusses(alice, parent)["_id"]
    assert told(alice, parent, "groups") == []
    assert [each["_id"] for each in alice.get("rooms.getDiscussions", roomId=parent)["discussions"]] == [room_id]


@both_kinds
def test_when_the_room_is_renamed_so_are_their_topics(kind: Kind, alice, deliver, monkeypatch):
    from pimentachat.services.after import jobs

    monkeypatch.setattr(jobs, "_ROOMS_AT_ONCE", 2)
    parent = kind.creates(alice, "garden")
    rooms = [discusses(alice, parent, str(number))["_id"] for number in range(5)]
    kind.post(alice, "rename", roomId=parent, name="park")
    deliver()
    assert {GROUP.info(alice, room_id)["topic"] for room_id in rooms} == {"park"}


def test_they_go_with_their_room(alice, bob, deliver, monkeypatch):
    from pimentachat.services.after import jobs

    monkeypatch.setattr(jobs, "_ROOMS_AT_ONCE", 2)
    parent = alice.creates_group("core", members=["bob"])
    rooms = [discusses(alice, parent, str(number), users=["bob"])["_id"] for number in range(5)]
    GROUP.post(alice, "delete", roomId=parent)
    deliver()
    for room_id in rooms:
        refused(alice.get("groups.info", roomId=room_id), GROUP.not_found)
    assert [each["rid"] for each in bob.get("subscriptions.get")["update"]] == ["GENERAL"]
    assert alice.get("groups.list")["total"] == 0


def test_a_discussion_that_is_gone_is_not_told_of(alice, deliver):
    room_id = discusses(alice, "GENERAL")["_id"]
    GROUP.post(alice, "delete", roomId=room_id)
    deliver()
    [message] = told(alice, "GENERAL")
    assert message.keys() & {"drid", "dcount", "dlm"} == set()
    assert alice.get("rooms.getDiscussions", roomId="GENERAL")["discussions"] == []
    assert alice.get("chat.getDiscussions", roomId="GENERAL")["messages"] == []


def test_it_goes_with_the_message_that_tells_of_it(alice, admin):
    room_id = discusses(alice, "GENERAL")["_id"]
    [message] = told(alice, "GENERAL")
    assert admin.post("chat.delete", roomId="GENERAL", msgId=message["_id"]).succeeded
    refused(alice.get("groups.info", roomId=room_id), GROUP.not_found)


def test_its_owner_edits_nothing_of_it(alice):
    room_id = discusses(alice, "GENERAL")["_id"]
    answer = GROUP.tries(alice, "rename", roomId=room_id, name="tulips")
    refused(answer, "Editing discussion room is not allowed [error-action-not-allowed]")


def test_who_is_refused_creates_nothing(alice, grant):
    grant("mention-all", "admin")
    parent = alice.creates_channel("garden")
    answer = alice.post("rooms.createDiscussion", prid=parent, t_name="Roses", reply="@all look")
    assert answer.error_type == "error-action-not-allowed"
    assert told(alice, parent) == []
    assert alice.get("rooms.getDiscussions", roomId=parent)["total"] == 0
    assert alice.get("groups.list")["total"] == 0


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, 'Body parameter "prid" is required.'),
        ({"prid": " ", "t_name": "a"}, 'Body parameter "prid" is required.'),
        ({"prid": "GENERAL"}, 'Body parameter "t_name" is required.'),
        ({"prid": "GENERAL", "t_name": " "}, 'Body parameter "t_name" is required.'),
        ({"prid": "GENERAL", "t_name": "a", "users": "bob"}, 'Body parameter "users" must be an array.'),
        ({"prid": "nowhere", "t_name": "a"}, "Invalid room [error-invalid-room]"),
        ({"prid": "GENERAL", "t_name": "a", "pmid": "nowhere"}, "Invalid message [error-invalid-message]"),
    ],
)
def test_what_is_needed(alice, fields, error):
    refused(alice.post("rooms.createDiscussion", **fields), error)


def test_only_about_a_message_of_the_room(alice, bob):
    for message_id in (alice.says("GENERAL", "hi"), bob.says(bob.creates_group("core"), "hi")):
        parent = alice.creates_channel(f"garden{message_id}")
        answer = alice.post("rooms.createDiscussion", prid=parent, t_name="a", pmid=message_id)
        refused(answer, "Invalid message [error-invalid-message]")


def test_only_in_rooms_that_one_may_read_and_write(alice, bob):
    hidden = alice.creates_group("core")
    refused(bob.post("rooms.createDiscussion", prid=hidden, t_name="a"), "Not allowed [error-not-allowed]")
    read_only = alice.creates_channel("news", readOnly=True, members=["bob"])
    refused(bob.post("rooms.createDiscussion", prid=read_only, t_name="a"), "You_have_been_muted")
    CHANNEL.post(alice, "archive", roomId=read_only)
    refused(alice.post("rooms.createDiscussion", prid=read_only, t_name="a"), "room_is_archived")


def test_not_under_another(alice):
    room_id = discusses(alice, "GENERAL")["_id"]
    answer = alice.post("rooms.createDiscussion", prid=room_id, t_name="a")
    refused(answer, "Cannot create nested discussions [error-nested-discussion]")


def test_they_may_be_switched_off(alice, setting):
    setting("Discussion_enabled", False)
    refused(alice.post("rooms.createDiscussion", prid="GENERAL", t_name="a"), NOT_ALLOWED)


def test_only_who_may_start_them(alice, bob, grant):
    grant("start-discussion", "admin")
    discusses(alice, "GENERAL")
    grant("start-discussion-other-user", "admin")
    refused(alice.post("rooms.createDiscussion", prid="GENERAL", t_name="a"), NOT_ALLOWED)


def test_its_room_may_have_been_archived_meanwhile(alice):
    parent = alice.creates_channel("garden")
    room_id = discusses(alice, parent)["_id"]
    CHANNEL.post(alice, "archive", roomId=parent)
    alice.says(room_id, "hi")
    becomes(parent, archived=None)
