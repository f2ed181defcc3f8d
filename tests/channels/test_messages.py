"""channels.messages and groups.messages."""

import pytest

from pimentachat.services.text import lengths
from tests.kinds import CHANNEL, GROUP, Kind
from tests.refusals import forbidden, refused


def texts(body) -> list[str]:
    return [message["msg"] for message in body["messages"]]


def test_newest_first_page_by_page(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    for number in range(5):
        alice.says(room_id, f"m{number}")
    answer = kind.get(alice, "messages", roomId=room_id)
    assert (texts(answer), answer["count"], answer["offset"], answer["total"]) == (
        ["m4", "m3", "m2", "m1", "m0"],
        5,
        0,
        5,
    )
    page = kind.get(alice, "messages", roomName="team", offset=2, count=2)
    assert (texts(page), page["count"], page["offset"], page["total"]) == (["m2", "m1"], 2, 2, 5)
    assert texts(kind.get(alice, "messages", roomId=room_id, sort={"ts": 1}, count=2)) == ["m0", "m1"]
    assert texts(kind.get(alice, "messages", roomId=room_id, sort={"msg": 1}, count=2, offset=1)) == ["m1", "m2"]


def test_system_messages_are_listed_and_counted(kind: Kind, alice, bob):
    room_id = kind.creates(alice, "team")
    kind.post(alice, "invite", roomId=room_id, userId=bob.id)
    alice.says(room_id, "hi")
    answer = kind.get(alice, "messages", roomId=room_id)
    assert (texts(answer), answer["total"]) == (["hi", "bob"], 2)
    answer = kind.get(alice, "messages", roomId=room_id, query={"t": "au"})
    assert (texts(answer), answer["total"]) == (["bob"], 1)


def test_a_query_cannot_leave_the_room(kind: Kind, alice):
    room_id, elsewhere = kind.creates(alice, "team"), kind.creates(alice, "else")
    alice.says(room_id, "here")
    alice.says(elsewhere, "there")
    assert texts(kind.get(alice, "messages", roomId=room_id, query={"msg": {"$regex": "here"}})) == ["here"]
    assert texts(kind.get(alice, "messages", roomId=room_id, query={"rid": elsewhere})) != ["there"]


def test_fields(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    message_id = alice.says(room_id, "hi")
    [message] = kind.get(alice, "messages", roomId=room_id, fields={"msg": 1, "u.username": 1})["messages"]
    assert message == {"_id": message_id, "msg": "hi", "u": {"username": "alice"}}
    [message] = kind.get(alice, "messages", roomId=room_id, fields={"msg": 0})["messages"]
    assert "msg" not in message
    assert message["rid"] == room_id


def test_a_deleted_message_is_not_listed(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    alice.says(room_id, "one")
    assert alice.post("chat.delete", roomId=room_id, msgId=alice.says(room_id, "two")).succeeded
    answer = kind.get(alice, "messages", roomId=room_id)
    assert (texts(answer), answer["total"]) == (["one"], 1)


def test_parameters_are_json(kind: Kind, alice):
    room_id = kind.creates(alice, "team")
    for name in ("sort", "fields", "query"):
        answer = alice.get(f"{kind.family}.messages", roomId=room_id, **{name: "{bad"})
        refused(answer, f'Invalid {name} parameter provided: "{{bad" [error-invalid-{name}]')


def test_what_is_no_room(kind: Kind, alice):
    kind.refuses_what_is_no_room(lambda **room: alice.get(f"{kind.family}.messages", **room))


def test_channels_are_listed_for_those_who_see_channels(alice, bob, newcomer, grant):
    room_id = alice.creates_channel("team")
    alice.says(room_id, "hi")
    assert texts(CHANNEL.get(bob, "messages", roomId=room_id)) == ["hi"]
    # Who has view-joined-room sees only what they have joined.
    robot = newcomer("robot", roles=["bot"])
    forbidden(robot.get("channels.messages", roomId=room_id))
    CHANNEL.post(alice, "invite", roomId=room_id, userId=robot.id)
    assert texts(CHANNEL.get(robot, "messages", roomId=room_id)) == ["robot", "hi"]
    grant("view-c-room", "admin")
    forbidden(bob.get("channels.messages", roomId=room_id))
    forbidden(robot.get("channels.messages", roomId=room_id))


def test_groups_are_listed_for_their_members(alice, bob):
    room_id = alice.creates_group("core")
    refused(bob.get("groups.messages", roomId=room_id), GROUP.not_found)
    GROUP.post(alice, "invite", roomId=room_id, userId=bob.id)
    assert texts(GROUP.get(bob, "messages", roomId=room_id)) == ["bob"]


def test_archived_channels_are_listed_and_archived_groups_are_not(alice):
    channel, group = alice.creates_channel("team"), alice.creates_group("core")
    alice.says(channel, "hi")
    CHANNEL.post(alice, "archive", roomId=channel)
    GROUP.post(alice, "archive", roomId=group)
    assert texts(CHANNEL.get(alice, "messages", roomId=channel)) == ["hi"]
    refused(alice.get("groups.messages", roomId=group), GROUP.room_is_archived("core"))


# --- large rooms

TOO_MUCH = "More than 0 MB would have to be read, please narrow it or ask for fewer entries [error-query-too-broad]"


@pytest.fixture
def letters(alice):
    """A room with a rose among eight messages of two kilobytes; the oldest first."""
    room_id = alice.creates_channel("letters")
    for number in range(8):
        alice.says(room_id, ("rose " if number == 1 else "tulip ") * 400)
    return room_id


@pytest.mark.parametrize("asked", [{"query": {"msg": {"$regex": "rose"}}}, {"sort": {"msg": 1}}, {"count": 0}], ids=str)
def test_what_is_looked_through_is_read_whole_or_refused(alice, letters, monkeypatch, asked):
    from pimentachat.services.messages import history

    whole = alice.get("channels.messages", roomId=letters, **asked)
    assert whole["total"] == (1 if "query" in asked else 8)
    assert any(text.startswith("rose") for text in texts(whole))
    monkeypatch.setattr(history, "READ_BYTES_MOST", 12_000)
    refused(alice.get("channels.messages", roomId=letters, **asked), TOO_MUCH)


@pytest.mark.parametrize("endpoint", ["messages", "history"])
def test_a_page_of_long_messages_ends_early_and_keeps_nobody_out(alice, letters, monkeypatch, endpoint):
    from pimentachat.services.messages import history

    monkeypatch.setattr(history, "PAGE_BYTES_MOST", 24_000)
    assert len(texts(alice.get(f"channels.{endpoint}", roomId=letters, count=50))) == 4
    pages = [texts(alice.get(f"channels.{endpoint}", roomId=letters, count=50, offset=offset)) for offset in (0, 4)]
    assert [text.split()[0] for page in pages for text in page] == ["tulip"] * 6 + ["rose", "tulip"]


@pytest.mark.parametrize("real_names", [False, True])
@pytest.mark.parametrize("endpoint", ["messages", "history"])
def test_reactions_make_a_page_end_early_too(alice, newcomer, setting, monkeypatch, endpoint, real_names):
    from pimentachat.services.messages import history

    setting("UI_Use_Real_Name", real_names)
    long = newcomer("l" * 60, name="L" * 60)
    garden = alice.creates_channel("garden", members=[long.username])
    for number in range(8):
        flower = alice.says(garden, f"flower {number}")
        for emoji in ("smile", "heart", "tada", "cat", "dog", "sun", "rose", "tulip"):
            assert long.post("chat.react", messageId=flower, emoji=emoji).succeeded
    whole = alice.get(f"channels.{endpoint}", roomId=garden, count=50)
    assert len(texts(whole)) == 8
    monkeypatch.setattr(history, "PAGE_BYTES_MOST", lengths.sent_size(whole.text.encode()) // 2)
    assert len(texts(alice.get(f"channels.{endpoint}", roomId=garden, count=50))) == 4


def test_longer_real_names_end_before_an_answer_does(alice, newcomer, setting, monkeypatch):
    from pimentachat.services.views import messages

    setting("UI_Use_Real_Name", True)
    al = newcomer("al", name="Alexandra of the Roses")
    garden = alice.creates_channel("garden", members=["al"])
    flower = alice.says(garden, "flower")
    for emoji in ("smile", "heart", "tada"):
        assert al.post("chat.react", messageId=flower, emoji=emoji).succeeded

    def names() -> list[str]:
        [message] = alice.get("channels.history", roomId=garden)["messages"]
        return [who["names"][0] for who in message["reactions"].values()]

    assert names() == ["Alexandra of the Roses"] * 3
    monkeypatch.setattr(messages, "_NAMES_BYTES_MOST", 50)
    assert names() == ["Alexandra of the Roses"] * 2 + ["al"]


@pytest.mark.parametrize("endpoint", ["messages", "history"])
def test_what_lies_before_a_page_is_bounded_too(alice, letters, monkeypatch, endpoint):
    from pimentachat.services.messages import history

    assert len(texts(alice.get(f"channels.{endpoint}", roomId=letters, offset=6, count=2))) == 2
    monkeypatch.setattr(history, "_WALKED_BYTES_MOST", 12_000)
    refused(alice.get(f"channels.{endpoint}", roomId=letters, offset=6, count=2), TOO_MUCH)
    assert len(texts(alice.get(f"channels.{endpoint}", roomId=letters, offset=2, count=2))) == 2


def test_unread_messages_are_counted_up_to_a_bound(alice, letters, monkeypatch):
    from pimentachat.services.messages import history

    oldest = alice.get("channels.messages", roomId=letters, sort={"ts": 1}, count=1)["messages"][0]["ts"]
    asked = {"roomId": letters, "unreads": "true", "oldest": oldest, "count": 1}
    assert alice.get("channels.history", **asked)["unreadNotLoaded"] == 6
    monkeypatch.setattr(history, "READ_BYTES_MOST", 12_000)
    assert alice.get("channels.history", **asked)["unreadNotLoaded"] == 4


def test_a_query_that_takes_too_much_work_is_refused(alice, letters, monkeypatch):
    from pimentachat.listing import budgets

    query = {"msg": {"$regex": "(?:a*b*){300}c"}}
    assert alice.get("channels.messages", roomId=letters, query=query)["total"] == 0
    monkeypatch.setattr(budgets, "STEPS_MOST", 50_000)
    refused(
        alice.get("channels.messages", roomId=letters, query=query),
        "The query, sort or fields would take more work than one request may, please simplify or narrow it "
        "[error-query-too-broad]",
    )
    assert alice.get("channels.messages", roomId=letters, query={"msg": {"$regex": "rose"}})["total"] == 1
