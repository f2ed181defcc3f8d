"""chat.getMessageReadReceipts: derived from how far everybody has read."""

import pytest

from tests.refusals import refused

RECEIPTS = ("Message_Read_Receipt_Enabled", "Message_Read_Receipt_Store_Users")


@pytest.fixture
def kept(setting):
    for name in RECEIPTS:
        setting(name, True)


@pytest.fixture
def team(alice, bob, carol):
    return alice.creates_channel("team", members=["bob", "carol"])


def readers(person, message_id):
    answer = person.get("chat.getMessageReadReceipts", messageId=message_id)
    assert answer.succeeded, answer.text
    return [receipt["user"]["username"] for receipt in answer["receipts"]]


def test_who_has_read_it(alice, bob, carol, team, kept, clock):
    first = alice.says(team, "first")
    assert readers(bob, first) == ["alice"]
    clock.advance(seconds=5)
    assert bob.post("subscriptions.read", rid=team).succeeded
    clock.advance(seconds=5)
    second = carol.says(team, "second")
    assert readers(alice, first) == ["alice", "bob", "carol"]
    assert readers(alice, second) == ["carol"]
    of_bob = bob.get("chat.getMessageReadReceipts", messageId=first)["receipts"][1]
    again = alice.get("chat.getMessageReadReceipts", messageId=first)["receipts"][1]
    assert of_bob == again
    assert of_bob | {"_id": "", "ts": ""} == {
        "_id": "",
        "roomId": team,
        "userId": bob.id,
        "messageId": first,
        "ts": "",
        "user": {"_id": bob.id, "username": "bob", "name": "Bob"},
    }
    assert of_bob["ts"] == bob.subscription(team)["ls"]


@pytest.mark.parametrize("off", RECEIPTS)
def test_without_the_settings_there_are_none(alice, team, kept, setting, off):
    message_id = alice.says(team, "hi")
    assert readers(alice, message_id) == ["alice"]
    setting(off, False)
    assert readers(alice, message_id) == []


def test_reading_writes_nothing_for_a_message(alice, bob, team, kept):
    from pimentachat.store import table
    from pimentachat.store.items import Key

    message_id = alice.says(team, "hi")
    before = table.reread(Key("messages", f"MSG#{message_id}", "MSG"))
    assert bob.post("subscriptions.read", rid=team).succeeded
    assert table.reread(Key("messages", f"MSG#{message_id}", "MSG")) == before
    assert readers(alice, message_id) == ["alice", "bob"]


def test_a_very_large_room_is_too_much(alice, team, kept, monkeypatch):
    from pimentachat.services.messages import receipts

    message_id = alice.says(team, "hi")
    monkeypatch.setattr(receipts, "_READERS_MOST", 2)
    answer = alice.get("chat.getMessageReadReceipts", messageId=message_id)
    assert answer.error_type == "error-query-too-broad"


def test_the_message_must_be_named_and_seen(alice, bob, kept):
    secret = alice.says(alice.creates_group("secret"), "psst")
    refused(bob.get("chat.getMessageReadReceipts"), "The required 'messageId' param is missing.")
    for message_id, error in (
        ("nowhere", "Invalid message [error-invalid-message]"),
        (secret, "Invalid room [error-invalid-room]"),
    ):
        answer = bob.get("chat.getMessageReadReceipts", messageId=message_id)
        # No errorType on this endpoint.
        assert (answer.status, answer.body) == (400, {"success": False, "error": error})
