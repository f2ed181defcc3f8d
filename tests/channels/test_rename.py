"""channels.rename and groups.rename."""

from tests.kinds import CHANNEL, GROUP, Kind, becomes, other
from tests.refusals import refused

EDITING = "Editing room is not allowed [error-action-not-allowed]"


def test_the_name_changes_everywhere(kind: Kind, alice, bob, clock):
    room_id = kind.creates(alice, "team", members=["bob"])
    before = bob.subscription(room_id)["_updatedAt"]
    clock.advance(seconds=1)
    room = kind.post(alice, "rename", roomId=room_id, name=" crew ")[kind.envelope]
    assert (room["_id"], room["name"], room["fname"]) == (room_id, "crew", "crew")
    assert kind.get(bob, "info", roomName="crew")[kind.envelope]["_id"] == room_id
    refused(bob.get(f"{kind.family}.info", roomName="team"), kind.not_found)
    assert kind.system_messages(bob, room_id) == [("r", "crew", "alice")]
    held = bob.subscription(room_id)
    assert (held["name"], held["fname"], held["alert"], held["unread"]) == ("crew", "crew", True, 0)
    assert held["_updatedAt"] > before
    clock.advance(seconds=1)
    assert bob.post("subscriptions.read", rid=room_id).succeeded
    assert bob.subscription(room_id)["alert"] is False


def test_the_old_name_is_free_and_the_new_one_taken(kind: Kind, alice, bob):
    kind.post(alice, "rename", roomId=kind.creates(alice, "team"), name="crew")
    assert kind.creates(bob, "team")
    taken = "A channel with name 'crew' exists [error-duplicate-channel-name]"
    refused(kind.tries(bob, "create", name="crew"), taken)
    mine = other(kind).creates(bob, "mine")
    refused(other(kind).tries(bob, "rename", roomId=mine, name="crew"), taken)
    assert other(kind).info(bob, mine)["name"] == "mine"


def test_not_to_the_name_of_an_archived_room(kind: Kind, alice):
    kind.post(alice, "archive", roomId=kind.creates(alice, "old"))
    answer = kind.tries(alice, "rename", roomId=kind.creates(alice, "team"), name="old")
    refused(answer, "There's an archived channel with name old [error-archived-duplicate-name]")


def test_only_to_a_name_that_rooms_may_have(kind: Kind, alice):
    answer = kind.tries(alice, "rename", roomId=kind.creates(alice, "team"), name="two words")
    refused(answer, "two words is not a valid room name. [error-invalid-room-name]")


def test_letter_case_may_change(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    assert kind.post(alice, "rename", roomId=room_id, name="Team")[kind.envelope]["name"] == "Team"
    assert kind.creates(alice, "team") != room_id


def test_a_channel_refuses_its_present_name(alice):
    answer = CHANNEL.tries(alice, "rename", roomId=alice.creates_channel("team"), name="team")
    refused(answer, "The channel name is the same as what it would be renamed to.")


def test_a_group_takes_its_present_name_in_silence(alice, bob):
    room_id = alice.creates_group("team", members=["bob"])
    assert GROUP.post(alice, "rename", roomId=room_id, name="team")["group"]["name"] == "team"
    assert GROUP.system_messages(alice, room_id) == []
    refused(GROUP.tries(bob, "rename", roomId=room_id, name="team"), EDITING)


def test_the_name_is_asked_for_before_the_room(kind: Kind, alice):
    for nothing in ({}, {"name": ""}, {"name": " "}):
        refused(kind.tries(alice, "rename", **nothing), 'The bodyParam "name" is required')


def test_only_by_id(kind: Kind, alice):
    kind.creates(alice, "team")
    refused(kind.tries(alice, "rename", name="crew"), kind.param_missing)
    refused(kind.tries(alice, "rename", name="crew", roomName="team"), kind.param_missing)
    refused(kind.tries(alice, "rename", name="crew", roomId="nowhere"), kind.not_found)


def test_not_an_archived_room(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    refused(kind.tries(alice, "rename", roomId=room_id, name="crew"), kind.room_is_archived("team"))


def test_only_who_may_edit_the_room(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    refused(kind.tries(bob, "rename", roomId=room_id, name="crew"), EDITING)
    becomes(room_id, prid="GENERAL")
    answer = kind.tries(alice, "rename", roomId=room_id, name="crew")
    refused(answer, "Editing discussion room is not allowed [error-action-not-allowed]")


def test_the_list_of_channels_follows(alice):
    room_id = alice.creates_channel("zebra")
    alice.creates_channel("monkey")
    CHANNEL.post(alice, "rename", roomId=room_id, name="ape")
    assert [room["name"] for room in CHANNEL.get(alice, "list")["channels"]] == ["ape", "general", "monkey"]
