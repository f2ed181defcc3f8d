"""push.get: what a push of a message says."""

from tests.refusals import refused


def test_what_a_message_says(alice, bob):
    message_id = alice.says("GENERAL", "Lunch?")
    data = bob.get("push.get", id=message_id)["data"]
    assert data["message"] == {"_id": message_id}
    assert isinstance(data["notification"].pop("notId"), int)
    assert data["notification"] == {
        "from": "alice",
        "title": "#general",
        "body": "alice: Lunch?",
        "payload": {
            "host": "https://chat.example.org/",
            "rid": "GENERAL",
            "sender": {"_id": alice.id, "username": "alice"},
            "type": "c",
            "name": "general",
            "messageId": message_id,
        },
    }


def test_names_and_texts_may_be_kept_secret(alice, bob, setting):
    setting("Push_show_message", False)
    setting("Push_show_username_room", False)
    notification = bob.get("push.get", id=alice.says("GENERAL", "Lunch?"))["data"]["notification"]
    assert (notification["title"], notification["body"]) == ("", " ")


def test_refusals(alice, bob):
    secret = alice.says(alice.creates_group("secret"), "psst")
    refused(bob.get("push.get", id="nowhere"), "error-message-not-found")
    refused(bob.get("push.get", id=secret), "error-not-allowed")
    missing = 'The required "id" query param is missing or invalid. [error-id-param-not-valid]'
    refused(bob.get("push.get"), missing)
