"""groups.setEncrypted."""

import pytest

from tests.kinds import EDITING, GROUP, Kind
from tests.refusals import refused


def test_the_flag_is_set_and_taken_away(kind: Kind, alice, bob):
    room_id = alice.creates_group("core", members=["bob"])
    for encrypted in (True, False):
        answer = GROUP.post(alice, "setEncrypted", roomName="core", encrypted=encrypted)
        assert (answer["group"]["_id"], answer["group"]["encrypted"]) == (room_id, encrypted)
        assert GROUP.info(bob, room_id)["encrypted"] is encrypted
    assert GROUP.system_messages(bob, room_id) == []


@pytest.mark.parametrize("nothing", [{}, {"encrypted": None}, {"encrypted": "true"}])
def test_a_boolean_is_needed(kind: Kind, alice, nothing):
    room_id = alice.creates_group("core")
    refused(GROUP.tries(alice, "setEncrypted", roomId=room_id, **nothing), 'The bodyParam "encrypted" is required')


def test_who_and_where(kind: Kind, alice, bob):
    room_id = alice.creates_group("core", members=["bob"])
    refused(GROUP.tries(bob, "setEncrypted", roomId=room_id, encrypted=True), EDITING)
    GROUP.refuses_what_is_no_room(lambda **room: GROUP.tries(alice, "setEncrypted", encrypted=True, **room))
    GROUP.post(alice, "archive", roomId=room_id)
    refused(GROUP.tries(alice, "setEncrypted", roomId=room_id, encrypted=True), GROUP.room_is_archived("core"))
