"""chat.getMessage."""

from tests.refusals import refused

GENERAL = "GENERAL"


def test_one_message_by_its_id(alice, bob):
    message = alice.posts(GENERAL, "hi")["message"]
    assert bob.get("chat.getMessage", msgId=message["_id"]).body == {"message": message, "success": True}


def test_system_messages_and_hidden_copies_too(alice, setting):
    setting("Message_KeepHistory", True)
    joined = next(message for message in alice.reads(GENERAL) if message.get("t") == "uj")
    assert alice.get("chat.getMessage", msgId=joined["_id"])["message"] == joined
    gone = alice.says(GENERAL, "gone")
    assert alice.post("chat.delete", roomId=GENERAL, msgId=gone).succeeded
    assert alice.get("chat.getMessage", msgId=gone)["message"]["_hidden"] is True


def test_no_id_given(alice):
    for query in ({}, {"msgId": " "}):
        refused(alice.get("chat.getMessage", **query), 'The "msgId" query parameter must be provided.')


def test_no_such_message(alice):
    for unknown in ("nowhere", "x" * 5000, "MSG#1", "\u0000", "💥"):
        answer = alice.get("chat.getMessage", msgId=unknown)
        assert (answer.status, answer.body) == (400, {"success": False})


def test_only_those_who_see_its_room_see_it(alice, bob):
    secret = alice.says(alice.creates_group("hush"), "secret")
    assert alice.get("chat.getMessage", msgId=secret).succeeded
    refused(bob.get("chat.getMessage", msgId=secret), "Not allowed [error-not-allowed]")


def test_who_edited_and_real_names_by_setting(alice, setting):
    message = alice.says(GENERAL, "helo")
    alice.post("chat.update", roomId=GENERAL, msgId=message, text="hello")
    alice.post("chat.react", messageId=message, emoji="smile")
    told = alice.get("chat.getMessage", msgId=message)["message"]
    assert told["editedBy"] == {"_id": alice.id, "username": "alice"}
    assert told["reactions"] == {":smile:": {"usernames": ["alice"]}}
    setting("Message_ShowEditedStatus", False)
    setting("UI_Use_Real_Name", True)
    told = alice.get("chat.getMessage", msgId=message)["message"]
    assert "editedAt" not in told
    assert told["reactions"] == {":smile:": {"usernames": ["alice"], "names": ["Alice"]}}
