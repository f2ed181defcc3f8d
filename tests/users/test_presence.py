"""users.getPresence, users.getStatus, users.setStatus and users.presence: who is there."""

from datetime import timedelta

import pytest

from tests.refusals import refused
from tests.workspace import File


def status_of(person, whom):
    return person.get("users.getPresence", userId=whom.id)["presence"]


def test_a_call_is_a_sign_of_life_for_ten_minutes(alice, bob, clock):
    assert status_of(alice, bob) == "offline"
    bob.get("me")
    assert status_of(alice, bob) == "online"
    assert alice.get("users.info", userId=bob.id)["user"]["status"] == "online"
    clock.advance(minutes=9)
    assert status_of(alice, bob) == "online"
    clock.advance(minutes=2)
    assert status_of(alice, bob) == "offline"
    assert bob.get("me")["status"] == "offline", "as it was when the call began"
    assert status_of(alice, bob) == "online"


def test_who_calls_now_and_then_stays_online(alice, bob, clock):
    for _ in range(5):
        bob.get("me")
        clock.advance(minutes=5)
        assert status_of(alice, bob) == "online"


def test_fetching_a_file_is_one_too(alice, bob, clock):
    link = bob.upload("rooms.upload/GENERAL", File("plan.txt", b"plan"))["message"]["attachments"][0]["title_link"]
    clock.advance(minutes=9)
    assert bob.get(link).status == 302
    clock.advance(minutes=5)
    assert status_of(alice, bob) == "online"


def test_it_is_not_written_with_every_call(alice, resources, clock):
    from pimentachat.store import table

    written = []
    alice.get("me")

    def note(params, model, **_):
        if model.name in {"UpdateItem", "PutItem"}:
            written.append(model.name)

    table.client().meta.events.register("provide-client-params.dynamodb.*", note)
    try:
        for _ in range(5):
            alice.get("me")
        assert written == []
        clock.advance(minutes=5)
        alice.get("me")
        alice.get("me")
        assert sorted(written) == ["PutItem", "UpdateItem"]
    finally:
        table.client().meta.events.unregister("provide-client-params.dynamodb.*", note)


def test_that_it_cannot_be_written_stops_nobody(alice, monkeypatch):
    from pimentachat.store import online

    def broken(user_id):
        raise RuntimeError

    monkeypatch.setattr(online, "add", broken)
    assert alice.get("me").succeeded


def test_of_oneself_there_is_more(alice, bob, anonymous):
    anonymous.post("login", user="alice", password="secret")
    alice.get("me")
    own = alice.get("users.getPresence").body
    assert set(own) == {"presence", "connectionStatus", "lastLogin", "success"}
    assert (own["presence"], own["connectionStatus"]) == ("online", "online")
    assert alice.get("users.getPresence", username="ALICE").body.keys() == own.keys()
    assert bob.get("users.getPresence", userId=alice.id).body == {"presence": "online", "success": True}
    unknown = 'The required "userId" or "username" param provided does not match any users [error-invalid-user]'
    refused(alice.get("users.getPresence", userId="nobody"), unknown)
    refused(alice.get("users.getStatus", userId="nobody"), unknown)


@pytest.mark.parametrize("status", ["away", "busy", "online", "offline"])
def test_what_somebody_says_of_themselves(alice, bob, status, clock):
    assert alice.post("users.setStatus", status=status, message="  At lunch ").body == {"success": True}
    assert status_of(bob, alice) == status
    assert bob.get("users.getStatus", username="alice").body == {
        "_id": alice.id,
        "status": status,
        "connectionStatus": "online",
        "message": "At lunch",
        "success": True,
    }
    assert bob.get("users.info", username="alice")["user"]["statusText"] == "At lunch"
    clock.advance(minutes=11)
    assert status_of(bob, alice) == "offline"


def test_text_and_status_apart(alice, bob):
    alice.post("users.setStatus", status="busy")
    alice.post("users.setStatus", message="x" * 200)
    told = bob.get("users.getStatus", username="alice")
    assert (told["status"], told["message"]) == ("busy", "x" * 120)
    alice.post("users.setStatus", message="")
    assert bob.get("users.getStatus", username="alice")["message"] == ""


