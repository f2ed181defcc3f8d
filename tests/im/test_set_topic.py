"""im.setTopic and dm.setTopic."""

import pytest

from tests.im.test_create import NOT_FOUND, PARAM_MISSING
from tests.kinds import EDITING
from tests.refusals import refused

both_names = pytest.mark.parametrize("family", ["im", "dm"])


@both_names
def test_an_administrator_sets_it_and_the_room_is_told(family, admin, bob):
    room_id = admin.opens_direct_room(bob)
    for _ in range(2):
        answer = admin.post(f"{family}.setTopic", username="bob", topic="Lunch")
        assert answer.body == {"topic": "Lunch", "success": True}
    [told] = bob.reads(room_id, "im")
    assert (told["t"], told["msg"], told["u"]["username"]) == ("room_changed_topic", "Lunch", "admin")
    [room] = [each for each in bob.get("rooms.get")["update"] if each["_id"] == room_id]
    assert room["topic"] == "Lunch"
    assert admin.post(f"{family}.setTopic", roomId=room_id, topic=" ")["topic"] == ""


@both_names
def test_nobody_else(family, alice, bob):
    room_id = alice.opens_direct_room(bob)
    refused(alice.post(f"{family}.setTopic", roomId=room_id, topic="Lunch"), EDITING)


@both_names
def test_what_is_needed(family, alice, admin, bob, carol):
    refused(alice.post(f"{family}.setTopic", username="bob"), 'The bodyParam "topic" is required')
    refused(alice.post(f"{family}.setTopic", topic="a"), PARAM_MISSING)
    refused(alice.post(f"{family}.setTopic", topic="a", username="nobody"), "[invalid-channel]")
    refused(admin.post(f"{family}.setTopic", topic="a", roomId=bob.opens_direct_room(carol)), NOT_FOUND)
