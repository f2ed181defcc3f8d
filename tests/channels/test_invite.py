"""channels.invite and groups.invite."""

import pytest

from pimentachat.store import table
from tests.api.test_nothing_is_read import calls_of
from tests.kinds import CHANNEL, GROUP, Kind
from tests.refusals import refused

NOT_ALLOWED = "Not allowed [error-not-allowed]"


@pytest.mark.parametrize("how", ["userId", "username", "user"])
def test_the_user_becomes_a_member(kind: Kind, alice, bob, how):
    room_id = kind.creates(alice, "team")
    room = kind.post(alice, "invite", roomId=room_id, **{how: bob.id if how == "userId" else "BOB"})[kind.envelope]
    assert (room["_id"], room["usersCount"], room["msgs"]) == (room_id, 2, 1)
    assert kind.info(alice, room_id)["usersCount"] == 2
    assert kind.members(alice, room_id) == ["alice", "bob"]
    assert kind.system_messages(bob, room_id) == [("au", "bob", "alice")]
    held = bob.subscription(room_id)
    [message] = kind.get(bob, "history", roomId=room_id)["messages"]
    assert held == {
        "_id": held["_id"],
        "rid": room_id,
        "t": kind.type,
        "name": "team",
        "fname": "team",
        "u": {"_id": bob.id, "username": "bob", "name": "Bob"},
        "ts": message["ts"],
        "open": True,
        "alert": True,
        "unread": 1,
        "userMentions": 1,
        "groupMentions": 0,
        "customFields": {},
        "_updatedAt": held["_updatedAt"],
    }
    assert bob.posts(room_id, "hi").succeeded


def test_a_system_message_is_no_last_message(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team")
    alice.says(room_id, "hi")
    before = kind.info(alice, room_id)
    after = kind.post(alice, "invite", roomId=room_id, userId=bob.id)[kind.envelope]
    assert (after["lm"], after["lastMessage"], after["msgs"]) == (before["lm"], before["lastMessage"], 2)
    [message] = kind.get(bob, "history", roomId=room_id, count=1)["messages"]
    assert message == {
        "_id": message["_id"],
        "t": "au",
        "rid": room_id,
        "ts": message["ts"],
        "msg": "bob",
        "u": {"_id": alice.id, "username": "alice"},
        "groupable": False,
        "_updatedAt": message["_updatedAt"],
    }


def test_who_is_a_member_already_stays_one(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    before = bob.subscription(room_id)
    assert kind.post(alice, "invite", roomId=room_id, userId=bob.id)[kind.envelope]["usersCount"] == 2
    assert bob.subscription(room_id) == before
    assert kind.system_messages(alice, room_id) == []


def test_several_at_once(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team")
    room = kind.post(alice, "invite", roomId=room_id, userIds=[bob.id], usernames=["carol", "bob"])[kind.envelope]
    assert (room["usersCount"], kind.members(alice, room_id)) == (3, ["alice", "bob", "carol"])
    assert kind.system_messages(alice, room_id) == [("au", "bob", "alice"), ("au", "carol", "alice")]


def test_a_read_only_room_mutes_who_comes_later(kind: Kind, alice, bob, admin):
    room_id = kind.creates(alice, "news", readOnly=True)
    kind.post(alice, "invite", roomId=room_id, usernames=["bob", "admin"])
    room = kind.info(alice, room_id)
    # The room takes no system messages; its members are counted all the same.
    assert (room["muted"], room["usersCount"], room["msgs"]) == (["bob"], 3, 0)
    refused(bob.posts(room_id, "hi"), "You_have_been_muted")


def test_those_who_come_together_are_muted_in_one_write(kind: Kind, alice, newcomer):
    room_id = kind.creates(alice, "news", readOnly=True)
    people = [newcomer(f"person{number}") for number in range(10)]
    with calls_of(table.client()) as calls:
        kind.post(alice, "invite", roomId=room_id, userIds=[person.id for person in people])
    # The numbers of the room, and its list of those who are muted.
    assert [name for name, _ in calls].count("UpdateItem") == 2
    assert kind.info(alice, room_id)["muted"] == [person.username for person in people]


def test_a_user_must_be_named_and_exist(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    missing = 'The required "userId" or "username" param was not provided [error-user-param-not-provided]'
    unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
    refused(kind.tries(alice, "invite", roomId=room_id), missing)
    refused(kind.tries(alice, "invite", roomId=room_id, userId=" ", username="", user=""), missing)
    refused(kind.tries(alice, "invite", roomId=room_id, userId="nobody"), unknown)
    refused(kind.tries(alice, "invite", roomId=room_id, username="nobody"), unknown)
    refused(kind.tries(alice, "invite", roomId=room_id, usernames=["alice", "nobody"]), unknown)


def test_what_is_no_room(kind: Kind, alice, bob):
    kind.refuses_what_is_no_room(lambda **room: kind.tries(alice, "invite", userId=bob.id, **room))


def test_plain_members_and_strangers_may_not(kind: Kind, alice, bob, carol):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(bob, "invite", roomId=room_id, userId=carol.id), NOT_ALLOWED)
    refused(kind.tries(carol, "invite", roomId=room_id, userId=carol.id), NOT_ALLOWED)
    assert kind.members(alice, room_id) == ["alice", "bob"]
    kind.post(alice, "invite", roomId=room_id, userId=carol.id)


def test_an_administrator_adds_to_any_channel_and_to_no_group(alice, bob, admin):
    assert CHANNEL.post(admin, "invite", roomId=alice.creates_channel("team"), userId=bob.id)
    group = alice.creates_group("core")
    refused(GROUP.tries(admin, "invite", roomId=group, userId=bob.id), NOT_ALLOWED)


def test_with_the_permission_for_any_group(alice, bob, admin, grant):
    group = alice.creates_group("core")
    grant("add-user-to-any-p-room", "admin")
    assert GROUP.post(admin, "invite", roomId=group, userId=bob.id)["group"]["usersCount"] == 2


def test_not_into_an_archived_channel(alice, bob):
    room_id = alice.creates_channel("team")
    CHANNEL.post(alice, "archive", roomId=room_id)
    answer = CHANNEL.tries(alice, "invite", roomId=room_id, userId=bob.id)
    refused(answer, "The channel, team, is archived [error-room-archived]")


def test_into_an_archived_group(alice, bob):
    room_id = alice.creates_group("core")
    GROUP.post(alice, "archive", roomId=room_id)
    assert GROUP.post(alice, "invite", roomId=room_id, userId=bob.id)["group"]["usersCount"] == 2


def test_a_groups_name_will_do_for_its_id(alice, bob, carol):
    room_id = alice.creates_group("core")
    GROUP.post(alice, "invite", roomId="core", userId=bob.id)
    GROUP.post(alice, "invite", roomName=room_id, userId=carol.id)
    assert GROUP.info(alice, room_id)["usersCount"] == 3
