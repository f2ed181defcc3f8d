"""channels.info and groups.info."""

from tests.kinds import CHANNEL, GROUP, Kind, becomes, other
from tests.refusals import refused


def test_by_id_and_by_name(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    by_id = alice.get(f"{kind.family}.info", roomId=room_id)
    assert by_id.body == {kind.envelope: by_id[kind.envelope], "success": True}
    assert by_id[kind.envelope]["_id"] == room_id
    assert kind.get(alice, "info", roomName="team") == by_id.body


def test_the_id_alone_counts_when_both_are_given(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    assert kind.get(alice, "info", roomId=room_id, roomName="nowhere")[kind.envelope]["_id"] == room_id
    refused(alice.get(f"{kind.family}.info", roomId="nowhere", roomName="team"), kind.not_found)
    refused(alice.get(f"{kind.family}.info", roomId="team"), kind.not_found)


def test_names_differ_by_letter_case(kind: Kind, alice):
    kind.creates(alice, "team")
    refused(alice.get(f"{kind.family}.info", roomName="Team"), kind.not_found)


def test_what_is_no_room_of_this_kind(kind: Kind, alice, bob):
    kind.refuses_what_is_no_room(lambda **room: alice.get(f"{kind.family}.info", **room))
    theirs = other(kind).creates(alice, "other")
    for room in ({"roomId": theirs}, {"roomName": "other"}, {"roomId": alice.opens_direct_room(bob)}):
        refused(alice.get(f"{kind.family}.info", **room), kind.not_found)


def test_an_archived_room_is_shown(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "archive", roomId=room_id)
    assert kind.info(alice, room_id)["archived"] is True


def test_a_channel_is_shown_to_strangers(alice, bob):
    room_id = alice.creates_channel("team")
    assert CHANNEL.info(bob, room_id)["usersCount"] == 1


def test_a_group_is_hidden_from_strangers_and_administrators(alice, bob, admin):
    room_id = alice.creates_group("team", members=["bob"])
    assert GROUP.info(bob, room_id)["usersCount"] == 2
    for room in ({"roomId": room_id}, {"roomName": "team"}):
        refused(admin.get("groups.info", **room), GROUP.not_found)


def test_a_discussion_is_open_to_who_may_read_its_parent(alice, bob, carol):
    parent = alice.creates_group("team", members=["bob"])
    room_id = alice.creates_group("talk")
    becomes(room_id, prid=parent, fname="Release talk")
    assert GROUP.info(bob, room_id)["prid"] == parent
    refused(carol.get("groups.info", roomId=room_id), GROUP.not_found)


def test_the_last_message_shows_only_the_callers_star(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    message_id = bob.says(room_id, "hi")
    room = kind.info(alice, room_id)
    assert (room["lastMessage"]["_id"], room["lastMessage"]["msg"], room["msgs"]) == (message_id, "hi", 1)
    assert room["lm"] == room["lastMessage"]["ts"]
    becomes(room_id, join_code="sesame", join_code_required=True)
    shown = kind.info(alice, room_id)
    assert shown["joinCodeRequired"] is True
    assert "joinCode" not in shown
    assert "sesame" not in str(shown)
