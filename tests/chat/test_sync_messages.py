"""chat.syncMessages, chat.getDeletedMessages."""

import pytest

from tests.refusals import refused

GENERAL = "GENERAL"


@pytest.fixture
def team(alice, bob):
    return alice.creates_channel("team", members=["bob"])


def now(clock):
    clock.advance(seconds=20)
    moment = clock.now_text()
    clock.advance(seconds=20)
    return moment


def sync(person, room_id, since):
    answer = person.get("chat.syncMessages", roomId=room_id, lastUpdate=since)
    assert answer.succeeded, answer.text
    result = answer["result"]
    return [message["msg"] for message in result["updated"]], [each["_id"] for each in result["deleted"]]


def test_what_was_posted_since_newest_first(alice, bob, team, clock):
    alice.says(team, "before")
    since = now(clock)
    for text in ("one", "two"):
        alice.says(team, text)
    assert sync(bob, team, since) == (["two", "one"], [])
    assert sync(bob, team, now(clock)) == ([], [])


CHANGES = {
    "edited": lambda person, room_id, said: person.post("chat.update", roomId=room_id, msgId=said, text="old, edited"),
    "reacted": lambda person, room_id, said: person.post("chat.react", messageId=said, emoji="smile"),
    "pinned": lambda person, room_id, said: person.post("chat.pinMessage", messageId=said),
    "starred": lambda person, room_id, said: person.post("chat.starMessage", messageId=said),
    "followed": lambda person, room_id, said: person.post("chat.followMessage", mid=said),
    "answered": lambda person, room_id, said: person.posts(room_id, "reply", tmid=said),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_since(alice, bob, team, clock, change):
    said = alice.says(team, "old")
    bob.says(team, "never touched")
    since = now(clock)
    assert CHANGES[change](alice, team, said).succeeded
    updated, deleted = sync(bob, team, since)
    assert [text for text in updated if text.startswith("old")] == [updated[-1]]
    assert "never touched" not in updated
    assert deleted == []
    told = bob.get("chat.syncMessages", roomId=team, lastUpdate=since)["result"]["updated"][-1]
    assert told == bob.get("chat.getMessage", msgId=said)["message"]
    assert told["_updatedAt"] > since
    assert sync(bob, team, now(clock)) == ([], [])


def test_a_reaction_taken_back_and_a_reply_gone_are_changes(alice, bob, team, clock):
    said = alice.says(team, "old")
    reply = bob.says(team, "reply", tmid=said)
    assert bob.post("chat.react", messageId=said, emoji="smile").succeeded
    since = now(clock)
    assert bob.post("chat.react", messageId=said, emoji="smile").succeeded
    assert sync(alice, team, since) == (["old"], [])
    since = now(clock)
    assert bob.post("chat.delete", roomId=team, msgId=reply).succeeded
    assert sync(alice, team, since) == (["old"], [reply])


def test_what_was_deleted_since(alice, bob, team, clock, setting):
    gone, hidden, marked = [alice.says(team, text) for text in ("gone", "hidden", "marked")]
    since = now(clock)
    for message_id, keeps, shows in ((gone, False, False), (hidden, True, False), (marked, False, True)):
        setting("Message_KeepHistory", keeps)
        setting("Message_ShowDeletedStatus", shows)
        assert alice.post("chat.delete", roomId=team, msgId=message_id).succeeded
    result = bob.get("chat.syncMessages", roomId=team, lastUpdate=since)["result"]
    assert [(message["_id"], message["t"]) for message in result["updated"]] == [(marked, "rm")]
    assert [each["_id"] for each in result["deleted"]] == [gone, hidden]
    assert all(since < each["_deletedAt"] <= clock.now_text() for each in result["deleted"])
    listed = bob.get("chat.getDeletedMessages", roomId=team, since=since).body
    assert listed == {
        "messages": [{"_id": gone}, {"_id": hidden}],
        "count": 2,
        "offset": 0,
        "total": 2,
        "success": True,
    }
    page = bob.get("chat.getDeletedMessages", roomId=team, since=since, offset=1, count=1)
    assert (page["messages"], page["total"]) == ([{"_id": hidden}], 2)
    assert bob.get("chat.getDeletedMessages", roomId=team, since=now(clock))["total"] == 0


def test_nothing_of_what_was_said_is_left(alice, team):
    from pimentachat.store import table

    gone = alice.says(team, "the password is hunter2")
    assert alice.post("chat.delete", roomId=team, msgId=gone).succeeded
    [trace] = table.query("messages", f"TRASH#{team}")
    assert trace["sk"].endswith(gone)
    assert "hunter2" not in str(trace)


def test_tombstones_last_a_month(alice, team, clock):
    since = now(clock)
    gone = alice.says(team, "gone")
    assert alice.post("chat.delete", roomId=team, msgId=gone).succeeded
    clock.advance(days=29)
    assert sync(alice, team, since)[1] == [gone]
    clock.advance(days=2)
    assert sync(alice, team, since)[1] == []
    assert alice.get("chat.getDeletedMessages", roomId=team, since=since)["total"] == 0


def test_only_those_who_may_read(alice, bob, clock):
    room_id = alice.creates_group("secret")
    for other in (room_id, "nowhere"):
        for verb, name in (("chat.syncMessages", "lastUpdate"), ("chat.getDeletedMessages", "since")):
            answer = bob.get(verb, roomId=other, **{name: clock.now_text()})
            refused(answer, "Not allowed [error-not-allowed]")
    assert sync(alice, room_id, clock.now_text()) == ([], [])


def test_what_must_be_named(alice):
    missing_room = 'The required "roomId" query param is missing. [error-roomId-param-not-provided]'
    refused(alice.get("chat.syncMessages", lastUpdate="2019-04-11"), missing_room)
    missing = 'The required "lastUpdate" query param is missing. [error-lastUpdate-param-not-provided]'
    refused(alice.get("chat.syncMessages", roomId=GENERAL), missing)
    invalid = 'The "lastUpdate" query parameter must be a valid date. [error-roomId-param-invalid]'
    refused(alice.get("chat.syncMessages", roomId=GENERAL, lastUpdate="yesterday"), invalid)
    texts = {
        'The required "roomId" query param is missing.': {"since": "2019-04-11"},
        'The required "since" query param is missing.': {"roomId": GENERAL},
        'The "since" query parameter must be a valid date.': {"roomId": GENERAL, "since": "yesterday"},
    }
    for text, query in texts.items():
        answer = alice.get("chat.getDeletedMessages", **query)
        assert (answer.status, answer.error, answer.error_type) == (400, f"[{text}]", text)
