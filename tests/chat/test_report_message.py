"""chat.reportMessage."""

from tests.refusals import refused

GENERAL = "GENERAL"
UNKNOWN = "Invalid message id [error-invalid-message_id]"


def test_a_report_is_kept_with_the_message(alice, bob):
    from pimentachat.store import table
    from pimentachat.store.items import load

    message = alice.posts(GENERAL, "rude")["message"]
    assert bob.post("chat.reportMessage", messageId=message["_id"], description="Rude").body == {"success": True}
    assert alice.post("chat.delete", roomId=GENERAL, msgId=message["_id"]).succeeded
    [item] = table.query("messages", "REPORTS")
    kept = load(item["doc"])
    assert (kept["message"]["msg"], kept["description"], kept["userId"]) == ("rude", "Rude", bob.id)
    assert kept["ts"] == kept["_updatedAt"] > message["ts"]


def test_message_and_description_are_needed(alice):
    message_id = alice.says(GENERAL, "hi")
    missing_id = 'The required "messageId" param is missing.'
    refused(alice.post("chat.reportMessage", description="Rude"), missing_id)
    refused(alice.post("chat.reportMessage", messageId=message_id), 'The required "description" param is missing.')
    blank = alice.post("chat.reportMessage", messageId=message_id, description=" ")
    refused(blank, "Invalid description [error-invalid-description]")


def test_what_one_may_not_see_is_not_there(alice, bob):
    secret = alice.says(alice.creates_group("secret"), "psst")
    for message_id in ("nowhere", secret):
        refused(bob.post("chat.reportMessage", messageId=message_id, description="Rude"), UNKNOWN)
