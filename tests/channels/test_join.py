"""channels.join."""

from tests.kinds import CHANNEL, becomes
from tests.refusals import refused

NOT_ALLOWED = "Not allowed [error-not-allowed]"
WRONG_CODE = "Invalid Room Password [error-code-invalid]"


def test_the_caller_becomes_a_member(alice, bob):
    room_id = alice.creates_channel("team")
    answer = bob.post("channels.join", roomId=room_id)
    assert answer.body == {"channel": CHANNEL.info(bob, room_id), "success": True}
    assert (answer["channel"]["usersCount"], answer["channel"]["msgs"]) == (2, 1)
    assert CHANNEL.members(alice, room_id) == ["alice", "bob"]
    assert CHANNEL.system_messages(alice, room_id) == [("uj", "bob", "bob")]
    held = bob.subscription(room_id)
    assert (held["open"], held["alert"], held["unread"], held["userMentions"]) == (True, True, 1, 1)
    assert "ls" not in held
    assert "roles" not in held
    assert bob.subscription(room_id)["rid"] in [each["rid"] for each in bob.get("subscriptions.get")["update"]]


def test_joining_again_changes_nothing(alice, bob):
    room_id = alice.creates_channel("team")
    CHANNEL.post(bob, "join", roomName="team")
    before = bob.subscription(room_id)
    assert CHANNEL.post(bob, "join", roomId=room_id)["channel"]["usersCount"] == 2
    assert bob.subscription(room_id) == before
    assert len(CHANNEL.system_messages(bob, room_id)) == 1


def test_a_channel_with_a_code(alice, bob, carol, admin):
    room_id = alice.creates_channel("team")
    becomes(room_id, join_code="sesame", join_code_required=True)
    refused(CHANNEL.tries(bob, "join", roomId=room_id), WRONG_CODE)
    refused(CHANNEL.tries(bob, "join", roomId=room_id, joinCode="Sesame"), WRONG_CODE)
    # The code is asked for before membership is looked at.
    refused(CHANNEL.tries(alice, "join", roomId=room_id), WRONG_CODE)
    CHANNEL.post(bob, "join", roomId=room_id, joinCode="sesame")
    CHANNEL.post(admin, "join", roomId=room_id)
    assert CHANNEL.members(alice, room_id) == ["admin", "alice", "bob"]


def test_joining_needs_the_permission(alice, newcomer):
    room_id = alice.creates_channel("team")
    refused(CHANNEL.tries(newcomer("gus", roles=["guest"]), "join", roomId=room_id), NOT_ALLOWED)
    CHANNEL.post(newcomer("dora"), "join", roomId=room_id)


def test_groups_and_direct_rooms_are_not_joined(alice, bob, carol):
    refused(CHANNEL.tries(carol, "join", roomId=alice.creates_group("core")), CHANNEL.not_found)
    refused(CHANNEL.tries(carol, "join", roomId=alice.opens_direct_room(bob)), CHANNEL.not_found)


def test_what_is_no_room(alice):
    CHANNEL.refuses_what_is_no_room(lambda **room: CHANNEL.tries(alice, "join", **room))


def test_not_an_archived_channel(alice, bob):
    room_id = alice.creates_channel("team")
    CHANNEL.post(alice, "archive", roomId=room_id)
    refused(CHANNEL.tries(bob, "join", roomId=room_id), "The channel, team, is archived [error-room-archived]")


def test_a_code_is_a_text(alice):
    answer = CHANNEL.tries(alice, "join", roomId=alice.creates_channel("team"), joinCode=7)
    refused(answer, "Match error: Expected string, got number in field joinCode")


def test_a_read_only_channel_mutes_who_joins(alice, bob):
    room_id = alice.creates_channel("news", readOnly=True)
    assert CHANNEL.post(bob, "join", roomId=room_id)["channel"]["muted"] == ["bob"]


def test_the_list_of_the_muted_ends_and_nobody_writes_all_the_same(alice, bob, carol, newcomer, monkeypatch):
    from pimentachat.services.rooms import creation

    monkeypatch.setattr(creation, "MUTED_MOST", 2)
    dora = newcomer("dora")
    room_id = alice.creates_channel("news", readOnly=True, members=["bob"])
    for person in (carol, dora, bob):
        room = CHANNEL.post(person, "join", roomId=room_id)["channel"]
    assert (room["muted"], room["usersCount"]) == (["bob", "carol"], 4)
    refused(carol.posts(room_id, "hi"), "You_have_been_muted")
    refused(dora.posts(room_id, "hi"), "You can't send messages because the room is readonly.")
