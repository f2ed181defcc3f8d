"""im.open and im.close, dm.open and dm.close."""

import pytest

from tests.im.test_create import NOT_FOUND, PARAM_MISSING
from tests.refusals import refused

both_names = pytest.mark.parametrize("family", ["im", "dm"])


@both_names
def test_out_of_the_list_and_back(family, alice, bob):
    room_id = alice.opens_direct_room(bob)
    bob.says(room_id, "hi")
    assert alice.post(f"{family}.close", username="bob").body == {"success": True}
    assert (alice.subscription(room_id)["open"], alice.subscription(room_id)["alert"]) == (False, False)
    assert bob.subscription(room_id)["open"] is True
    for _ in range(2):
        assert alice.post(f"{family}.open", roomId=room_id).body == {"success": True}
        assert (alice.subscription(room_id)["open"], alice.subscription(room_id)["alert"]) == (True, False)
    alice.post(f"{family}.close", roomId=room_id)
    bob.says(room_id, "hi again")
    assert (alice.subscription(room_id)["open"], alice.subscription(room_id)["alert"]) == (True, True)


@both_names
def test_what_is_hidden_is_not_hidden_again(family, alice, bob):
    room_id = alice.opens_direct_room(bob)
    text = "The direct message room, {}, is already closed to the sender"
    refused(bob.post(f"{family}.close", roomId=room_id), text.format("undefined"))
    refused(bob.post(f"{family}.close", roomId=room_id, name="alice"), text.format("alice"))


@both_names
@pytest.mark.parametrize("verb", ["open", "close"])
def test_which_room(family, verb, alice, bob, carol):
    refused(alice.post(f"{family}.{verb}"), PARAM_MISSING)
    refused(alice.post(f"{family}.{verb}", username="nobody"), "[invalid-channel]")
    refused(alice.post(f"{family}.{verb}", roomId="GENERAL"), "[invalid-channel]")
    refused(alice.post(f"{family}.{verb}", roomId=bob.opens_direct_room(carol)), NOT_FOUND)
