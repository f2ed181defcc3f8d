"""One message deleted by several people at the same moment is one message less."""

from typing import Any

import pytest

from tests.at_once import at_once
from tests.workspace import Answer, Person


@pytest.mark.parametrize("keep_history", [False, True])
def test_the_total_is_exact(admin: Person, alice: Person, setting: Any, keep_history: bool) -> None:
    setting("Message_KeepHistory", keep_history)
    room_id = alice.creates_channel("garden")
    kept = alice.says(room_id, "kept")
    for message_id in [alice.says(room_id, f"gone {number}") for number in range(4)]:

        def delete(message_id: str = message_id) -> Answer:
            return admin.post("chat.delete", roomId=room_id, msgId=message_id)

        at_once(*[delete] * 6)
    listed = alice.get("channels.messages", roomId=room_id)
    assert [message["_id"] for message in listed["messages"]] == [kept]
    assert listed["total"] == 1
    assert alice.get("channels.info", roomId=room_id)["channel"]["lastMessage"]["_id"] == kept
