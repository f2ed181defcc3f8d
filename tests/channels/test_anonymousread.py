"""channels.anonymousread."""

import pytest

from tests.kinds import CHANNEL
from tests.refusals import forbidden, refused

OFF = 'Enable "Allow Anonymous Read" [error-not-allowed]'


def texts(answer) -> list[str]:
    assert answer.succeeded, answer.text
    return [message["msg"] for message in answer["messages"]]


@pytest.fixture
def room_id(alice, clock):
    room_id = alice.creates_channel("news")
    for number in range(3):
        clock.advance(seconds=1)
        message_id = alice.says(room_id, f"m{number}")
    assert alice.post("chat.react", messageId=message_id, emoji="rose").succeeded
    return room_id


def test_nobody_reads_unless_the_setting_says_so(anonymous, alice, room_id, setting):
    # Not even whether there is such a channel is told.
    for named in ({"roomId": room_id}, {"roomName": "nowhere"}, {}):
        refused(anonymous.get("channels.anonymousread", **named), OFF)
        refused(alice.get("channels.anonymousread", **named), OFF)
    setting("Accounts_AllowAnonymousRead", True)
    answer = anonymous.get("channels.anonymousread", roomId=room_id)
    assert texts(answer) == ["m2", "m1", "m0"]
    assert (answer["count"], answer["offset"], answer["total"]) == (3, 0, 3)
    page = anonymous.get(
        "channels.anonymousread", roomName="news", sort={"ts": 1}, offset=1, count=1, fields={"msg": 1}
    )
    assert page["messages"] == [{"_id": page["messages"][0]["_id"], "msg": "m1"}]
    assert texts(anonymous.get("channels.anonymousread", roomName="news", query={"msg": "m1"})) == ["m1"]


def test_channels_alone(anonymous, alice, bob, room_id, setting, grant):
    setting("Accounts_AllowAnonymousRead", True)
    refused(anonymous.get("channels.anonymousread"), CHANNEL.param_missing)
    for hidden in (alice.creates_group("core"), alice.opens_direct_room(bob), "nowhere"):
        refused(anonymous.get("channels.anonymousread", roomId=hidden), CHANNEL.not_found)
    grant("view-c-room", "user")
    forbidden(anonymous.get("channels.anonymousread", roomId=room_id))
