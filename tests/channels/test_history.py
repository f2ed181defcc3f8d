"""channels.history and groups.history."""

from pimentachat.store import table
from tests.api.test_nothing_is_read import calls_of
from tests.kinds import CHANNEL, GROUP, Kind
from tests.refusals import forbidden, refused


def talk(person, room_id, clock, *texts: str) -> list[str]:
    """Says the texts a second apart; returns the instant of each."""
    instants = []
    for text in texts:
        clock.advance(seconds=1)
        instants.append(person.posts(room_id, text)["message"]["ts"])
    return instants


def texts(body) -> list[str]:
    return [message["msg"] for message in body["messages"]]


def test_newest_first_twenty_at_a_time(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    for number in range(22):
        alice.says(room_id, f"m{number}")
    answer = kind.get(alice, "history", roomId=room_id)
    assert set(answer) == {"messages", "success"}
    assert texts(answer) == [f"m{number}" for number in range(21, 1, -1)]
    assert texts(kind.get(alice, "history", roomName="team", count=3, offset=20)) == ["m1", "m0"]
    assert len(kind.get(alice, "history", roomId=room_id, count=0)["messages"]) == 22
    assert len(kind.get(alice, "history", roomId=room_id, count="many")["messages"]) == 20


def test_a_message_as_clients_know_it(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    message_id = bob.says(room_id, "hi @alice, see #general")
    [message] = kind.get(alice, "history", roomId=room_id)["messages"]
    assert {"ts", "_updatedAt"} < message.keys()
    assert (
        message.items()
        >= {
            "_id": message_id,
            "rid": room_id,
            "msg": "hi @alice, see #general",
            "u": {"_id": bob.id, "username": "bob", "name": "Bob"},
            "mentions": [{"_id": alice.id, "username": "alice", "name": "Alice"}],
            "channels": [{"_id": "GENERAL", "name": "general"}],
        }.items()
    )


def test_between_two_instants(kind: Kind, alice, clock):
    room_id = kind.creates(alice, "team")
    one, _two, three = talk(alice, room_id, clock, "one", "two", "three")
    between = {"roomId": room_id, "oldest": one, "latest": three}
    assert texts(kind.get(alice, "history", **between)) == ["two"]
    assert texts(kind.get(alice, "history", **between, inclusive="true")) == ["three", "two", "one"]
    assert texts(kind.get(alice, "history", **between, inclusive="false")) == ["two"]
    assert texts(kind.get(alice, "history", roomId=room_id, oldest=one)) == ["three", "two"]
    assert texts(kind.get(alice, "history", roomId=room_id, latest=three)) == ["two", "one"]
    assert texts(kind.get(alice, "history", roomId=room_id, oldest=three, latest=one)) == []


def test_an_instant_that_is_none(kind: Kind, alice):
    answer = alice.get(f"{kind.family}.history", roomId=kind.creates(alice, "team"), latest="yesterday")
    assert (answer.status, answer["success"]) == (400, False)
    assert answer.error.startswith("Match error: ")


def test_what_is_unread_before_the_page(kind: Kind, alice, clock):
    room_id = kind.creates(alice, "team")
    one, *_ = talk(alice, room_id, clock, "one", "two", "three", "four")
    answer = kind.get(alice, "history", roomId=room_id, unreads="true", oldest=one, count=1)
    assert (texts(answer), answer["unreadNotLoaded"], answer["firstUnread"]["msg"]) == (["four"], 2, "two")
    answer = kind.get(alice, "history", roomId=room_id, unreads="true", oldest=one)
    assert answer["unreadNotLoaded"] == 0
    assert "firstUnread" not in answer
    assert kind.get(alice, "history", roomId=room_id, unreads="true")["unreadNotLoaded"] == 0
    assert "unreadNotLoaded" not in kind.get(alice, "history", roomId=room_id, unreads="false", oldest=one)


def test_reading_marks_nothing_as_read(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team", members=["bob"])
    alice.says(room_id, "@bob hi")
    kind.get(bob, "history", roomId=room_id)
    assert bob.subscription(room_id)["userMentions"] == 1


def test_replies_in_threads_may_be_left_out(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    parent = alice.says(room_id, "question")
    alice.says(room_id, "answer", tmid=parent)
    assert texts(kind.get(alice, "history", roomId=room_id)) == ["answer", "question"]
    assert texts(kind.get(alice, "history", roomId=room_id, showThreadMessages="false")) == ["question"]


def test_many_replies_that_are_left_out_cost_few_calls(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    parent = alice.says(room_id, "parent")
    for number in range(40):
        alice.says(room_id, f"reply {number}", tmid=parent)
    with calls_of(table.client()) as calls:
        page = kind.get(alice, "history", roomId=room_id, count=1, showThreadMessages="false")
    assert texts(page) == ["parent"]
    # 1, 2, 4, 8, 16 and 32 of the 41.
    assert len([name for name, _ in calls if name == "Query"]) == 6


def test_no_number_is_too_large_for_dynamodb(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    alice.says(room_id, "hi")
    with calls_of(table.client()) as calls:
        assert texts(kind.get(alice, "history", roomId=room_id, count=10**17, offset=0)) == ["hi"]
        assert texts(kind.get(alice, "history", roomId=room_id, count=10**17, offset=10**17)) == []
    limits = [params["Limit"] for name, params in calls if name == "Query"]
    assert limits
    assert max(limits) < 1 << 31


def test_edits_and_real_names_as_the_settings_say(kind: Kind, alice, setting):
    room_id = kind.creates(alice, "team")
    message_id = alice.says(room_id, "helo")
    assert alice.post("chat.update", roomId=room_id, msgId=message_id, text="hello").succeeded
    assert alice.post("chat.react", messageId=message_id, emoji=":grin:").succeeded
    [message] = kind.get(alice, "history", roomId=room_id)["messages"]
    assert "editedAt" in message
    assert message["reactions"] == {":grin:": {"usernames": ["alice"]}}
    setting("Message_ShowEditedStatus", False)
    setting("UI_Use_Real_Name", True)
    [message] = kind.get(alice, "history", roomId=room_id)["messages"]
    assert "editedAt" not in message
    assert message["reactions"] == {":grin:": {"usernames": ["alice"], "names": ["Alice"]}}


def test_archived_rooms_are_read(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    alice.says(room_id, "hi")
    kind.post(alice, "archive", roomId=room_id)
    assert texts(kind.get(alice, "history", roomId=room_id)) == ["hi"]


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: alice.get(f"{kind.family}.history", **room))


def test_strangers_may_look_into_channels_with_the_permission(alice, bob, grant):
    room_id = alice.creates_channel("team", members=[])
    alice.says(room_id, "hi")
    assert texts(CHANNEL.get(bob, "history", roomId=room_id)) == ["hi"]
    grant("preview-c-room", "admin")
    forbidden(bob.get("channels.history", roomId=room_id))
    assert texts(CHANNEL.get(alice, "history", roomId=room_id)) == ["hi"]
    grant("preview-c-room", "user")
    grant("view-c-room", "admin")
    forbidden(bob.get("channels.history", roomId=room_id))


def test_a_group_is_read_by_its_members(alice, bob, admin):
    room_id = alice.creates_group("core", members=["bob"])
    alice.says(room_id, "hi")
    assert texts(GROUP.get(bob, "history", roomId=room_id)) == ["hi"]
    refused(admin.get("groups.history", roomId=room_id), GROUP.not_found)
    GROUP.post(bob, "leave", roomId=room_id)
    refused(bob.get("groups.history", roomId=room_id), GROUP.not_found)
