"""rooms.info."""

import pytest

from tests.refusals import refused

PARAM_MISSING = 'The parameter "roomId" or "roomName" is required [error-roomid-param-not-provided]'
NOT_FOUND = 'The required "roomId" or "roomName" param provided does not match any channel [error-room-not-found]'


@pytest.mark.parametrize("family", ["channels", "groups"])
def test_a_room_by_id_or_name(alice, family):
    made = alice.post(f"{family}.create", name="team")
    [room] = [value for name, value in made.body.items() if name != "success"]
    alice.says(room["_id"], "hi")
    for named in ({"roomId": room["_id"]}, {"roomName": "team"}, {"roomId": room["_id"], "roomName": "other"}):
        answer = alice.get("rooms.info", **named)
        assert answer.succeeded
        assert answer["room"].items() >= {"_id": room["_id"], "name": "team", "t": room["t"], "usersCount": 1}.items()
        assert answer["room"]["lastMessage"]["msg"] == "hi"
        assert "joinCode" not in answer["room"]


def test_a_direct_room_by_id_alone(alice, bob, carol):
    room_id = alice.opens_direct_room(bob)
    assert bob.get("rooms.info", roomId=room_id)["room"]["usernames"] == ["alice", "bob"]
    refused(alice.get("rooms.info", roomName="bob"), NOT_FOUND)
    refused_without_access(carol.get("rooms.info", roomId=room_id))


def test_only_some_fields(alice):
    room_id = alice.creates_channel("team")
    assert alice.get("rooms.info", roomId=room_id, fields={"name": 1})["room"] == {"_id": room_id, "name": "team"}
    assert "name" not in alice.get("rooms.info", roomId=room_id, fields={"name": 0})["room"]
    answer = alice.get("rooms.info", roomId=room_id, fields="{bad")
    refused(answer, 'Invalid fields parameter provided: "{bad" [error-invalid-fields]')


def refused_without_access(answer) -> None:
    assert (answer.status, answer.body) == (400, {"success": False, "error": "not-allowed", "errorType": "Not Allowed"})


def test_a_group_of_others_and_channels_that_one_may_not_see(alice, bob, admin, grant):
    group = alice.creates_group("core")
    # Being an administrator opens no private room.
    for person in (bob, admin):
        refused_without_access(person.get("rooms.info", roomId=group))
        refused_without_access(person.get("rooms.info", roomName="core"))
    channel = alice.creates_channel("team")
    assert bob.get("rooms.info", roomId=channel).succeeded
    grant("view-c-room", "admin")
    refused_without_access(bob.get("rooms.info", roomId=channel))
    assert alice.get("rooms.info", roomId=channel).succeeded


def test_what_is_no_room(alice):
    refused(alice.get("rooms.info"), PARAM_MISSING)
    refused(alice.get("rooms.info", roomId=" ", roomName=" "), PARAM_MISSING)
    refused(alice.get("rooms.info", roomId="nowhere"), NOT_FOUND)
    refused(alice.get("rooms.info", roomName="nowhere"), NOT_FOUND)


def test_an_archived_room(alice):
    room_id = alice.creates_channel("old")
    assert alice.post("channels.archive", roomId=room_id).succeeded
    refused(alice.get("rooms.info", roomId=room_id), "The channel, old, is archived [error-room-archived]")
