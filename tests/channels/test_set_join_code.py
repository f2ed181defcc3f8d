"""channels.setJoinCode."""

import pytest

from tests.kinds import CHANNEL, EDITING
from tests.refusals import refused

WRONG = "Invalid Room Password [error-code-invalid]"


def test_who_joins_needs_the_code(alice, bob, carol, admin):
    room_id = alice.creates_channel("team")
    answer = CHANNEL.tries(alice, "setJoinCode", roomName="team", joinCode="sesame")
    room = answer["channel"]
    assert (room["_id"], room["joinCodeRequired"], "joinCode" in room) == (room_id, True, False)
    assert "sesame" not in CHANNEL.tries(alice, "rename", roomId=room_id, name="crew").text
    assert "sesame" not in alice.get("rooms.get").text + alice.get("channels.list").text
    for code in ({}, {"joinCode": "sesam"}, {"joinCode": "sesameé"}):
        refused(CHANNEL.tries(bob, "join", roomId=room_id, **code), WRONG)
    CHANNEL.post(bob, "join", roomId=room_id, joinCode="sesame")
    CHANNEL.post(alice, "setJoinCode", roomId=room_id, joinCode="opening")
    refused(CHANNEL.tries(carol, "join", roomId=room_id, joinCode="sesame"), WRONG)
    CHANNEL.post(admin, "join", roomId=room_id)
    assert CHANNEL.system_messages(alice, room_id)[1:] == [("uj", "bob", "bob"), ("uj", "admin", "admin")]


@pytest.mark.parametrize("nothing", [{}, {"joinCode": None}, {"joinCode": " "}])
def test_a_code_is_needed(alice, nothing):
    room_id = alice.creates_channel("team")
    refused(CHANNEL.tries(alice, "setJoinCode", roomId=room_id, **nothing), 'The bodyParam "joinCode" is required')


def test_who_and_where(alice, bob):
    room_id = alice.creates_channel("team", members=["bob"])
    refused(CHANNEL.tries(bob, "setJoinCode", roomId=room_id, joinCode="a"), EDITING)
    CHANNEL.refuses_what_is_no_room(lambda **room: CHANNEL.tries(alice, "setJoinCode", joinCode="a", **room))
    CHANNEL.post(alice, "archive", roomId=room_id)
    answer = CHANNEL.tries(alice, "setJoinCode", roomId=room_id, joinCode="a")
    refused(answer, CHANNEL.room_is_archived("team"))