def test_refused_statuses(alice, setting):
    valid = "Valid status types include online, away, offline, and busy. [error-invalid-status]"
    refused(alice.post("users.setStatus", status="asleep"), valid)
    setting("Accounts_AllowInvisibleStatusOption", False)
    refused(alice.post("users.setStatus", status="offline"), valid)
    setting("Accounts_AllowUserStatusMessageChange", False)
    refused(alice.post("users.setStatus", status="busy"), "Change status is not allowed [error-not-allowed]")


def present(person, **query):
    answer = person.get("users.presence", **query)
    return {user["username"]: user["status"] for user in answer["users"]}, answer["full"]


def test_who_is_there(alice, bob, carol, clock):
    for person in (alice, bob, carol):
        person.get("me")
    bob.post("users.setStatus", status="busy")
    carol.post("users.setStatus", status="offline")
    assert present(alice) == ({"alice": "online", "bob": "busy", "rocket.cat": "online"}, True)
    clock.advance(minutes=12)
    alice.get("me")
    assert present(alice) == ({"alice": "online", "rocket.cat": "online"}, True)
    row = next(user for user in alice.get("users.presence")["users"] if user["username"] == "alice")
    assert row == {"_id": alice.id, "name": "Alice", "username": "alice", "status": "online"}


def test_everybody_is_found_wherever_they_were_noted(alice, clock, monkeypatch):
    """A window's partition takes 1,000 writes a second: people are spread over several."""
    from pimentachat.services.accounts import presence
    from pimentachat.store import online, table

    people = [f"person{number}" for number in range(40)]
    for user_id in people:
        online.add(user_id)
    window = clock.epoch_seconds() // 300
    held = [len(list(table.query("accounts", f"ONLINE#{window}#{shard}"))) for shard in range(4)]
    clock.advance(minutes=6)
    for user_id in people[:10]:
        online.add(user_id)
    assert sum(held) == 40
    assert min(held) > 2
    since = clock.epoch_seconds(-600)
    assert sorted(online.seen_since(since, most=100)) == sorted(people)
    assert set(online.seen_since(since, most=100)[:10]) == set(people[:10])
    assert 10 <= len(online.seen_since(since, most=10)) <= 40
    monkeypatch.setattr(presence, "_LISTED_MOST", 39)
    assert alice.get("users.presence").error_type == "error-query-too-broad"
    monkeypatch.setattr(presence, "_LISTED_MOST", 41)
    assert alice.get("users.presence").succeeded


def test_who_came_changed_or_went(alice, bob, carol, newcomer, clock):
    dora = newcomer("dora")
    bob.get("me")
    clock.advance(minutes=9)
    since = clock.now_text()
    clock.advance(minutes=2)
    carol.get("me")
    alice.get("me")
    found, full = present(alice, **{"from": since})
    assert full is False
    assert found == {"bob": "offline", "carol": "online"}
    assert dora.username not in found
    long_ago = clock.text_of(clock.now() - timedelta(minutes=30))
    assert present(alice, **{"from": long_ago})[1] is True


def test_of_some(alice, bob, carol):
    carol.get("me")
    assert present(alice, ids=f"{bob.id},{carol.id},nobody") == ({"bob": "offline", "carol": "online"}, False)
    assert present(alice, ids=[bob.id, carol.id]) == ({"bob": "offline", "carol": "online"}, False)


def test_lists_know_it_too(alice, bob, admin):
    import json

    bob.get("me")
    query = json.dumps({"status": {"$ne": "offline"}})
    alice.get("me")
    names = [user["username"] for user in alice.get("users.list", query=query)["users"]]
    assert names == ["alice", "bob", "rocket.cat"]
    members = alice.get("channels.members", roomName="general")["members"]
    assert {member["username"]: member["status"] for member in members}["bob"] == "online"
